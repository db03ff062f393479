// SPDX-License-Identifier: MIT
// Who joined in 2023, by which route, and who of them still serves at the end of 2025: by PCDA A, B, C, D and P, of whom C has left and D has
// transferred; by DHEP E; and T, by transfer. P served here before.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { csv, expect, pointers } from '../../lib/client.mjs';
import { officer, row } from '../../lib/force.mjs';
import { intake } from '../../lib/intake.mjs';
import { code as problem } from '../../lib/workforce.mjs';

let place;
before(async () => {
  place = await intake('recruiting');
});
const ask = async (query = '', days = 'from=2023-01&until=2023-12&as_of=2025-12-31') =>
  (await expect(200, 'GET', `/v1/reports/recruitment?${days.replace('2025-12-31', '2026-06-30')}${query}`, place)).json;
const told = (cell) => [cell.joiners, cell.served_before, cell.serving, cell.leavers, cell.transfers_out];

test('by entry route and joiner type, each and both', async () => {
  const { rows } = await ask();
  assert.deepEqual(told(row(rows, { entry_route: null, joiner_type: null })), [7, 1, 5, 1, 1]);
  assert.deepEqual(told(row(rows, { entry_route: 'pcda', joiner_type: null })), [5, 1, 3, 1, 1]);
  assert.deepEqual(told(row(rows, { entry_route: 'dhep', joiner_type: null })), [1, 0, 1, 0, 0]);
  assert.deepEqual(told(row(rows, { entry_route: 'not_known', joiner_type: null })), [1, 0, 1, 0, 0]);
  assert.deepEqual(told(row(rows, { entry_route: null, joiner_type: 'standard_recruit' })), [5, 0, 3, 1, 1]);
  assert.deepEqual(told(row(rows, { entry_route: 'pcda', joiner_type: 'previously_pcso_or_staff' })), [1, 1, 1, 0, 0]);
  assert.equal(rows.length, 1 + 3 + 3 + 4);
});

test('as of an earlier day nobody had left, and who had not joined does not count', async () => {
  const { rows } = (await expect(200, 'GET', '/v1/reports/recruitment?from=2023-01&until=2023-12&as_of=2023-08-31', place)).json;
  assert.deepEqual(told(row(rows, { entry_route: null, joiner_type: null })), [6, 1, 6, 0, 0]);
});

test('of nobody the whole has its row, of zeros', async () => {
  const { rows } = await ask('&by=unit', 'from=1951-01&until=1951-12');
  assert.deepEqual(rows.map((each) => [told(each), each.joiners_fte, each.unit, each.entry_route]), [[[0, 0, 0, 0, 0], 0, null, null]]);
});

test('by year, month, unit, worker type and rank', async () => {
  const whole = { entry_route: null, joiner_type: null };
  const counts = async (by, name, days) => Object.fromEntries((await ask(`&by=${by}`, days)).rows.filter((each) => each.entry_route === null && each.joiner_type === null).map((each) => [each[name] ?? 'all', each.joiners]));
  assert.deepEqual(await counts('year', 'joined_in', 'from=2020-01&until=2024-12'), { all: 8, 2020: 1, 2023: 7, 2024: 1 }, 'P joined twice');
  assert.deepEqual(await counts('month', 'joined_month'), { all: 7, '2023-01': 1, '2023-02': 1, '2023-03': 1, '2023-06': 3, '2023-09': 1 });
  assert.deepEqual(await counts('unit', 'unit_code'), { all: 7, north: 2, south: 2 });
  assert.deepEqual(await counts('worker_type', 'worker_type', 'from=2020-01&until=2023-12'), { all: 7, pcso: 1, police_officer: 7 });
  assert.deepEqual(await counts('rank', 'rank'), { all: 7, constable: 6, sergeant: 1 });
  const north = (await ask('&by=unit')).rows.find((each) => each.unit_code === 'north').unit;
  assert.deepEqual(told(row((await ask(`&unit=${north}`)).rows, { ...whole })), [2, 0, 2, 0, 0]);
});

test('it is given again by its edition, and as CSV', async () => {
  const { meta, rows } = await ask();
  assert.match(meta.definition, /Policing Education Qualifications Framework/);
  assert.deepEqual((await ask(`&edition=${meta.edition}`)).rows, rows);
  const reply = await expect(200, 'GET', '/v1/reports/recruitment?from=2023-01&until=2023-12', { ...place, headers: { ...place.headers, accept: 'text/csv' } });
  assert.equal(csv(reply.text).length, rows.length);
});

test('it refuses what it cannot be asked, and strangers', async () => {
  assert.equal(problem(await expect(422, 'GET', '/v1/reports/recruitment?as_of=2199-01-01', place)), 'as_of_in_future');
  assert.equal(problem(await expect(422, 'GET', '/v1/reports/recruitment?from=2024-02&until=2024-01', place)), 'period_reversed');
  assert.equal(problem(await expect(404, 'GET', '/v1/reports/recruitment?role=00000000-0000-4000-8000-000000000000', place)), 'unknown_role_profile');
  assert.equal(pointers(await expect(400, 'GET', '/v1/reports/recruitment?by=route&from=2023', place)).length, 2);
  await expect(403, 'GET', '/v1/reports/recruitment', officer(place.people.A));
});
