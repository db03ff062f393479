// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect } from '../../lib/client.mjs';
import { claim, force, items, officer } from '../../lib/force.mjs';
import { organisation } from '../../lib/organisations.mjs';

let place, item;

const base = '/v1/reports/time-to-level?framework=cop-cvf-2024';
const ask = async (more) => (await expect(200, 'GET', `${base}&item=${item}&from=2021-01&until=2023-12${more}`, place.hr)).json;
const lines = ({ rows }, ...cuts) =>
  rows.map((row) => [...cuts.map((cut) => row[cut] ?? '-'), row.basis, row.level, row.people, row.lower_quartile, row.median, row.upper_quartile].join(' ')).sort();

// Five held level 1 first on 1 January 2021 and reached level 2 after 100, 200, 300, 400 and 1,000 days. E skipped to level 3 after 400. F brought level 2 in 2022 and
// reached 3 after 30 days. G was at level 2 at once. H reached it in 2020, and again in 2022 when it had lapsed.
before(async () => {
  place = force(organisation('pace'), [{ staff_number: 'HR' }, { staff_number: 'A' }, { staff_number: 'B' }, { staff_number: 'C' },
    { staff_number: 'D', worker_type: 'police_officer', starts_on: '2019-12-31' }, { staff_number: 'E' }, { staff_number: 'F', starts_on: '2022-01-01' }, { staff_number: 'G' },
    { staff_number: 'H' }]);
  item = (await items('cop-cvf-2024'))['we-analyse-critically'];
  const { A, B, C, D, E, F, G, H } = place.people;
  for (const [person, day] of [[A, '2021-04-11'], [B, '2021-07-20'], [C, '2021-10-28'], [D, '2023-09-28']]) {
    await claim(person, { item, level: 1, valid_from: '2021-01-01' });
    await claim(person, { item, level: 2, valid_from: day });
  }
  await claim(E, { item, level: 1, valid_from: '2021-01-01' });
  await claim(E, { item, level: 3, valid_from: '2022-02-05' });
  await claim(F, { item, level: 2, valid_from: '2021-06-01' });
  await claim(F, { item, level: 3, valid_from: '2022-01-31' });
  await claim(G, { item, level: 2, valid_from: '2021-01-01' });
  await claim(H, { item, level: 1, valid_from: '2020-01-10' });
  await claim(H, { item, level: 2, valid_from: '2020-05-01', valid_until: '2020-12-31' });
  await claim(H, { item, level: 2, valid_from: '2022-01-01' });
});

// Level 2: 100, 200, 300, 400, 1,000 days (G took none, F brought it, H reached it before). Level 3: E 400, F 30.
test('quartiles of the days from first holding the item to reaching each level', async () => {
  assert.deepEqual(lines(await ask('&basis=self')), ['self 2 5 200 300 400', 'self 3 2 122.5 215 307.5']);
});

test('and from joining, when who held it at once counts too', async () => {
  // Joined on 1 January 2020, D a day before: level 1 after 366 (A, B, C, E, G) and 367 (D); level 2 after 466, 566, 666, 766 (E), 1,367 (D), 366 (G).
  assert.deepEqual(lines(await ask('&basis=self&since=joined')), ['self 1 6 366 366 366', 'self 2 6 491 616 741', 'self 3 2 214 398 582']);
});

test('by worker type and by cohort', async () => {
  assert.deepEqual(lines(await ask('&basis=self&by=worker_type'), 'worker_type'),
    ['police_officer self 2 1 1000 1000 1000', 'police_staff self 2 4 175 250 325', 'police_staff self 3 2 122.5 215 307.5']);
  assert.deepEqual(lines(await ask('&basis=any&by=cohort'), 'cohort'), ['2020 any 2 5 200 300 400', '2020 any 3 1 400 400 400', '2022 any 3 1 30 30 30']);
});

test('only who reached it in the period', async () => {
  assert.deepEqual(lines((await expect(200, 'GET', `${base}&item=${item}&from=2021-04&until=2021-07&basis=self`, place.hr)).json), ['self 2 2 125 150 175']);
});

test('an edition gives it again, and who may not read it is refused', async () => {
  const then = await ask('&basis=self');
  await claim(place.people.HR, { item, level: 1, valid_from: '2021-01-01' });
  await claim(place.people.HR, { item, level: 2, valid_from: '2021-01-11' });
  assert.deepEqual(lines(await ask('&basis=self'))[0], 'self 2 6 125 250 375');
  assert.deepEqual((await ask(`&basis=self&edition=${then.meta.edition}`)).rows, then.rows);
  await expect(400, 'GET', `${base}&since=birth`, place.hr);
  await expect(403, 'GET', base, officer(place.people.A));
});
