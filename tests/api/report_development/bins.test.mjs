// SPDX-License-Identifier: MIT
// Bins at the turn of a year, of summer time and of a period: an activity is in the bin of its date, whatever the clock did.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect } from '../../lib/client.mjs';
import { force, log } from '../../lib/force.mjs';
import { organisation } from '../../lib/organisations.mjs';

// One person, with an activity on each of these days. 30 December 2024 is a Monday; the clocks went forward on 30 March 2025 and back on 26 October 2025,
// both Sundays; 31 March ends the quarter and the year that figures of the workforce are given for.
const days = ['2024-12-29', '2024-12-30', '2024-12-31', '2025-01-01', '2025-01-05', '2025-01-06', '2025-03-30', '2025-03-31', '2025-04-01', '2025-10-26', '2025-10-27'];
let hr;

before(async () => {
  const made = force(organisation('bins'), [{ staff_number: 'HR' }, { staff_number: 'A' }]);
  hr = made.hr;
  for (const happened_on of days) await log(made.people.A, { happened_on });
});

// The bins of a period that have any activity, with how many.
async function counted(bin, from, until) {
  const { rows } = (await expect(200, 'GET', `/v1/reports/development?bin=${bin}&from=${from}&until=${until}`, hr)).json;
  return Object.fromEntries(rows.filter((each) => each.bin && each.activities).map((each) => [each.bin, each.activities]));
}
const shape = async (bin, from, until) =>
  (await expect(200, 'GET', `/v1/reports/development?bin=${bin}&from=${from}&until=${until}`, hr)).json.rows
    .filter((each) => each.bin).map((each) => [each.bin, each.starts_on, each.ends_on, each.complete]);

test('a week of ISO 8601 runs over the turn of the year and is named after the year of its Thursday', async () => {
  // 29 December is the Sunday of week 52; Monday the 30th to Sunday 5 January are week 1 of 2025; the 6th begins week 2.
  assert.deepEqual(await counted('week', '2024-12-23', '2025-01-12'), { '2024-W52': 1, '2025-W01': 4, '2025-W02': 1 });
});

test('day, month, quarter and year end at midnight of their last day', async () => {
  assert.deepEqual(await counted('day', '2024-12-31', '2025-01-01'), { '2024-12-31': 1, '2025-01-01': 1 });
  assert.deepEqual(await counted('month', '2024-12', '2025-04'), { '2024-12': 3, '2025-01': 3, '2025-03': 2, '2025-04': 1 });
  assert.deepEqual(await counted('quarter', '2024-10', '2025-12'), { '2024-Q4': 3, '2025-Q1': 5, '2025-Q2': 1, '2025-Q4': 2 });
  assert.deepEqual(await counted('year', '2024-01', '2025-12'), { 2024: 3, 2025: 8 });
});

test('a year to 31 March has that day, and 1 April is in the next', async () => {
  assert.deepEqual(await counted('year_to_31_march', '2024-04', '2026-03'), { '2024/25': 8, '2025/26': 3 });
});

test('the days on which the clocks change are days as others are, each once', async () => {
  assert.deepEqual(await shape('day', '2025-03-29', '2025-03-31'),
    ['2025-03-29', '2025-03-30', '2025-03-31'].map((day) => [day, day, day, true]));
  assert.deepEqual(await counted('day', '2025-10-25', '2025-10-27'), { '2025-10-26': 1, '2025-10-27': 1 });
  assert.deepEqual(await counted('week', '2025-10-20', '2025-11-02'), { '2025-W43': 1, '2025-W44': 1 });
});

test('a bin that the period cuts has its days of it alone, and says so', async () => {
  assert.deepEqual(await shape('month', '2025-01-15', '2025-03-30'), [
    ['2025-01', '2025-01-15', '2025-01-31', false], ['2025-02', '2025-02-01', '2025-02-28', true], ['2025-03', '2025-03-01', '2025-03-30', false]]);
});

test('an empty bin is a row of zero, and one that has not begun is none', async () => {
  const { rows } = (await expect(200, 'GET', '/v1/reports/development?bin=quarter&from=2023-01&until=2023-06', hr)).json;
  assert.deepEqual(rows.map((each) => [each.bin, each.people, each.activities]), [[null, 0, 0], ['2023-Q1', 0, 0], ['2023-Q2', 0, 0]]);
  const year = new Date().getUTCFullYear() + 2;
  const ahead = await shape('year', '2025-01', `${year}-12`);
  assert.deepEqual(ahead.map(([bin]) => bin).includes(String(year)), false);
});

test('the period has no bins but itself', async () => {
  const { rows } = (await expect(200, 'GET', '/v1/reports/development?bin=period&from=2024-12&until=2025-12', hr)).json;
  assert.deepEqual(rows.map((each) => [each.bin, each.people, each.activities]), [[null, 1, 11]]);
});
