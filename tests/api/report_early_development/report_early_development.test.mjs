// SPDX-License-Identifier: MIT
// Of the 2023 PCDA intake, how many still serve, and what did they learn in the first two years? Five joined: A, B, C, D and P. After 12 months
// C has left: four serve. After 24 D has transferred: three. In the first year B and C gained item x and A rose in it; in two years B gained y
// too. CPD in the first year: A for x, and C; in two years A once more. What C did after leaving, and A after two years, is not counted.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { csv, expect } from '../../lib/client.mjs';
import { claim, force, items, officer, row } from '../../lib/force.mjs';
import { intake } from '../../lib/intake.mjs';
import { hrOf, organisation } from '../../lib/organisations.mjs';
import { assess, code as problem } from '../../lib/workforce.mjs';

let place;
before(async () => {
  place = await intake('early');
});
const ask = async (query = '', until = '2023-12') =>
  (await expect(200, 'GET', `/v1/reports/early-development?framework=cop-cvf-2016&from=2023-01&until=${until}&as_of=2025-12-31&by=entry_route${query}`, place)).json;
const stayed = (cell) => [cell.joiners, cell.observed, cell.serving, cell.leavers, cell.transfers_out, cell.serving_rate];
const learned = (cell) => [cell.people_developed, cell.activities, cell.people_gained, cell.skills_gained, cell.people_rose, cell.rises];

test('how many of the 2023 PCDA intake still serve', async () => {
  const { rows } = await ask();
  assert.deepEqual(stayed(row(rows, { entry_route: 'pcda', item: null, months: 12 })), [5, 5, 4, 1, 0, 80]);
  assert.deepEqual(stayed(row(rows, { entry_route: 'pcda', item: null, months: 24 })), [5, 5, 3, 1, 1, 60]);
  assert.deepEqual(stayed(row(rows, { entry_route: null, item: null, months: 24 })), [7, 7, 5, 1, 1, 71.4]);
});

test('what they learned in the first two years', async () => {
  const { rows } = await ask();
  assert.deepEqual(learned(row(rows, { entry_route: 'pcda', item: null, months: 12 })), [2, 2, 2, 2, 1, 1]);
  assert.deepEqual(learned(row(rows, { entry_route: 'pcda', item: null, months: 24 })), [2, 3, 2, 3, 1, 1]);
  assert.deepEqual(learned(row(rows, { entry_route: 'pcda', item: place.x, months: 24 })), [1, 1, 2, 2, 1, 1]);
  assert.deepEqual(learned(row(rows, { entry_route: 'pcda', item: place.y, months: 24 })), [0, 0, 1, 1, 0, 0]);
  assert.deepEqual(learned(row(rows, { entry_route: 'dhep', item: null, months: 24 })), [0, 0, 0, 0, 0, 0], 'what E held on the first day is brought');
});

test('a weaker basis of what is held already is nothing gained', async () => {
  // K joins with level 2 by accreditation, claims 1 and then 2 for themself, and is assessed at 3 in the second year: one rise, to 3.
  const code = organisation('earlybases');
  const { people } = force(code, [{ staff_number: 'HR' }, { staff_number: 'K', starts_on: '2023-01-09', joiner_type: 'standard_recruit', entry_route: 'pcda' }]);
  const hr = hrOf(people.HR, code);
  const item = (await items('cop-cvf-2016'))['we-are-collaborative'];
  await assess({ hr }, people.K, item, 2, '2022-06-01', { basis: 'accredited' });
  await claim(people.K, { item, level: 1, valid_from: '2023-03-01' });
  await claim(people.K, { item, level: 2, valid_from: '2023-06-01' });
  await assess({ hr }, people.K, item, 3, '2024-06-01');
  const { rows } = (await expect(200, 'GET', '/v1/reports/early-development?framework=cop-cvf-2016&from=2023-01&until=2023-12&as_of=2025-12-31', hr)).json;
  assert.deepEqual(learned(row(rows, { item: null, months: 12 })), [0, 0, 0, 0, 0, 0]);
  assert.deepEqual(learned(row(rows, { item: null, months: 24 })), [0, 0, 0, 0, 1, 1]);
});

test('only those count whose months are over', async () => {
  // F, of October 2024, has had twelve months and not 24.
  const { rows } = await ask('', '2024-12');
  assert.deepEqual(stayed(row(rows, { entry_route: 'pcda', item: null, months: 12 })), [6, 6, 5, 1, 0, 83.3]);
  assert.deepEqual(stayed(row(rows, { entry_route: 'pcda', item: null, months: 24 })), [6, 5, 3, 1, 1, 60]);
});

test('narrowed to an item, its row is that of the whole; to a unit; given again, and as CSV', async () => {
  const { rows } = await ask(`&item=${place.x}`);
  assert.ok(rows.every((each) => each.item === place.x));
  assert.deepEqual(learned(row(rows, { entry_route: 'pcda', months: 12 })), [1, 1, 2, 2, 1, 1]);
  assert.deepEqual(stayed(row((await ask('&rank=sergeant')).rows, { entry_route: null, months: 24 })), [1, 1, 1, 0, 0, 100]);
  const { meta, rows: all } = await ask();
  assert.deepEqual((await ask(`&edition=${meta.edition}`)).rows, all);
  const reply = await expect(200, 'GET', '/v1/reports/early-development?framework=cop-cvf-2016&from=2023-01&until=2023-12&as_of=2025-12-31', { ...place, headers: { ...place.headers, accept: 'text/csv' } });
  assert.equal(csv(reply.text).length, all.filter((each) => each.entry_route === null).length);
});

test('it refuses what it cannot be asked, and strangers', async () => {
  assert.equal(problem(await expect(422, 'GET', '/v1/reports/early-development?framework=cop-cvf-2016&as_of=2199-01-01', place)), 'as_of_in_future');
  assert.equal(problem(await expect(404, 'GET', `/v1/reports/early-development?framework=cop-cvf-2016&item=${place.people.A}`, place)), 'unknown_item');
  await expect(403, 'GET', '/v1/reports/early-development?framework=cop-cvf-2016', officer(place.people.A));
});
