// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, pointers } from '../../lib/client.mjs';
import { officer } from '../../lib/force.mjs';
import { code, faults, number, workforce } from '../../lib/workforce.mjs';
import { eventsOf } from '../../lib/trail.mjs';

let force;
before(() => {
  force = workforce('cambridgeshire', { A: {}, S: { unit: 'register-covert', unit_sensitive: 'yes' } });
});

let count = 0;
const posting = (more) => ({ staff_number: number(`new${++count}`), worker_type: 'police_officer', starts_on: '2024-03-01', ...more });
const register = (status, body, as = force.hr) =>
  expect(status, 'POST', '/v1/people', { ...as, body: { given_name: 'Ada', family_name: 'New', ...body } });

test('a person is registered with a first posting, and read at once', async () => {
  const first = posting({ rank: 'constable', joiner_type: 'standard_recruit', entry_route: 'pcda', fte: 0.8, grade: null });
  const reply = await register(201, { email: 'ada.new@example.invalid', posting: first });
  assert.deepEqual([reply.json.given_name, reply.json.family_name, reply.json.email, reply.json.synthetic], ['Ada', 'New', 'ada.new@example.invalid', false]);
  assert.equal(reply.json.postings.length, 1);
  assert.equal(reply.json.postings[0].staff_number, first.staff_number);
  const read = await expect(200, 'GET', reply.headers.get('location'), force.hr);
  assert.deepEqual(read.json, reply.json);
  assert.equal(read.headers.get('etag'), reply.headers.get('etag'));
  const [whole] = (await expect(200, 'GET', `${reply.headers.get('location')}/postings`, force.hr)).json.postings;
  assert.deepEqual([whole.fte, whole.joiner_type, whole.entry_route, whole.counts, whole.secondment, whole.sensitive], [0.8, 'standard_recruit', 'pcda', true, false, false]);
  assert.deepEqual(eventsOf(reply).map((event) => [event.operation, event.people]), [['register_person', [reply.json.id]]]);
});

test('every fault is named with its place', async () => {
  const bad = posting({ staff_number: number('A'), worker_type: 'wizard', rank: 'grand_wizard', unit: '00000000-0000-4000-8000-000000000001',
    role_profile: '00000000-0000-4000-8000-000000000002', science_category: 'alchemist', fte: 0.333, starts_on: '1949-12-31', ends_on: '1948-01-01',
    joiner_type: 'by_broom', entry_route: 'by_broom', leaver_type: 'by_broom' });
  assert.deepEqual(faults(await register(422, { posting: bad })), ['posting_faulty',
    '/posting/staff_number staff_number_taken', '/posting/unit unknown_unit', '/posting/worker_type worker_type_not_known',
    '/posting/rank rank_not_known', '/posting/rank rank_without_office', '/posting/role_profile unknown_role_profile',
    '/posting/science_category science_category_not_known', '/posting/fte fte_range', '/posting/starts_on day_out_of_range',
    '/posting/ends_on ends_before_it_starts', '/posting/entry_route entry_route_not_known', '/posting/joiner_type joiner_type_not_known', '/posting/leaver_type leaver_type_not_known']);
  assert.deepEqual(faults(await register(422, { posting: posting({ leaver_type: 'other' }) })), ['posting_faulty', '/posting/leaver_type leaver_without_end']);
  assert.deepEqual(pointers(await register(422, { email: 'nowhere', posting: { fte: 2, starts_on: 'soon', worker_type: 'A' } })),
    ['/email', '/posting/fte', '/posting/staff_number', '/posting/starts_on', '/posting/worker_type']);
});

test('two at once with one staff number: one is registered', async () => {
  const same = posting({});
  const replies = await Promise.allSettled(Array.from({ length: 4 }, () => register(201, { posting: same })));
  assert.equal(replies.filter(({ status }) => status === 'fulfilled').length, 1);
});

test('an Idempotency-Key registers once', async () => {
  const body = { given_name: 'Ada', family_name: 'Once', posting: posting({}) };
  const options = { ...force.hr, headers: { 'idempotency-key': number('register') }, body };
  const [first, again] = [await expect(201, 'POST', '/v1/people', options), await expect(201, 'POST', '/v1/people', options)];
  assert.equal(again.json.id, first.json.id);
});

test('a sensitive posting, and a unit that is, are for those with sensitive:read', async () => {
  const unit = (await expect(200, 'GET', '/v1/organisations/cambridgeshire/units?limit=500', force.cleared)).json.units.find((each) => each.code === 'register-covert').id;
  assert.equal(code(await register(403, { posting: posting({ sensitive: true }) })), 'scope_not_granted');
  assert.deepEqual(faults(await register(422, { posting: posting({ unit }) })), ['posting_faulty', '/posting/unit unknown_unit']);
  for (const more of [{ sensitive: true }, { unit }]) {
    const { json } = await register(201, { posting: posting(more) }, force.cleared);
    await expect(404, 'GET', `/v1/people/${json.id}`, force.hr);
    await expect(200, 'GET', `/v1/people/${json.id}`, force.cleared);
  }
});

test('it takes the scope, for the organisation that the request acts for', async () => {
  await register(403, { posting: posting({}) }, officer(force.A));
  await register(401, { posting: posting({}) }, {});
  await register(403, { posting: posting({}) }, { as: 'administrator' });
});
