// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect } from '../../lib/client.mjs';
import { claim, items, log, officer } from '../../lib/force.mjs';
import { inRole, roleProfile } from '../../lib/roles.mjs';
import { team } from '../../lib/team.mjs';
import { eventsOf } from '../../lib/trail.mjs';

// B, of Sergeant A's team since 2024, is asked for analysing at 2 and owning at 1; claims analysing 1, and has learned for it once before and once since.
let place, cvf;

const path = (person) => `/v1/people/${person}/next-steps`;
const ask = async (as = place.hr, more = '') => (await expect(200, 'GET', path(place.people.B) + more, as)).json.rows;

before(async () => {
  place = team('persons', { B: { unit: 'team', starts_on: '2024-01-01' }, C: { unit: 'team' } });
  cvf = await items('cop-cvf-2024');
  const { HR, B } = place.people;
  inRole(await roleProfile(HR, 'A role of a test', [{ item: cvf['we-analyse-critically'], level: 2 }, { item: cvf['we-take-ownership'], level: 1 }]), B);
  await claim(B, { item: cvf['we-analyse-critically'], level: 1 });
  await log(B, { happened_on: '2023-05-01', item: cvf['we-analyse-critically'] });
  await log(B, { happened_on: '2025-05-01', item: cvf['we-analyse-critically'] });
});

test('a line manager and HR read the steps as the person does, with the activities of the time here', async () => {
  const own = (await expect(200, 'GET', '/v1/next-steps', officer(place.people.B))).json.rows;
  const told = (steps) => steps.map(({ code, gap, next_level, activities }) => [code, gap, next_level, activities]);
  assert.deepEqual(told(own), [['we-take-ownership', 1, 1, 0], ['we-analyse-critically', 1, 2, 2]]);
  for (const as of [place.manager, place.hr]) assert.deepEqual(told(await ask(as)), told(own).map(([code, gap, next, count]) => [code, gap, next, count && 1]));
});

test('whoever has nothing to do has no steps, and is in the trail all the same', async () => {
  const reply = await expect(200, 'GET', path(place.people.C), place.hr);
  assert.deepEqual(reply.json.rows, []);
  assert.deepEqual(eventsOf(reply).map(({ people }) => people), [[place.people.C]]);
});

test('pages follow each other', async () => {
  assert.deepEqual(await all(`${path(place.people.B)}?limit=1`, place.hr, 'rows'), await ask());
});

test('nobody else reads them', async () => {
  await expect(403, 'GET', path(place.people.B), officer(place.people.C));
  await expect(404, 'GET', path(place.people.DESK), place.manager);
  await expect(404, 'GET', path('00000000-0000-4000-8000-000000000000'), place.hr);
});

test('a framework that does not exist is 404', async () => {
  const reply = await expect(404, 'GET', `${path(place.people.B)}?framework=nope`, place.hr);
  assert.match(reply.json.type, /unknown_framework$/);
});

test('a role profile that does not exist is 404', async () => {
  const reply = await expect(404, 'GET', `${path(place.people.B)}?role_profile=00000000-0000-4000-8000-000000000000`, place.hr);
  assert.match(reply.json.type, /unknown_role_profile$/);
});
