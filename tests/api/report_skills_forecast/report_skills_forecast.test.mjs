// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { csv, expect } from '../../lib/client.mjs';
import { claim, force, items, officer } from '../../lib/force.mjs';
import { organisation } from '../../lib/organisations.mjs';
import { unitId } from '../../lib/access.mjs';
import { assess } from '../../lib/workforce.mjs';

const base = '/v1/reports/skills-forecast?framework=cop-pip';
let place, item, code;

const ask = async (more = '') => (await expect(200, 'GET', `${base}&as_of=2025-06-30&basis=assessed${more}`, place.hr)).json;
const dated = (rows) => rows.map((row) => [row.level, row.month, row.held, row.gains, row.lapses, row.leavings, row.known].join(' '));
const expected = (row) => [row.expected_leavings, row.expected, row.lower, row.upper];

// Who holds PIP 2 by assessment, and at the start of how many of the 24 months from July 2023 to June 2025 (on the last day before each):
//   four leave on 31 August 2023 (3 each), four on 29 February 2024 (9 each), two on 31 October 2024 (17 each), two on 28 February 2025 (21 each): 12 leavers, 124 months
//   E1, E2, E3 and (with PIP 1) E4 hold it throughout (24 each), F1 from 1 September 2024 (9), F2 from 2 July 2024 (11): 116 months
// 12 of 240 person-months: 5 percent a month. It is all there is of the framework, so that it is the usual rate too, and nothing is drawn to anything else.
before(async () => {
  const leaving = (names, ends_on) => names.map((staff_number) => ({ staff_number, ends_on, leaver_type: 'voluntary_resignation' }));
  const pip2 = { gone: [['A1', 'A2', 'A3', 'A4'], ['B1', 'B2', 'B3', 'B4'], ['C1', 'C2'], ['D1', 'D2']], days: ['2023-08-31', '2024-02-29', '2024-10-31', '2025-02-28'] };
  code = organisation('forecast');
  place = force(code, [
    { staff_number: 'HR' }, ...pip2.gone.flatMap((names, i) => leaving(names, pip2.days[i])), ...leaving(['E1'], '2025-09-30').map((row) => ({ ...row, unit: 'desk' })),
    { staff_number: 'E2', unit: 'desk' }, { staff_number: 'E3' }, { staff_number: 'E4', unit: 'desk' }, { staff_number: 'F1' }, { staff_number: 'F2' },
    { staff_number: 'G', starts_on: '2025-08-15' },
  ]);
  item = (await items('cop-pip')).pip;
  const { people } = place;
  for (const name of [...pip2.gone.flat(), 'E1', 'E2']) await assess(place, people[name], item, 2, '2022-01-01');
  await assess(place, people.E3, item, 2, '2022-01-01', { valid_until: '2025-07-31' });
  await assess(place, people.E4, item, 1, '2022-01-01');
  await assess(place, people.E4, item, 2, '2025-09-01');
  await assess(place, people.F1, item, 2, '2024-09-01');
  await assess(place, people.F2, item, 2, '2024-07-02');
  await assess(place, people.G, item, 2, '2025-08-15');
});

test('the rate is 12 of 240 person-months, 5 percent a month', async () => {
  const [row] = (await ask()).rows;
  assert.deepEqual([row.rate_losses, row.rate_person_months, row.monthly_rate], [12, 240, 5]);
});

// Six hold it in June 2025, five of them at 2. E3's lapses on 1 August, G comes with 2 on the 15th, E4 rises to 2 on 1 September, E1 is gone on 1 October.
test('what is known: held, with what is dated already, at or above each level', async () => {
  const { rows } = await ask('&months=4');
  assert.deepEqual(dated(rows), ['1 2025-07 6 0 0 0 6', '1 2025-08 6 1 1 0 6', '1 2025-09 6 1 1 0 6', '1 2025-10 6 1 1 1 5', '2 2025-07 5 0 0 0 5', '2 2025-08 5 1 1 0 5', '2 2025-09 5 2 1 0 6',
    '2 2025-10 5 2 1 1 5']);
});

// At PIP 2, of 5 in July: 5 x 0.05 = 0.25 leave; variance 5 x 0.05 x 0.95 + (5 x 1)^2 x 24 / 480^2 = 0.2401; 1.2816 x 0.49 = 0.628. In September, of 6: 6 x (1 - 0.95^3) = 0.85575
// leave; variance 6 x 0.142625 x 0.857375 + (6 x 3 x 0.9025)^2 x 24 / 480^2 = 0.76118; 1.2816 x 0.87246 = 1.1181. In October 6 x (1 - 0.95^4) = 1.11296 leave, but E1 is known to, so
// that 0.11296 are left; variance 6 x 0.185494 x 0.814506 + (6 x 4 x 0.857375)^2 x 24 / 480^2 = 0.95063; 1.2816 x 0.97500 = 1.2495.
test('what is to be expected beside, with four of five cases within the interval, never above what is known', async () => {
  const rows = (await ask('&months=4')).rows.filter((row) => row.level === 2);
  assert.deepEqual(expected(rows[0]), [0.3, 4.8, 4.1, 5]);
  assert.deepEqual(expected(rows[2]), [0.9, 5.1, 4, 6]);
  assert.deepEqual(expected(rows[3]), [0.1, 4.9, 3.6, 5]);
});

// From 15 June half of its month is left, so that by the end of July it is 1.5 months. The 24 whole months are those from June 2023 to May 2025: each of the 12 leavers has one more,
// F1 and F2 have one less, 240 + 12 - 2 = 250. The rate is (12 + 240 x 12 / 250) of (250 + 240).
test('from the middle of a month the part that is left of it counts', async () => {
  const [row] = (await expect(200, 'GET', `${base}&as_of=2025-06-15&basis=assessed&months=1`, place.hr)).json.rows.filter(({ level }) => level === 2);
  assert.deepEqual([row.month, row.rate_losses, row.rate_person_months], ['2025-07', 12, 250]);
  assert.equal(row.expected_leavings, Number((5 * (1 - (1 - (12 + 240 * 12 / 250) / 490) ** 1.5)).toFixed(1)));
});

test('for a unit: its people of the day, at the rates of the force', async () => {
  const { rows } = await ask(`&months=4&unit=${unitId(code, 'desk')}`);
  assert.deepEqual(dated(rows), ['1 2025-07 3 0 0 0 3', '1 2025-08 3 0 0 0 3', '1 2025-09 3 0 0 0 3', '1 2025-10 3 0 0 1 2', '2 2025-07 2 0 0 0 2', '2 2025-08 2 0 0 0 2', '2 2025-09 2 1 0 0 3',
    '2 2025-10 2 1 0 1 2']);
  assert.ok(rows.every((row) => row.monthly_rate === 5));
});

// Ten hold one item throughout (240 person-months, nobody leaves), two another, of whom one leaves on 30 June 2024 (13 person-months, and 24): 1 of 37, where 1 of 277 is usual.
test('the rate of what few hold is drawn to that of all', async () => {
  const names = Array.from({ length: 10 }, (_, i) => `T${i}`);
  const small = force(organisation('shrunk'), [{ staff_number: 'HR' }, ...names.map((staff_number) => ({ staff_number })), { staff_number: 'U' },
    { staff_number: 'V', ends_on: '2024-06-30', leaver_type: 'voluntary_resignation' }]);
  const cvf = await items('cop-cvf-2024');
  for (const name of names) await claim(small.people[name], { item: cvf['we-collaborate'], level: 1, valid_from: '2022-01-01' });
  for (const name of ['U', 'V']) await claim(small.people[name], { item: cvf['we-take-ownership'], level: 1, valid_from: '2022-01-01' });
  const { rows } = (await expect(200, 'GET', '/v1/reports/skills-forecast?framework=cop-cvf-2024&as_of=2025-06-30&months=1', small.hr)).json;
  const rate = (which) => { const row = rows.find((each) => each.item === cvf[which]); return [row.rate_losses, row.rate_person_months, row.monthly_rate]; };
  assert.deepEqual(rate('we-take-ownership'), [1, 37, Number((100 * (1 + 240 / 277) / (37 + 240)).toFixed(3))]);
  assert.deepEqual(rate('we-collaborate'), [0, 240, Number((100 * (240 / 277) / 480).toFixed(3))]);
});

test('an edition gives it again; the method is told; CSV; faults of the question', async () => {
  const then = await ask();
  assert.equal(then.rows.length, 24);
  assert.match(then.meta.definition, /240 person-months/);
  await assess(place, place.people.E2, item, 3, '2025-01-01');
  assert.notDeepEqual((await ask()).rows, then.rows);
  assert.deepEqual((await ask(`&edition=${then.meta.edition}`)).rows, then.rows);
  const reply = await expect(200, 'GET', `${base}&as_of=2025-06-30&months=36`, { ...place.hr, headers: { accept: 'text/csv' } });
  assert.equal(csv(reply.text).length, 3 * 36);
  await expect(400, 'GET', `${base}&months=37`, place.hr);
  await expect(403, 'GET', base, officer(place.people.E2));
});
