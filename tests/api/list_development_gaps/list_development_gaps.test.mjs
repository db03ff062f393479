// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, csv, expect } from '../../lib/client.mjs';
import { give, problem, scoped } from '../../lib/access.mjs';
import { force, items, log, officer } from '../../lib/force.mjs';
import { organisation } from '../../lib/organisations.mjs';
import { eventsOf } from '../../lib/trail.mjs';

// A force of its own, asked about 30 June 2025. HR logged something that day; A, in u1 below u0, on 15 January (166 days, five months ago); B, in u0, on
// 31 May (30 days); D, in u0 since 1 February, never (149 days, four months); S, in a sensitive unit below u0, never. BOSS, in no unit, manages u0 and
// has logged nothing since 2020; WIDE has the figures of the force and the team of u1.
const day = 'as_of=2025-06-30';
let code, made, cvf, boss, wide;

before(async () => {
  code = organisation('gapsbyname');
  made = force(code, [
    { staff_number: 'HR' }, { staff_number: 'A', unit: 'u1', parent_unit: 'u0' }, { staff_number: 'B', unit: 'u0' },
    { staff_number: 'D', unit: 'u0', starts_on: '2025-02-01' }, { staff_number: 'S', unit: 'covert', parent_unit: 'u0', unit_sensitive: 'yes' },
    { staff_number: 'BOSS' }, { staff_number: 'WIDE' }]);
  cvf = await items('cop-cvf-2016');
  const { HR, A, B, BOSS, WIDE } = made.people;
  await log(HR, { happened_on: '2025-06-30' });
  await log(A, { happened_on: '2025-01-15', item: cvf['we-take-ownership'] });
  await log(B, { happened_on: '2025-05-31' });
  give(BOSS, 'team:read', { organisation: code, unit: 'u0' });
  boss = scoped(BOSS, 'team:read');
  give(WIDE, 'team:read', { organisation: code, unit: 'u1' });
  give(WIDE, 'reports:organisation', { organisation: code });
  wide = scoped(WIDE, 'team:read reports:organisation');
});

const list = async (query, as) => (await expect(200, 'GET', `/v1/development-gaps?${query}`, as ?? made.hr)).json.rows;
const told = (people) => people.map((each) => [each.family_name, each.gap_days, each.last_on]);

test('without a limit all are listed, however many', async () => {
  const many = force(organisation('manygaps'), Array.from({ length: 60 }, (_, n) => ({ staff_number: `N${n}` })));
  const reply = await expect(200, 'GET', `/v1/development-gaps?${day}`, many.hr);
  assert.deepEqual([reply.json.rows.length, reply.headers.get('link')], [60, null]);
});

test('who has logged nothing for three months, the longest first', async () => {
  // BOSS and WIDE have logged nothing since 1 January 2020: five years of 1,827 days and 180 days.
  assert.deepEqual(told(await list(day)), [['BOSS', 2007, null], ['WIDE', 2007, null], ['A', 166, '2025-01-15'], ['D', 149, null]]);
});

test('a line manager has those of the units managed, and not the manager as such', async () => {
  assert.deepEqual(told(await list(day, boss)), [['A', 166, '2025-01-15'], ['D', 149, null]]);
});

test('the figures of the force are no leave to read its names', async () => {
  assert.deepEqual(told(await list(day, wide)), [['A', 166, '2025-01-15']]);
});

test('more months, fewer people', async () => {
  assert.deepEqual((await list(`${day}&months=5`, boss)).map((each) => [each.family_name, each.gap_months]), [['A', 5]]);
  assert.deepEqual((await list(`${day}&months=1`, boss)).map((each) => each.family_name), ['A', 'D', 'B']);
});

test('it says where they are, since when they serve and from when the gap counts', async () => {
  const [, never] = await list(day, boss);
  const { person, unit, ...rest } = never;
  assert.ok(unit);
  assert.deepEqual([person, rest], [made.people.D, {
    staff_number: 'D', given_name: 'Test', family_name: 'D', unit_code: 'u0', unit_name: 'u0', worker_type: 'police_staff', rank: null, role_profile_title: null,
    served_since: '2025-02-01', last_on: null, gap_since: '2025-02-01', gap_days: 149, gap_months: 4 }]);
});

test('only CPD of an item ends the gap', async () => {
  assert.deepEqual(told(await list(`${day}&item=${cvf['we-take-ownership']}&months=5`, boss)), [['B', 2007, null], ['A', 166, '2025-01-15']]);
});

test('who has left the team is not taken for somebody who did nothing', async () => {
  const there = organisation('gapsleft');
  const { people } = force(there, [{ staff_number: 'HR' }, { staff_number: 'CHIEF' }, { staff_number: 'L', unit: 'u1', ends_on: '2025-06-30' },
    { staff_number: 'L', unit: 'u2', starts_on: '2025-07-01' }, { staff_number: 'T', unit: 'u1' }]);
  await log(people.L, { happened_on: '2025-06-20' });
  give(people.CHIEF, 'team:read', { organisation: there, unit: 'u1' });
  assert.deepEqual((await list(day, scoped(people.CHIEF, 'team:read'))).map((each) => each.family_name), ['T']);
});

test('who came from another unit is not said to have logged nothing', async () => {
  const there = organisation('gapsmoved');
  const { people } = force(there, [{ staff_number: 'HR' }, { staff_number: 'CHIEF' }, { staff_number: 'M', unit: 'u1', ends_on: '2025-01-31' },
    { staff_number: 'M', unit: 'u2', starts_on: '2025-02-01' }, { staff_number: 'N', unit: 'u2' }]);
  await log(people.M, { happened_on: '2025-01-20' });
  give(people.CHIEF, 'team:read', { organisation: there, unit: 'u2' });
  // M's gap begins for CHIEF with the posting to u2, 149 days before; N has logged nothing anywhere.
  assert.deepEqual(told(await list(day, scoped(people.CHIEF, 'team:read'))), [['N', 2007, null], ['M', 149, '2025-01-20']]);
});

test('by pages it is the same list', async () => {
  const pages = await all(`/v1/development-gaps?${day}&limit=1`, made.hr, 'rows');
  assert.deepEqual(pages, await list(day));
});

test('only a unit, and in CSV', async () => {
  const [{ unit }] = (await list(day)).filter((each) => each.family_name === 'A');
  const reply = await expect(200, 'GET', `/v1/development-gaps?${day}&unit=${unit}`, { ...made.hr, headers: { accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text).map((each) => each.family_name), ['A']);
});

test('everybody listed finds the reader', async () => {
  const reply = await expect(200, 'GET', `/v1/development-gaps?${day}`, boss);
  const [event] = eventsOf(reply);
  assert.deepEqual([event.kind, [...event.people].sort()], ['record', [made.people.A, made.people.D].sort()]);
  const { readers } = (await expect(200, 'GET', '/v1/record/readers', officer(made.people.D))).json;
  assert.equal(readers[0].operation, 'list_development_gaps');
});

test('a day to come is refused, and so is who has no team', async () => {
  assert.equal(problem(await expect(422, 'GET', '/v1/development-gaps?as_of=2090-01-01', made.hr)), 'gaps_in_future ?as_of');
  assert.equal(problem(await expect(404, 'GET', '/v1/development-gaps?framework=no-such', made.hr)), 'unknown_framework ?framework');
  await expect(403, 'GET', '/v1/development-gaps', officer(made.people.A));
});
