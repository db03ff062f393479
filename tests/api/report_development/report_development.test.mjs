// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { csv, expect, pointers, sql } from '../../lib/client.mjs';
import { problem } from '../../lib/access.mjs';
import { force, items, log, officer, row } from '../../lib/force.mjs';
import { organisation } from '../../lib/organisations.mjs';

// A force of its own: HR in no unit, constable A in u1 (below u0), B of the staff in u0, C of the staff in no unit. Cluster 1 of the CVF 2016 holds two
// competencies, aware and ownership. What was done in February and March 2025, and on 1 April, which is after the period:
//   A   3 March 60 minutes, aware and ownership     31 March 30 minutes, aware, by Alpha, action
//   B   1 March 90 minutes, ownership, by Alpha
//   C   28 February, aware    15 March, aligned to nothing, by Beta    1 April, aware
const period = 'from=2025-02&until=2025-03';
const framework = 'framework=cop-cvf-2016';
let code, dorset, cvf, cluster;

before(async () => {
  code = organisation('development');
  dorset = force(code, [
    { staff_number: 'HR' }, { staff_number: 'A', unit: 'u1', parent_unit: 'u0', worker_type: 'police_officer', rank: 'constable' },
    { staff_number: 'B', unit: 'u0' }, { staff_number: 'C' }]);
  cvf = await items('cop-cvf-2016');
  const { A, B, C } = dorset.people;
  const [aware, ownership] = [cvf['we-are-emotionally-aware'], cvf['we-take-ownership']];
  cluster = (await expect(200, 'GET', `/v1/items/${aware}`, { as: 'officer' })).json.ancestors[0].id;
  await log(A, { happened_on: '2025-03-03', minutes: 60, alignments: [{ item: aware }, { item: ownership }], type: 'course' });
  await log(A, { happened_on: '2025-03-31', minutes: 30, item: aware, provider: 'Alpha', stage: 'action' });
  await log(B, { happened_on: '2025-03-01', minutes: 90, item: ownership, provider: 'Alpha' });
  await log(C, { happened_on: '2025-02-28', item: aware });
  await log(C, { happened_on: '2025-04-01', item: aware });
  await log(C, { happened_on: '2025-03-15', provider: 'Beta' });
});

const report = async (query) => (await expect(200, 'GET', `/v1/reports/development?${query}`, dorset.hr)).json;
const rows = async (query) => (await report(query)).rows;
const cell = ({ people, activities, minutes, activities_with_minutes }) => [people, activities, minutes, activities_with_minutes];
const refused = async (status, query) => problem(await expect(status, 'GET', `/v1/reports/development?${query}`, dorset.hr));

test('the whole of each month, and of the period, counts everything, aligned or not', async () => {
  const told = (await rows(period)).map((each) => [each.bin, each.starts_on, each.ends_on, each.whole, ...cell(each)]);
  // The period: A, B and C; five activities, three with 60 + 30 + 90 minutes. February: C alone, without minutes. March: four activities of all three.
  assert.deepEqual(told, [
    [null, '2025-02-01', '2025-03-31', true, 3, 5, 180, 3],
    ['2025-02', '2025-02-01', '2025-02-28', true, 1, 1, 0, 0],
    ['2025-03', '2025-03-01', '2025-03-31', true, 3, 4, 180, 3],
  ]);
});

test('by item each cell is counted by itself, and what is aligned to nothing is left out', async () => {
  const all = await rows(`${framework}&${period}&by=item`);
  const at = (item, bin) => cell(row(all, { item, bin, whole: false }));
  assert.deepEqual(at(cvf['we-are-emotionally-aware'], '2025-03'), [1, 2, 90, 2]);
  assert.deepEqual(at(cvf['we-take-ownership'], '2025-03'), [2, 2, 150, 2]);
  assert.deepEqual(at(cvf['we-are-emotionally-aware'], null), [2, 3, 90, 2]);
  assert.deepEqual(cell(row(all, { whole: true, bin: null })), [3, 4, 180, 3]);
});

test('an activity aligned to two items of a cluster counts once in the cluster', async () => {
  assert.deepEqual(cell(row(await rows(`${framework}&${period}&by=item`), { item: cluster, bin: '2025-03' })), [2, 3, 180, 3]);
});

test('an item alone is enough to ask for, and is the same cell by another route', async () => {
  assert.deepEqual(cell(row(await rows(`${period}&item=${cluster}`), { bin: '2025-03' })), [2, 3, 180, 3]);
});

test('a unit has those below it; who has no unit is in the row of the whole alone', async () => {
  const all = await rows(`${period}&by=unit&bin=period`);
  assert.deepEqual(all.map((each) => [each.unit_code, each.whole, ...cell(each)]), [
    [null, true, 3, 5, 180, 3], ['u0', false, 2, 3, 180, 3], ['u1', false, 1, 2, 90, 2]]);
});

test('a unit asked for is the whole, with those below it', async () => {
  const unit = (await rows(`${period}&by=unit&bin=period`)).find((each) => each.unit_code === 'u0').unit;
  const all = await rows(`${period}&by=unit&bin=period&unit=${unit}`);
  assert.deepEqual(all.map((each) => [each.unit_code, each.whole, each.activities]), [['u0', true, 3], ['u0', false, 3], ['u1', false, 2]]);
  assert.deepEqual((await rows(`${period}&bin=period&unit=${unit}`)).map((each) => each.unit_code), ['u0']);
});

test('how many minutes of CPD did each unit log each quarter, by provider?', async () => {
  const told = (await rows(`${period}&bin=quarter&by=unit,provider`)).filter((each) => each.bin && !each.whole)
    .map((each) => [each.bin, each.unit_code, each.provider ?? '-', each.minutes, each.people]);
  // u1: A's 60 by nobody and 30 by Alpha. u0 has these below it, and B's 90 by Alpha: A and B.
  assert.deepEqual(told.sort(), [
    ['2025-Q1', 'u0', '-', 60, 1], ['2025-Q1', 'u0', 'Alpha', 120, 2], ['2025-Q1', 'u1', '-', 60, 1], ['2025-Q1', 'u1', 'Alpha', 30, 1]]);
});

for (const [by, expected] of [
  ['worker_type', [['police_officer', 1, 2], ['police_staff', 2, 3]]],
  ['rank', [['constable', 1, 2], ['none', 2, 3]]],
  ['type', [['course', 1, 1], ['other', 3, 4]]],
  ['stage', [['-', 3, 4], ['action', 1, 1]]],
  ['provider', [['-', 2, 2], ['Alpha', 2, 2], ['Beta', 1, 1]]],
  ['source', [['person', 3, 5]]],
])
  test(`by ${by}`, async () => {
    const told = (await rows(`${period}&bin=period&by=${by}`)).filter((each) => !each.whole).map((each) => [each[by] ?? '-', each.people, each.activities]);
    assert.deepEqual(told.sort(), expected);
  });

for (const [filter, expected] of [
  ['worker_type=police_officer', [1, 2]], ['rank=constable', [1, 2]], ['type=course', [1, 1]], ['stage=action', [1, 1]], ['provider=Alpha', [2, 2]],
  ['source=person', [3, 5]], ['source=another', [0, 0]], [framework, [3, 4]], ['framework=gdd-pcf', [0, 0]],
])
  test(`only ${filter}`, async () => {
    const [all] = await rows(`${period}&bin=period&${filter}`);
    assert.deepEqual([all.people, all.activities], expected);
  });

test('a role is that of the posting on the day', async () => {
  const profile = sql(`update posting set role_profile_id = (select min(role_profile_id) from role_profile)
                       from person where person.person_id = posting.person_id and person.id = $1::uuid
                       returning (select id from role_profile order by role_profile_id limit 1)`, dorset.people.B)[0];
  const [all] = await rows(`${period}&bin=period&role=${profile}`);
  assert.deepEqual(cell(all), [1, 1, 90, 1]);
});

test('the same in CSV', async () => {
  const reply = await expect(200, 'GET', `/v1/reports/development?${period}`, { ...dorset.hr, headers: { accept: 'text/csv' } });
  const line = csv(reply.text).find((each) => each.bin === '2025-03');
  assert.deepEqual([line.people, line.activities, line.minutes].map(Number), [3, 4, 180]);
});

test('a withdrawn activity is counted no more, and an edited one where it now belongs', async () => {
  const { C } = dorset.people;
  const extra = await log(C, { happened_on: '2024-02-01', minutes: 5 });
  const at = async (month) => cell((await rows(`from=${month}&until=${month}&bin=period`))[0]);
  assert.deepEqual(await at('2024-02'), [1, 1, 5, 1]);
  await expect(200, 'PATCH', `/v1/activities/${extra.id}`, { ...officer(C), headers: { 'if-match': '"1"' }, body: { happened_on: '2024-01-31', minutes: 7 } });
  assert.deepEqual([await at('2024-01'), await at('2024-02')], [[1, 1, 7, 1], [0, 0, 0, 0]]);
  await expect(204, 'DELETE', `/v1/activities/${extra.id}`, { ...officer(C), headers: { 'if-match': '"2"' } });
  assert.deepEqual(await at('2024-01'), [0, 0, 0, 0]);
});

test('it says of itself what it counts, for whom, when and in which edition', async () => {
  const { meta } = await report(period);
  assert.equal(meta.organisation.code, code);
  assert.deepEqual([meta.period, meta.complete], [{ starts_on: '2025-02-01', ends_on: '2025-03-31' }, true]);
  assert.match(meta.definition, /College of Policing/);
  const again = await report(`${period}&edition=${meta.edition}`);
  assert.deepEqual([again.meta.edition, again.meta.known_at], [meta.edition, null]);
});

test('without the grant or the scope it is refused', async () => {
  await expect(403, 'GET', `/v1/reports/development?${period}`, officer(dorset.people.A));
  await expect(403, 'GET', `/v1/reports/development?${period}`, { as: 'hr', person: dorset.people.A });
});

test('what is not there is not found, each by its name', async () => {
  const nothing = '00000000-0000-4000-8000-000000000000';
  assert.equal(await refused(404, 'framework=no-such'), 'unknown_framework ?framework');
  assert.equal(await refused(404, `item=${nothing}`), 'unknown_item ?item');
  assert.equal(await refused(404, `unit=${nothing}`), 'unknown_unit ?unit');
  assert.equal(await refused(404, `role=${nothing}`), 'unknown_role_profile ?role');
  assert.equal(await refused(404, 'worker_type=wizard'), 'unknown_worker_type ?worker_type');
  assert.equal(await refused(404, 'rank=wizard'), 'unknown_rank ?rank');
  assert.equal(await refused(404, 'type=wizardry'), 'unknown_activity_type ?type');
  assert.equal(await refused(404, 'stage=wizardry'), 'unknown_stage ?stage');
});

test('a period that is none is refused, and so is a report without end', async () => {
  assert.equal(await refused(422, 'from=2025-03&until=2025-02'), 'period_reversed ?from');
  assert.equal(await refused(422, 'from=2025-02-30&until=2025-03'), 'no_such_day ?from');
  assert.equal(await refused(422, 'from=2025-02&until=2025-02-29'), 'no_such_day ?until');
  assert.equal(await refused(422, 'from=2090-01&until=2090-02'), 'period_not_begun ?from');
  assert.equal(await refused(422, 'from=2010-01&until=2025-02'), 'period_too_long ?from');
  assert.equal(await refused(422, 'by=item'), 'by_item_without_framework ?by');
  // 3,652 days in ten years, by 9 ranks, 3 worker types and as many types of activity as the list has.
  assert.equal(await refused(422, 'from=2015-01&until=2024-12&bin=day&by=rank,worker_type,type'), 'grid_too_large');
  assert.deepEqual(pointers(await expect(400, 'GET', '/v1/reports/development?from=2025-13&bin=hour&by=unit,name', dorset.hr)), ['?bin', '?by/1', '?from']);
});
