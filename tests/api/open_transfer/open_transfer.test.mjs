// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect } from '../../lib/client.mjs';
import { officer } from '../../lib/force.mjs';
import { eventsOf } from '../../lib/trail.mjs';
import { code, edit, faults, number, open, postingsOf, proven, record, workforce } from '../../lib/workforce.mjs';

let force, other;
before(() => {
  force = workforce('cambridgeshire', { A: {}, B: {}, C: {}, D: {}, E: {}, W: { sensitive: 'yes' }, GONE: { ends_on: '2022-12-31', leaver_type: 'other' } });
  other = workforce('leicestershire', { X: {} });
});
const offer = (person, more) => ({ person, organisation: 'leicestershire', starts_on: '2025-06-01', ...more });

test('a transfer ends the posting the day before and is read by both', async () => {
  const reply = await open(201, force, offer(force.A));
  const { id, opened_at, ...rest } = reply.json;
  assert.deepEqual(rest, {
    kind: 'transfer', direction: 'out', person: force.A, given_name: 'Test', family_name: number('A'), staff_number: number('A'), from_organisation: 'cambridgeshire',
    to_organisation: 'leicestershire', starts_on: '2025-06-01', ends_on: null, state: 'open', posting: null, reason: null, settled_at: null,
  });
  assert.deepEqual(eventsOf(reply).map((event) => [event.operation, event.people]), [['open_transfer', [force.A]]]);
  const [posting] = await postingsOf(force, force.A);
  assert.deepEqual([posting.ends_on, posting.leaver_type], ['2025-05-31', 'transfer']);
  assert.ok(proven(force.A));
  assert.deepEqual((await expect(200, 'GET', reply.headers.get('location'), force.hr)).json, reply.json);
  assert.deepEqual((await expect(200, 'GET', reply.headers.get('location'), other.hr)).json, { ...reply.json, direction: 'in' });
  await expect(404, 'GET', `/v1/people/${force.A}`, other.hr);
  assert.equal(code(await open(409, force, offer(force.A))), 'transfer_is_open');
});

test('a secondment leaves the posting as it is', async () => {
  const { json } = await open(201, force, offer(force.B, { kind: 'secondment', ends_on: '2025-12-31' }));
  assert.deepEqual([json.kind, json.ends_on], ['secondment', '2025-12-31']);
  assert.equal((await postingsOf(force, force.B))[0].ends_on, null);
});

test('every fault is named with its place', async () => {
  const nobody = '00000000-0000-4000-8000-000000000000';
  assert.deepEqual(faults(await open(422, force, offer(nobody, { organisation: 'atlantis', starts_on: '1949-01-01', ends_on: '1948-01-01' }))), ['transfer_faulty',
    '/person person_not_found', '/organisation unknown_organisation', '/starts_on day_out_of_range', '/ends_on ends_before_it_starts', '/ends_on transfer_without_end']);
  assert.deepEqual(faults(await open(422, force, offer(force.C, { organisation: 'cambridgeshire' }))), ['transfer_faulty', '/organisation transfer_to_own']);
  assert.deepEqual(faults(await open(422, force, offer(force.GONE))), ['transfer_faulty', '/starts_on not_posted_then']);
  await record(201, force, force.C, { starts_on: '2025-07-01', ends_current: true });
  assert.deepEqual(faults(await open(422, force, offer(force.C))), ['transfer_faulty', '/starts_on posting_follows']);
  await open(422, force, { person: 'x', kind: 'gift' });
});

test('one who has been told to leave may be passed on', async () => {
  const [posting] = await postingsOf(force, force.D);
  await edit(200, posting.id, { ends_on: '2025-05-31' }, force.hr);
  await open(201, force, offer(force.D));
});

test('nobody offers a stranger, somebody withheld without the scope, or themselves', async () => {
  assert.deepEqual(faults(await open(422, force, offer(other.X, { organisation: 'cleveland' }))), ['transfer_faulty', '/person person_not_found']);
  assert.deepEqual(faults(await open(422, force, offer(force.W))), ['transfer_faulty', '/person person_not_found']);
  assert.equal(code(await open(403, force, offer(force.HR))), 'own_posting');
  await open(403, force, offer(force.E), officer(force.E));
  const { json } = await open(201, force, offer(force.W, { kind: 'secondment' }), force.cleared);
  for (const place of [force, other]) {
    await expect(404, 'GET', `/v1/transfers/${json.id}`, place.hr);
    await expect(200, 'GET', `/v1/transfers/${json.id}`, place.cleared);
  }
});
