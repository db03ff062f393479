// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, sql, token } from '../../lib/client.mjs';
import { problem } from '../../lib/access.mjs';
import { officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';
import { eventsOf } from '../../lib/trail.mjs';

const target = '/v1/me/specialist-listing';
const [today, next] = sql("select london_today() union all select london_today() + 30 order by 1");
let people;
before(() => {
  people = posted('lancashire', { HR: {}, A: {}, B: {}, C: {}, D: {}, E: {} });
});

const say = async (name, body, status = 200) => expect(status, 'PUT', target, { ...officer(people[name]), body });
const told = ({ json }) => [json.reach, json.since, json.next_reach, json.next_on, json.statements.length];

test('from today on, unless another day is said', async () => {
  assert.deepEqual(told(await say('A', { reach: 'organisation' })), ['organisation', today, null, null, 1]);
});

test('to say the same again says nothing new', async () => {
  await say('B', { reach: 'service' });
  assert.deepEqual(told(await say('B', { reach: 'service' })), ['service', today, null, null, 1]);
});

test('what is to begin later holds from then on, and what holds now until then', async () => {
  await say('C', { reach: 'organisation' });
  assert.deepEqual(told(await say('C', { reach: 'service', starts_on: next })), ['organisation', today, 'service', next, 2]);
});

test('none takes everything back at once, what was to begin later too, and all of it stays on the record', async () => {
  await say('D', { reach: 'service' });
  await say('D', { reach: 'organisation', starts_on: next });
  const reply = await say('D', { reach: 'none' });
  assert.deepEqual(told(reply), ['none', today, null, null, 3]);
  assert.deepEqual(reply.json.statements.map((said) => said.reach), ['none', 'organisation', 'service']);
});

test('it is in what the person is told, and in the export of the record', async () => {
  await say('E', { reach: 'service' });
  assert.equal((await expect(200, 'GET', '/v1/me', officer(people.E))).json.specialist_reach, 'service');
  const { entries } = (await expect(200, 'GET', '/v1/record/entries', officer(people.E))).json;
  assert.deepEqual(entries.map((each) => [each.day, each.kind, each.title]), [[today, 'listing', 'service']]);
});

test('it is a change in the trail', async () => {
  const [event] = eventsOf(await say('HR', { reach: 'none' }));
  assert.deepEqual([event.operation, event.kind], ['put_specialist_listing', 'change']);
});

test('a day that is past, another reach and a system are refused', async () => {
  assert.equal(problem(await say('A', { reach: 'service', starts_on: '2025-01-01' }, 422)), 'listing_day_past /starts_on');
  assert.equal(problem(await say('A', { reach: 'everybody' }, 422)), 'invalid_body /reach');
  await expect(403, 'PUT', target, { as: { token: token('officer', people.A, 'record:read') }, body: { reach: 'none' } });
  await expect(403, 'PUT', target, { as: 'college', body: { reach: 'service' } });
});
