// SPDX-License-Identifier: MIT
// The estimator against an independent implementation: expected.json has what the R package survival (3.5-3) says of published data sets.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { sql } from '../../lib/client.mjs';

const sets = JSON.parse(readFileSync(new URL('expected.json', import.meta.url)));
const list = (values) => `{${values.map((value) => JSON.stringify(value)).join(',')}}`;
export const near = (found, expected, what) =>
  assert.ok(found === expected || Math.abs(found - expected) < 1e-6, `${what}: ${found} is not ${expected}`);

for (const [name, { people, curve }] of Object.entries(sets)) {
  test(`the curves of ${name}, people at risk, and the bands`, () => {
    const columns = [0, 1, 2, 3].map((column) => list(people.map((person) => person[column])));
    const found = sql(`select json_build_array(cohort, day, at_risk, events, survival, lower, upper)
                       from kaplan_meier($1::text[], $2::int[], $3::int[], $4::boolean[]) where events + censored > 0 order by cohort, day`, ...columns)
      .map((line) => JSON.parse(line));
    assert.deepEqual(found.map((row) => row.slice(0, 4)), curve.map((row) => row.slice(0, 4)));
    curve.forEach((expected, index) => [4, 5, 6].forEach((column) => near(found[index][column], expected[column], `${expected[0]} ${expected[1]}, column ${column}`)));
  });
}

// The figures that Freireich and others (1963) are quoted with in the textbooks: 6-MP at 6, 7, 10, 13, 16, 22 and 23 weeks.
test('the published figures of 6-mercaptopurine', () => {
  const survival = Object.fromEntries(sets.gehan.curve.filter((row) => row[0] === '6-MP' && row[3] > 0).map((row) => [row[1], row[4].toFixed(3)]));
  assert.deepEqual(survival, { 6: '0.857', 7: '0.807', 10: '0.753', 13: '0.690', 16: '0.627', 22: '0.538', 23: '0.448' });
});

test('by months: the first row at or after a day tells of it, and the curve goes on level between', () => {
  // Of four, one leaves after 40 days, one transfers after 100 (and is censored), one ceases to be followed after 130; one enters late, after 50.
  const found = sql(`select json_build_array(month, day, at_risk, leavers, transfers_out, censored, survival)
                     from survival_steps('{"","","",""}', '{0,0,0,50}', '{40,100,130,125}', '{t,f,f,t}', '{f,t,f,f}', 'month') order by day`).map((line) => JSON.parse(line));
  assert.deepEqual(found.map((row) => row.slice(0, 6)),
    [[0, 0, 3, 0, 0, 0], [1, 30, 3, 0, 0, 0], [2, 60, 3, 1, 0, 0], [3, 91, 3, 0, 0, 0], [4, 121, 2, 0, 1, 0], [5, 152, 0, 1, 0, 1]]);
  [1, 1, 2 / 3, 2 / 3, 2 / 3, 1 / 3].forEach((expected, month) => near(found[month][6], expected, `month ${month}`));
});
