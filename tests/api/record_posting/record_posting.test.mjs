// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect } from '../../lib/client.mjs';
import { officer } from '../../lib/force.mjs';
import { anItem, assess, code, faults, number, open, postingsOf, proven, record, workforce } from '../../lib/workforce.mjs';

// R left in 2019; W is withheld.
let force, other, item;
before(async () => {
  force = workforce('cambridgeshire', { A: {}, B: {}, C: {}, D: {}, R: { starts_on: '2012-01-01', ends_on: '2019-03-31', leaver_type: 'voluntary_resignation' },
    L: { starts_on: '2012-01-01', ends_on: '2019-03-31', leaver_type: 'transfer' }, W: { sensitive: 'yes' } });
  other = workforce('leicestershire', { X: {}, L: { person_id: force.L, starts_on: '2019-04-01' } });
  item = await anItem();
});
const days = (postings) => postings.map((each) => [each.starts_on, each.ends_on, each.leaver_type]);

test('a promotion ends the posting that lasts, and is one stay', async () => {
  await assess(force, force.A, item, 2, '2021-01-01');
  const reply = await record(201, force, force.A, { worker_type: 'police_officer', rank: 'sergeant', ends_current: true });
  assert.equal(reply.headers.get('location'), `/v1/postings/${reply.json.id}`);
  assert.deepEqual([reply.json.rank, reply.json.staff_number, reply.json.organisation], ['sergeant', number('A'), 'cambridgeshire']);
  assert.deepEqual(days(await postingsOf(force, force.A)), [['2024-01-01', null, null], ['2020-01-01', '2023-12-31', null]]);
  assert.ok(proven(force.A));
});

test('a former force takes nobody back whom another has posted', async () => {
  assert.equal(code(await record(409, force, force.L, { joiner_type: 'rejoiner' })), 'posted_elsewhere');
  assert.equal((await postingsOf(force, force.L)).length, 1);
});

test('somebody who left comes back, and the record is one', async () => {
  await assess(force, force.R, item, 3, '2015-01-01');
  await record(201, force, force.R, { joiner_type: 'rejoiner' });
  assert.deepEqual(days(await postingsOf(force, force.R)), [['2024-01-01', null, null], ['2012-01-01', '2019-03-31', 'voluntary_resignation']]);
  assert.ok(proven(force.R));
});

test('postings to an organisation do not overlap, and the reply says with which', async () => {
  const reply = await record(422, force, force.B, {});
  assert.deepEqual(faults(reply), ['posting_faulty', '/starts_on posting_overlaps']);
  assert.match(reply.json.errors[0].detail, /2020-01-01/);
  assert.deepEqual(faults(await record(422, force, force.B, { starts_on: '2019-12-31' })), ['posting_faulty', '/starts_on posting_overlaps']);
  assert.deepEqual(faults(await record(422, force, force.B, { starts_on: '2020-01-01', ends_current: true })),
    ['posting_faulty', '/starts_on posting_overlaps', '/ends_current no_posting_to_end']);
  await record(201, force, force.B, { starts_on: '2019-01-01', ends_on: '2019-12-31' });
});

test('two at once do not overlap either', async () => {
  const replies = await Promise.allSettled([1, 2, 3, 4].map(() => record(201, force, force.C, { starts_on: '2018-01-01', ends_on: '2018-12-31' })));
  assert.equal(replies.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.equal((await postingsOf(force, force.C)).length, 2);
});

test('faults are named with their places', async () => {
  assert.deepEqual(faults(await record(422, force, force.B, { staff_number: number('A'), rank: 'constable', starts_on: '2018-01-01', ends_on: '2017-01-01', leaver_type: 'other' })),
    ['posting_faulty', '/staff_number staff_number_taken', '/rank rank_without_office', '/ends_on ends_before_it_starts']);
});

test('an entry route is one of the first day, and tells how somebody joined', async () => {
  const before = { starts_on: '2018-01-01', ends_on: '2018-06-30' };
  assert.deepEqual(faults(await record(422, force, force.D, { ...before, joiner_type: 'standard_recruit', entry_route: 'pcep' })), ['posting_faulty', '/entry_route entry_route_not_known']);
  assert.deepEqual(faults(await record(422, force, force.D, { ...before, entry_route: 'pcda' })), ['posting_faulty', '/entry_route entry_route_without_joining']);
  assert.equal((await record(201, force, force.D, { ...before, joiner_type: 'standard_recruit', entry_route: 'ipldp' })).json.entry_route, 'ipldp');
});

test('a posting from which an open transfer starts is not cut', async () => {
  await open(201, force, { person: force.D, organisation: 'leicestershire', kind: 'secondment', starts_on: '2025-01-01' });
  assert.equal(code(await record(409, force, force.D, { ends_current: true })), 'transfer_is_open');
});

test('nobody is attached to the record of a stranger, nor writes a posting of themselves', async () => {
  await record(404, force, other.X, {});
  await record(404, other, force.A, {});
  await record(404, force, force.W, { starts_on: '2018-01-01', ends_on: '2018-12-31' });
  await record(201, force, force.W, { starts_on: '2018-01-01', ends_on: '2018-12-31' }, force.cleared);
  await record(404, force, '00000000-0000-4000-8000-000000000000', {});
  assert.equal(code(await record(403, force, force.HR, {})), 'own_posting');
  assert.equal(code(await record(403, force, force.B, { starts_on: '2018-01-01', ends_on: '2018-02-01', sensitive: true })), 'scope_not_granted');
  await record(403, force, force.B, {}, officer(force.B));
  await expect(422, 'POST', `/v1/people/${force.B}/postings`, { ...force.hr, body: { starts_on: '2024-01-01', secondment: true } });
});
