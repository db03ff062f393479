// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { csv, expect } from '../../lib/client.mjs';
import { problem } from '../../lib/access.mjs';
import { force, items, log, officer, row } from '../../lib/force.mjs';
import { organisation } from '../../lib/organisations.mjs';

// A force of its own, asked about 30 June 2025 with a period from 1 July 2024 on. Months are counted to the same day of the month.
//   HR    in no unit since 2020     30 June 2025                     gap 0 days; before that from 1 January 2020: 66 months, the longest
//   A     u1 since 2020, constable  1 June 2024, 15 January 2025     now 166 days, 5 months; the longest from 1 June to 15 January: 228 days, 7 months
//   B     u0 since 2020, staff      31 March, 31 May 2025            now 30 days, 1 month: 30 June is the same day, June having no 31st
//   C     u1 since 1 May 2025       nothing                          60 days since joining: 1 month
//   D     u0 since 1 February 2025  nothing                          149 days since joining: 4 months, and never
//   OLD   u0 until May 2025         nothing                          has left: not counted
const period = 'as_of=2025-06-30&from=2024-07-01';
let code, force_, cvf;

before(async () => {
  code = organisation('gaps');
  force_ = force(code, [
    { staff_number: 'HR' }, { staff_number: 'A', unit: 'u1', parent_unit: 'u0', worker_type: 'police_officer', rank: 'constable' },
    { staff_number: 'B', unit: 'u0' }, { staff_number: 'C', unit: 'u1', starts_on: '2025-05-01', worker_type: 'police_officer', rank: 'sergeant' },
    { staff_number: 'D', unit: 'u0', starts_on: '2025-02-01' }, { staff_number: 'OLD', unit: 'u0', ends_on: '2025-05-31', leaver_type: 'other' }]);
  cvf = await items('cop-cvf-2016');
  const { HR, A, B } = force_.people;
  await log(HR, { happened_on: '2025-06-30' });
  await log(A, { happened_on: '2024-06-01', item: cvf['we-take-ownership'] });
  await log(A, { happened_on: '2025-01-15' });
  await log(B, { happened_on: '2025-03-31' });
  await log(B, { happened_on: '2025-05-31' });
});

const report = async (query) => (await expect(200, 'GET', `/v1/reports/development-gaps?${query}`, force_.hr)).json;
const rows = async (query) => (await report(query)).rows;
const refused = async (status, query) => problem(await expect(status, 'GET', `/v1/reports/development-gaps?${query}`, force_.hr));
const bands = (each, which) => ['under_1', '1_to_2', '3_to_5', '6_to_11', '12_or_more'].map((band) => each[`${which}_${band}_months`]);

test('who has logged nothing for three months?', async () => {
  const [all] = await rows(period);
  // A for five months, D for four and never; HR, B and C are not: 2 of 5.
  assert.deepEqual([all.people, all.in_gap, all.in_gap_share, all.never], [5, 2, 40, 1]);
});

test('somebody who never recorded anything has a gap from the day of joining', async () => {
  const [one] = await rows(`${period}&months=1`);
  // C since 1 May and B since 31 May (to the last of June, a month) too: 4 of 5, of whom C and D never.
  assert.deepEqual([one.in_gap, one.never], [4, 2]);
});

test('the current gap is distributed over the months', async () => {
  const [all] = await rows(period);
  // HR; B and C; A and D.
  assert.deepEqual(bands(all, 'current'), [1, 2, 2, 0, 0]);
  // 0, 30, 60, 149 and 166 days: the one in the middle is 60.
  assert.equal(all.median_current_days, 60);
});

test('the longest gap of the period has its full length, even where it began before', async () => {
  const [all] = await rows(period);
  // C 1 month; D 4; A 7 (from before the period); HR 66 and B 63, from 1 January 2020 to 31 March 2025.
  assert.deepEqual(bands(all, 'longest'), [0, 1, 1, 1, 2]);
  // HR's, from 1 January 2020 to 30 June 2025: five years of 1,827 days and 180 days.
  assert.deepEqual([all.had_gap, all.had_gap_share, all.longest_days], [4, 80, 2007]);
});

test('a gap that ended before the period is none of it', async () => {
  // From 1 April 2025 on B has the two months to 31 May, and C the one since May; A has only the five that last, D its four; HR's ends in it.
  const [all] = await rows('as_of=2025-06-30&from=2025-04-01');
  assert.deepEqual(bands(all, 'longest'), [0, 2, 2, 0, 1]);
});

test('by unit, with those below it; who has no unit is in the whole alone', async () => {
  const told = (await rows(`${period}&by=unit`)).map((each) => [each.unit_code, each.people, each.in_gap, each.never]);
  assert.deepEqual(told, [[null, 5, 2, 1], ['u0', 4, 2, 1], ['u1', 2, 1, 0]]);
});

test('by worker type and by rank', async () => {
  const of = async (by) => (await rows(`${period}&by=${by}`)).map((each) => [each[by], each.people, each.in_gap]);
  assert.deepEqual(await of('worker_type'), [[null, 5, 2], ['police_officer', 2, 1], ['police_staff', 3, 1]]);
  assert.deepEqual(await of('rank'), [[null, 5, 2], ['constable', 1, 1], ['sergeant', 1, 0], ['none', 3, 1]]);
});

test('a unit asked for is the whole, and those below it are rows', async () => {
  const unit = (await rows(`${period}&by=unit`)).find((each) => each.unit_code === 'u0').unit;
  const told = (await rows(`${period}&by=unit&unit=${unit}`)).map((each) => [each.unit_code, each.people, each.in_gap, each.never]);
  assert.deepEqual(told, [['u0', 4, 2, 1], ['u1', 2, 1, 0]]);
});

test('nobody with a gap is a row of zero, and so is nobody at all', async () => {
  const [none] = await rows(`${period}&months=60&worker_type=police_officer`);
  assert.deepEqual([none.people, none.in_gap, none.in_gap_share], [2, 0, 0]);
  const [nobody] = await rows('as_of=2019-06-30');
  assert.deepEqual([nobody.people, nobody.in_gap, nobody.in_gap_share, nobody.longest_days], [0, 0, null, null]);
});

test('only a unit, a worker type or a rank', async () => {
  const unit = (await rows(`${period}&by=unit`)).find((each) => each.unit_code === 'u1').unit;
  assert.deepEqual((await rows(`${period}&unit=${unit}`)).map((each) => [each.unit_code, each.people]), [['u1', 2]]);
  assert.equal((await rows(`${period}&rank=sergeant`))[0].people, 1);
});

test('of an item only CPD aligned to it ends a gap', async () => {
  // A did it on 1 June 2024, twelve months and more ago; HR and B never did, since 2020; C and D neither, for less than six months.
  const [all] = await rows(`${period}&item=${cvf['we-take-ownership']}`);
  assert.deepEqual([all.in_gap, all.never, bands(all, 'current')], [4, 3, [0, 1, 1, 0, 3]]);
});

test('a move to another unit does not begin a gap anew', async () => {
  const moved = force(organisation('gapsmoved'), [
    { staff_number: 'HR' }, { staff_number: 'M', unit: 'u1', ends_on: '2025-05-31' }, { staff_number: 'M', unit: 'u2', starts_on: '2025-06-01' },
    { staff_number: 'BACK', ends_on: '2022-12-31', leaver_type: 'other' }, { staff_number: 'BACK', starts_on: '2025-06-01', joiner_type: 'rejoiner' }]);
  const { rows: [all] } = (await expect(200, 'GET', `/v1/reports/development-gaps?${period}`, moved.hr)).json;
  // HR and M since 2020; BACK, who came back in June after a break, since then.
  assert.deepEqual(bands(all, 'current'), [1, 0, 0, 0, 2]);
});

test('the same in CSV', async () => {
  const reply = await expect(200, 'GET', `/v1/reports/development-gaps?${period}`, { ...force_.hr, headers: { accept: 'text/csv' } });
  assert.deepEqual([csv(reply.text)[0].in_gap, csv(reply.text)[0].in_gap_share], ['2', '40.0']);
});

test('it says of itself what it counts, and can be given again', async () => {
  const { meta } = await report(period);
  assert.match(meta.definition, /for 3 months or more/);
  assert.deepEqual([meta.organisation.code, meta.as_of, meta.period.starts_on], [code, '2025-06-30', '2024-07-01']);
  assert.equal((await report(`${period}&edition=${meta.edition}`)).meta.edition, meta.edition);
});

test('who is withheld does not count for readers without clearance', async () => {
  const made = force(organisation('gapswithheld'), [{ staff_number: 'HR' }, { staff_number: 'S', unit: 'covert', unit_sensitive: 'yes' }]);
  const { rows: [all] } = (await expect(200, 'GET', `/v1/reports/development-gaps?${period}`, made.hr)).json;
  assert.equal(all.people, 1);
});

test('a day to come, and a period that is none, are refused', async () => {
  assert.equal(await refused(422, 'as_of=2090-01-01'), 'gaps_in_future ?as_of');
  assert.equal(await refused(422, 'as_of=2025-01-01&from=2025-02-01'), 'period_reversed ?from');
  assert.equal(await refused(422, 'as_of=2025-01-01&from=2001-02-01'), 'period_too_long ?from');
  assert.equal(await refused(404, 'rank=wizard'), 'unknown_rank ?rank');
  await expect(400, 'GET', '/v1/reports/development-gaps?months=0', force_.hr);
});

test('without the grant it is refused', async () => {
  await expect(403, 'GET', `/v1/reports/development-gaps?${period}`, officer(force_.people.A));
});
