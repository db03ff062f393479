// SPDX-License-Identifier: MIT
// A line manager: the people of the unit and of those below it today, and of their record the window of the force.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect } from '../../lib/client.mjs';
import { give, scoped } from '../../lib/access.mjs';
import { claim, items } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// City of London: u1 has u2 below it, and u2 u3; v is beside them. A works in u3, GONE did until 2023, COMES will; N came from Sussex in 2023.
let sussex, city, boss, item, made;
const list = async (person, options = boss) =>
  (await all(`/v1/people/${person}/assertions?state=all`, options, 'assertions')).map(({ id }) => Object.keys(made).find((each) => made[each] === id)).sort();

before(async () => {
  sussex = posted('sussex', { HR: {}, N: { ends_on: '2022-12-31', leaver_type: 'transfer' } });
  city = posted('city-of-london', {
    HR: {}, BOSS: { unit: 'u1' }, DEPUTY: { unit: 'u2', parent_unit: 'u1' }, A: { unit: 'u3', parent_unit: 'u2' }, V: { unit: 'v' },
    GONE: { unit: 'u3', ends_on: '2023-12-31', leaver_type: 'other' }, COMES: { unit: 'u3', starts_on: '2199-01-01' },
    MOVED: { unit: 'v' }, N: { person_id: sussex.N, starts_on: '2023-01-01', unit: 'u3', subject: '' } });
  give(city.BOSS, 'team:read competencies:assess', { organisation: 'city-of-london', unit: 'u1' });
  boss = scoped(city.BOSS, 'record:read team:read competencies:assess');
  item = (await items('cop-cvf-2016'))['we-take-ownership'];
  const span = async (valid_from, valid_until) => (await claim(city.N, { item, level: 1, valid_from, valid_until })).id;
  made = { before: await span('2021-01-01', '2021-12-31'), across: await span('2022-06-01', '2023-06-30'), now: await span('2024-01-01') };
});

test('all units below are read, those beside and those who are not there today are not', async () => {
  for (const person of [city.BOSS, city.DEPUTY, city.A, city.N]) await expect(200, 'GET', `/v1/people/${person}`, boss);
  for (const person of [city.V, city.GONE, city.COMES, city.HR, city.MOVED]) {
    await expect(404, 'GET', `/v1/people/${person}`, boss);
    await expect(404, 'GET', `/v1/people/${person}/assertions`, boss);
  }
  const rows = await all('/v1/people?limit=500', boss, 'people');
  for (const person of [city.DEPUTY, city.A, city.N]) assert.ok(rows.some(({ id }) => id === person));
  assert.deepEqual([...new Set(rows.map(({ unit_name }) => unit_name))].sort(), ['u1', 'u2', 'u3']);
});

test('of a record, the window of the force and not the time in another one', async () => {
  assert.deepEqual(await list(city.N), ['across', 'now']);
  assert.deepEqual(await list(city.N, city.hr), ['across', 'now']);
  assert.deepEqual(await list(city.N, sussex.hr), ['across', 'before']);
  await expect(404, 'GET', `/v1/assertions/${made.before}`, boss);
  await expect(200, 'GET', `/v1/assertions/${made.across}`, boss);
});

test('and assesses the team for that time alone', async () => {
  const assess = (status, person, valid_from, valid_until) =>
    expect(status, 'POST', `/v1/people/${person}/assertions`, { ...boss, body: { item, level: 2, basis: 'endorsed', valid_from, valid_until } });
  await assess(201, city.N, '2023-02-01');
  assert.match((await assess(422, city.N, '2021-02-01', '2021-03-01')).json.type, /#not_posted_then$/);
  for (const person of [city.V, city.GONE, city.COMES]) await assess(404, person, '2023-02-01');
});

test('who moves into a unit is seen there from then on', async () => {
  posted('city-of-london', { HR: {}, MOVED: { unit: 'v', ends_on: '2024-12-31' } });
  posted('city-of-london', { HR: {}, MOVED: { unit: 'u2', starts_on: '2025-01-01' } });
  await expect(200, 'GET', `/v1/people/${city.MOVED}`, boss);
});

test('without team:read, or without a token that has it, a unit is nothing', async () => {
  await expect(403, 'GET', '/v1/people', scoped(city.BOSS, 'record:read'));
  await expect(403, 'GET', '/v1/people', scoped(city.DEPUTY, 'team:read'));
});
