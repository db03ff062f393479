// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect } from '../../lib/client.mjs';
import { claim, force, items, officer } from '../../lib/force.mjs';
import { organisation } from '../../lib/organisations.mjs';
import { assess } from '../../lib/workforce.mjs';

let place, item;

const base = '/v1/reports/lapsing?framework=cop-cvf-2024';
const ask = async (more = '') => (await expect(200, 'GET', `${base}&item=${item}&as_of=2024-06-30${more}`, place.hr)).json;
const lines = ({ rows }, ...cuts) =>
  rows.map((row) => [...cuts.map((cut) => row[cut] ?? '-'), row.basis, row.level, row.level_left ?? '-', row.held, row.within_30, row.within_60, row.within_90, row.within_180].join(' '));

// Held at level 2 by assessment on 30 June 2024, with the last day: A 29 July (lapses on the 30th day), B 30 July (on the 31st), C 27 December (on the 181st), D 26 December (on the
// 180th), E 31 August but renewed before, F 31 August but leaves in July, G without an end. H falls from 3 to 1 after 10 August.
before(async () => {
  const unit = 'desk';
  place = force(organisation('lapsing'), [
    { staff_number: 'HR' }, { staff_number: 'A', unit }, { staff_number: 'B', unit: 'team', worker_type: 'police_officer' }, { staff_number: 'C' }, { staff_number: 'D' },
    { staff_number: 'E' }, { staff_number: 'F', ends_on: '2024-07-31', leaver_type: 'voluntary_resignation' }, { staff_number: 'G' }, { staff_number: 'H', unit },
  ]);
  item = (await items('cop-cvf-2024'))['we-collaborate'];
  const { people } = place;
  for (const [name, valid_until] of [['A', '2024-07-29'], ['B', '2024-07-30'], ['C', '2024-12-27'], ['D', '2024-12-26'], ['E', '2024-08-31'], ['F', '2024-08-31'], ['G', undefined]])
    await assess(place, people[name], item, 2, '2023-09-01', valid_until ? { valid_until } : {});
  await assess(place, people.E, item, 2, '2024-08-15');
  await assess(place, people.H, item, 1, '2023-01-01');
  await assess(place, people.H, item, 3, '2023-02-01', { valid_until: '2024-08-10' });
});

test('each window has those before it: the 30th day is in 30, the 31st in 60, the 181st in none', async () => {
  assert.deepEqual(lines(await ask()), ['assessed 3 1 1 0 1 1 1', 'assessed 2 - 7 1 2 2 3']);
});

test('the same is counted from entries where people are cut, by unit and worker type', async () => {
  assert.deepEqual(lines(await ask('&basis=assessed&worker_type=police_staff')), ['assessed 3 1 1 0 1 1 1', 'assessed 2 - 6 1 1 1 2']);
  assert.deepEqual(lines(await ask('&by=worker_type'), 'worker_type'), [
    'police_officer assessed 2 - 1 0 1 1 1', 'police_staff assessed 3 1 1 0 1 1 1', 'police_staff assessed 2 - 6 1 1 1 2']);
  assert.deepEqual(lines(await ask('&by=unit'), 'unit_code'), [
    '- assessed 3 1 1 0 1 1 1', '- assessed 2 - 7 1 2 2 3', 'desk assessed 3 1 1 0 1 1 1', 'desk assessed 2 - 1 1 1 1 1', 'team assessed 2 - 1 0 1 1 1']);
});

test('on any basis what is held on another does not lapse', async () => {
  await claim(place.people.A, { item, level: 2, valid_from: '2024-01-01' });
  assert.deepEqual(lines(await ask('&basis=any')), ['any 3 1 1 0 1 1 1', 'any 2 - 7 0 1 1 2']);
});

test('who is to come is in the whole and in no part, as the definition says', async () => {
  // N joins in August 2024; what N is assessed at lapses at the end of September.
  const { people, hr } = force(organisation('lapsingtocome'), [{ staff_number: 'HR' }, { staff_number: 'N', starts_on: '2024-08-01' }]);
  await assess({ hr }, people.N, item, 2, '2024-01-01', { valid_until: '2024-09-30' });
  const of = async (more) => (await expect(200, 'GET', `${base}&item=${item}&as_of=2024-06-30${more}`, hr)).json;
  assert.deepEqual(lines(await of('')), ['assessed 2 - 0 0 0 0 1']);
  assert.deepEqual(lines(await of('&by=worker_type')), []);
  assert.match((await of('')).meta.definition, /people who are to come/);
});

test('an edition gives it again after a renewal, and who may not read it is refused', async () => {
  const then = await ask('&basis=assessed');
  await assess(place, place.people.B, item, 2, '2024-07-15');
  assert.deepEqual(lines(await ask('&basis=assessed'))[1], 'assessed 2 - 7 1 1 1 2');
  assert.deepEqual((await ask(`&basis=assessed&edition=${then.meta.edition}`)).rows, then.rows);
  await expect(400, 'GET', `${base}&as_of=soon`, place.hr);
  await expect(403, 'GET', base, officer(place.people.A));
});
