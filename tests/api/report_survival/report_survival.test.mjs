// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { before } from 'node:test';
import { csv, expect, pointers } from '../../lib/client.mjs';
import { claim, force, items, officer, row } from '../../lib/force.mjs';
import { hrOf, organisation, reorganised } from '../../lib/organisations.mjs';
import { code as problem } from '../../lib/workforce.mjs';

const { people: patients, curve } = JSON.parse(readFileSync(new URL('expected.json', import.meta.url))).aml;
const route = { Maintained: 'pcda', Nonmaintained: 'dhep' };
const constable = { worker_type: 'police_officer', rank: 'constable' };
const after = (day, days) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
let published, small, item;

// The patients of the leukaemia data as people: a week is a day of service, relapse is leaving, and who is censored goes without a leaver type.
// And six made by hand, who all joined on 1 January 2023 but P, a PCSO since 2021.
before(async () => {
  const aml = organisation('aml');
  published = hrOf(force(aml, [{ staff_number: 'HR' },
    ...patients.map(([arm, , days, left], n) => ({ staff_number: `P${n}`, ...constable, starts_on: '2020-01-01', joiner_type: 'standard_recruit', entry_route: route[arm],
      ends_on: after('2020-01-01', days - 1), leaver_type: left ? 'other' : '' }))]).people.HR, aml);
  const code = organisation('cohorts');
  const joined = { ...constable, starts_on: '2023-01-01', joiner_type: 'standard_recruit', entry_route: 'pcda' };
  const { people } = force(code, [{ staff_number: 'HR' },
    { staff_number: 'A', ...joined, ends_on: '2023-06-29', leaver_type: 'voluntary_resignation' },
    { staff_number: 'B', ...joined, ends_on: '2023-12-31', leaver_type: 'transfer' },
    { staff_number: 'C', ...joined, ends_on: '2024-06-30', leaver_type: 'dismissal' },
    { staff_number: 'D', ...joined }, { staff_number: 'E', ...joined, joiner_type: 'transfer', entry_route: '' },
    { staff_number: 'P', worker_type: 'pcso', starts_on: '2021-01-01', joiner_type: 'standard_recruit', ends_on: '2022-12-31' },
    { staff_number: 'P', ...joined, joiner_type: 'previously_pcso_or_staff', subject: '' },
    { staff_number: 'S', ...joined, sensitive: 'yes', ends_on: '2023-02-28', leaver_type: 'death' },
  ]);
  small = { ...hrOf(people.HR, code), people, code };
  item = (await items('cop-cvf-2016'))['we-are-collaborative'];
  for (const name of ['A', 'C']) await claim(people[name], { item, level: 2, valid_from: '2022-06-01' });
  await claim(people.D, { item, level: 1, valid_from: '2022-06-01' });
  await claim(people.E, { item, level: 2, valid_from: '2023-01-02' });
});

const ask = async (query) => (await expect(200, 'GET', `/v1/reports/survival?${query.includes('from=') ? '' : 'from=2021-01&'}as_of=2025-01-01&${query}`, small)).json;
// The last row of each curve.
const ends = ({ rows }, name) => Object.fromEntries(rows.map((each) => [each[name] ?? 'all', each]));
const told = (curves) => Object.fromEntries(Object.entries(curves).map(([key, last]) => [key, Number(last.survival.toFixed(4))]));

test('people who stay as long as the patients of a published trial have its curves', async () => {
  const { rows } = (await expect(200, 'GET', '/v1/reports/survival?from=2020-01&until=2020-01&by=entry_route&steps=day', published)).json;
  for (const [arm, day, at_risk, events, survival, lower, upper] of curve.filter((each) => each[3] > 0)) {
    const found = row(rows, { entry_route: route[arm], days: day });
    assert.deepEqual([found.at_risk, found.leavers, found.transfers_out], [at_risk, events, 0]);
    [[found.survival, survival], [found.lower, lower], [found.upper, upper]].forEach(([is, should]) =>
      assert.ok(is === should || Math.abs(is - should) < 1e-6, `${arm} ${day}: ${is} is not ${should}`));
  }
  assert.equal(rows.filter((each) => each.entry_route && each.days > 0).length, curve.filter((each) => each[3] > 0).length);
});

// At risk by days served: A, B, C, D, E and P from the first day. A leaves after 180 days: 5/6. B transfers after 365 and is censored. C leaves after
// 547, one of four: 5/6 x 3/4 = 0.625.
test('by day: each leaving takes the part of those at risk, transfers are censored and shown', async () => {
  const { rows } = await ask('by=entry_route&steps=day&from=2023-01');
  assert.deepEqual(rows.filter((each) => !each.entry_route).map((each) => [each.days, each.at_risk, each.leavers, each.transfers_out, each.survival]),
    [[0, 6, 0, 0, 1], [180, 6, 1, 0, 0.83333333], [365, 5, 0, 1, 0.83333333], [547, 4, 1, 0, 0.625]]);
  // By PCDA came five, without E: 4/5 x 2/3.
  assert.deepEqual(told(ends({ rows }, 'entry_route')), { all: 0.625, pcda: 0.5333, not_known: 1 });
});

test('transfers as leaving', async () => {
  // 5/6 x 4/5 x 3/4.
  const { rows } = await ask('steps=day&from=2023-01&transfers=left');
  assert.deepEqual([rows.at(-1).survival, rows.reduce((sum, each) => sum + each.transfers_out, 0), rows.reduce((sum, each) => sum + each.leavers, 0)], [0.5, 1, 2]);
});

test('by month: who is at risk then, and who left since the month before', async () => {
  const { rows } = await ask('from=2023-01');
  const month = (months) => row(rows, { months });
  assert.deepEqual([month(0).at_risk, month(5).at_risk, month(6).leavers, month(6).survival], [6, 6, 1, 0.83333333]);
  assert.deepEqual([month(7).at_risk, month(12).transfers_out, month(18).leavers, month(17).survival, month(18).survival], [5, 1, 1, 0.83333333, 0.625]);
  assert.deepEqual([rows.at(-1).months, rows.at(-1).censored], [25, 3], 'D, E and P are followed to 1 January 2025');
  assert.deepEqual((await ask('from=2023-01&steps=year')).rows.map((each) => [each.months, each.leavers, each.survival]), [[0, 0, 1], [12, 1, 0.83333333], [24, 1, 0.625], [36, 0, 0.625]]);
});

test('by year and worker type: somebody counts from the first time in each curve', async () => {
  const years = await ask('by=year&steps=year');
  assert.deepEqual(Object.fromEntries(years.rows.filter((each) => each.months === 0).map((each) => [each.joined_in ?? 'all', each.at_risk])), { all: 6, 2021: 1, 2023: 6 });
  const types = await ask('by=worker_type&steps=year');
  assert.deepEqual(Object.fromEntries(types.rows.filter((each) => each.months === 0).map((each) => [each.worker_type ?? 'all', each.at_risk])), { all: 6, pcso: 1, police_officer: 6 });
});

test('by a skill held on the first day, at the level', async () => {
  // A and C had level 2 and both left: 1/2, then none. Of the others, B, D, E and P, nobody left.
  assert.deepEqual(told(ends(await ask(`by=skill&item=${item}&level=2&steps=day&from=2023-01`), 'skill')), { all: 0.625, held: 0, not_held: 1 });
  // With D, who has level 1: 2/3 x 1/2.
  assert.deepEqual(told(ends(await ask(`by=skill&item=${item}&steps=day&from=2023-01`), 'skill')), { all: 0.625, held: 0.3333, not_held: 1 });
});

test('a record that is whole since a day: who left before it is not in it, the others are at risk from then on', async () => {
  // A is gone before 1 July 2023; the other five enter after 181 days; C is one of four at 547.
  const { rows } = await ask('from=2023-01&steps=day&observed_from=2023-07-01');
  assert.deepEqual(rows.map((each) => [each.days, each.at_risk, each.survival]), [[0, 0, 1], [365, 5, 1], [547, 4, 0.75]]);
});

test('as of a day, narrowed, and given again by its edition', async () => {
  const { meta, rows } = (await expect(200, 'GET', '/v1/reports/survival?from=2023-01&as_of=2023-12-01&steps=day&rank=constable', small)).json;
  assert.deepEqual(rows.map((each) => [each.days, each.at_risk, each.leavers]), [[0, 6, 0], [180, 6, 1]]);
  assert.match(meta.definition, /Kaplan and Meier/);
  assert.deepEqual((await expect(200, 'GET', `/v1/reports/survival?from=2023-01&as_of=2023-12-01&steps=day&rank=constable&edition=${meta.edition}`, small)).json.rows, rows);
  const reply = await expect(200, 'GET', '/v1/reports/survival?from=2023-01', { ...small, headers: { ...small.headers, accept: 'text/csv' } });
  assert.equal(csv(reply.text)[0].survival, '1.00000000');
});

test('it refuses what it cannot be asked, and strangers', async () => {
  const refused = async (status, query) => problem(await expect(status, 'GET', `/v1/reports/survival?${query}`, small));
  assert.equal(await refused(422, 'as_of=2199-01-01'), 'as_of_in_future');
  assert.equal(await refused(422, 'observed_from=2199-12-31'), 'observed_from_in_future');
  assert.equal(await refused(422, 'by=skill'), 'skill_without_item');
  assert.equal(await refused(422, 'level=2'), 'item_without_skill');
  assert.equal(await refused(404, `by=skill&item=${small.people.A}`), 'unknown_item');
  assert.equal(pointers(await expect(400, 'GET', '/v1/reports/survival?by=age&steps=week&observed_from=soon', small)).length, 3);
  await expect(403, 'GET', '/v1/reports/survival', officer(small.people.D));
});

test('after a merger: at risk from the day of it on, as long since joining as they are', async () => {
  const heir = organisation('cohorts-heir');
  await reorganised({ happened_on: '2025-06-01', moves: [{ predecessor: small.code, successor: heir }] });
  const there = hrOf(small.people.HR, heir);
  const { rows } = (await expect(200, 'GET', '/v1/reports/survival?from=2021-01&as_of=2025-12-01&by=year', there)).json;
  // D and E joined 882 days before, P, as a PCSO, 1612; HR has no joiner type.
  const at = (joined_in, months) => row(rows, { joined_in, months }).at_risk;
  assert.deepEqual([at(2023, 0), at(2023, 30), at(2021, 53), at(null, 53)], [0, 2, 1, 1]);
  assert.ok(rows.every((each) => each.survival === 1));
});
