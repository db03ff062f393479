// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect } from '../../lib/client.mjs';
import { officer } from '../../lib/force.mjs';
import { eventsOf } from '../../lib/trail.mjs';
import { accept, cancel, code, faults, number, open, postingsOf, proven, workforce } from '../../lib/workforce.mjs';

let force, other;
before(() => {
  force = workforce('cambridgeshire', { A: {}, B: {}, C: {}, D: {}, E: {}, F: {}, W: { sensitive: 'yes' } });
  other = workforce('leicestershire', { X: {} });
});
const offer = async (person, more, as) => (await open(201, force, { person, organisation: 'leicestershire', starts_on: '2025-06-01', ...more }, as)).json.id;
const staff = (name) => ({ staff_number: number(`T-${name}`) });

test('the person is the same, with a posting of the other organisation', async () => {
  const id = await offer(force.A);
  const reply = await accept(200, id, { ...staff('A'), worker_type: 'police_officer', rank: 'sergeant', fte: 0.8 }, other.hr);
  assert.deepEqual([reply.json.state, reply.json.person, reply.json.direction], ['accepted', force.A, 'in']);
  assert.deepEqual(eventsOf(reply).map((event) => [event.operation, event.people]), [['accept_transfer', [force.A]]]);
  const [posting] = await postingsOf(other, force.A);
  assert.deepEqual([posting.id, posting.joiner_type, posting.secondment, posting.starts_on, posting.rank, posting.fte],
    [reply.json.posting, 'transfer', false, '2025-06-01', 'sergeant', 0.8]);
  assert.deepEqual((await all('/v1/postings', officer(force.A), 'postings')).map((each) => each.organisation), ['leicestershire', 'cambridgeshire']);
  assert.equal(code(await accept(409, id, staff('A2'), other.hr)), 'transfer_settled');
  assert.equal(code(await cancel(409, id, force.hr)), 'transfer_settled');
  assert.ok(proven(force.A));
});

test('a later first day may be agreed, an earlier one not; every fault has its place', async () => {
  const id = await offer(force.B);
  assert.deepEqual(faults(await accept(422, id, { staff_number: number('X'), worker_type: 'wizard', unit: '00000000-0000-4000-8000-000000000001', starts_on: '2025-05-31' }, other.hr)),
    ['posting_faulty', '/staff_number staff_number_taken', '/unit unknown_unit', '/worker_type worker_type_not_known', '/starts_on before_transfer']);
  await accept(422, id, { ...staff('B'), joiner_type: 'rejoiner' }, other.hr);
  await accept(200, id, { ...staff('B'), starts_on: '2025-06-15' }, other.hr);
  assert.equal((await postingsOf(other, force.B))[0].starts_on, '2025-06-15');
});

test('a secondment has both postings at once', async () => {
  const id = await offer(force.C, { kind: 'secondment', ends_on: '2025-12-31' });
  await accept(200, id, { ...staff('C'), counts: false }, other.hr);
  const [posting] = await postingsOf(other, force.C);
  assert.deepEqual([posting.secondment, posting.counts, posting.ends_on, posting.joiner_type], [true, false, '2025-12-31', null]);
  assert.equal((await postingsOf(force, force.C))[0].ends_on, null);
});

test('two at once: one is recorded', async () => {
  const id = await offer(force.D);
  const replies = await Promise.allSettled([1, 2, 3, 4].map((n) => accept(200, id, staff(`D${n}`), other.hr)));
  assert.equal(replies.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.equal((await postingsOf(other, force.D)).length, 1);
});

test('the organisation that it was offered to accepts, by the version, and nobody else', async () => {
  const id = await offer(force.E);
  assert.equal(code(await accept(403, id, staff('E'), force.hr)), 'not_yours_to_accept');
  assert.equal(code(await accept(412, id, staff('E'), other.hr, '"2"')), 'version_changed');
  await expect(428, 'POST', `/v1/transfers/${id}/acceptance`, { ...other.hr, body: { ...staff('E'), worker_type: 'pcso' } });
  await accept(404, id, staff('E'), workforce('cleveland').hr);
  await accept(403, id, staff('E'), officer(force.E));
  await accept(404, '00000000-0000-4000-8000-000000000000', staff('E'), other.hr);
  assert.equal(code(await accept(403, id, { ...staff('E'), sensitive: true }, other.hr)), 'scope_not_granted');
  await cancel(200, id, other.hr);
  assert.equal(code(await accept(409, id, staff('E'), other.hr)), 'transfer_settled');
});

test('somebody withheld is offered to, and accepted by, readers with sensitive:read', async () => {
  const id = await offer(force.W, {}, force.cleared);
  await accept(404, id, staff('W'), other.hr);
  await accept(200, id, { ...staff('W'), sensitive: true }, other.cleared);
  await expect(404, 'GET', `/v1/people/${force.W}`, other.hr);
});
