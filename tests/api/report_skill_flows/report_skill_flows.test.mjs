// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { csv, expect } from '../../lib/client.mjs';
import { claim, force, items, officer } from '../../lib/force.mjs';

let place, item;

const ask = async (more) => (await expect(200, 'GET', `/v1/reports/skill-flows?framework=cop-cvf-2024&basis=self${more}`, place.hr)).json;
const lines = ({ rows }) =>
  rows.filter((row) => row.item === item)
    .map((row) => [row.month, row.change, row.cause, row.level, row.other_level, row.people].filter((cell) => cell !== null).join(' ')).sort();

before(async () => {
  place = force('south-wales', [{ staff_number: 'HR' }, { staff_number: 'A' }, { staff_number: 'B', starts_on: '2023-05-15' },
    { staff_number: 'C', ends_on: '2023-06-14', leaver_type: 'voluntary_resignation' }]);
  item = (await items('cop-cvf-2024'))['we-analyse-critically'];
  const { A, B, C } = place.people;
  await claim(A, { item, level: 1, valid_from: '2023-02-10' });
  await claim(A, { item, level: 2, valid_from: '2023-05-20', valid_until: '2023-08-31' });
  await claim(A, { item, level: 2, valid_from: '2023-08-15', valid_until: '2023-12-31' });
  await claim(B, { item, level: 3, valid_from: '2023-01-01', valid_until: '2023-10-14' });
  await claim(B, { item, level: 3, valid_from: '2023-11-01' });
  await claim(C, { item, level: 1, valid_from: '2021-01-01' });
});

test('gains and losses by cause, each level naming the other', async () => {
  assert.deepEqual(lines(await ask('&from=2023-01&until=2024-01')), [
    'gained assessed 1 1', 'gained joined 3 1', 'gained lapsed 1 2 1', 'gained renewed 2 2 1', 'gained renewed 3 1', 'gained superseded 2 1 1',
    'lost lapsed 2 1 1', 'lost lapsed 3 1', 'lost left 1 1', 'lost renewed 2 2 1', 'lost superseded 1 2 1',
  ]);
});

test('month by month, on the month of the day from which it is so', async () => {
  assert.deepEqual(lines(await ask('&from=2023-05&until=2023-10&by=month')), [
    '2023-05 gained joined 3 1', '2023-05 gained superseded 2 1 1', '2023-05 lost superseded 1 2 1', '2023-06 lost left 1 1',
    '2023-08 gained renewed 2 2 1', '2023-08 lost renewed 2 2 1', '2023-10 lost lapsed 3 1',
  ]);
});

test('what stands at the end is what stood at the start and what came and went', async () => {
  const standing = async (day) =>
    (await expect(200, 'GET', `/v1/reports/coverage?framework=cop-cvf-2024&detail=held&basis=self&as_of=${day}`, place.hr)).json.rows
      .filter((row) => row.item === item).reduce((sum, row) => sum + row.people_at_level, 0);
  const flow = (await ask('&from=2023-03&until=2023-11')).rows.filter((row) => row.item === item)
    .reduce((sum, row) => sum + (row.change === 'gained' ? row.people : -row.people), 0);
  assert.equal(await standing('2023-02-28') + flow, await standing('2023-11-30'));
});

test('an edition gives the flows of before a correction again', async () => {
  const period = '&from=2023-01&until=2023-12';
  const then = await ask(period);
  await claim(place.people.A, { item, level: 3, valid_from: '2023-04-01', valid_until: '2023-05-09' });
  assert.notDeepEqual((await ask(period)).rows, then.rows);
  assert.deepEqual((await ask(`${period}&edition=${then.meta.edition}`)).rows, then.rows);
});

test('CSV, and faults of the question', async () => {
  const base = '/v1/reports/skill-flows?framework=cop-cvf-2024';
  const reply = await expect(200, 'GET', `${base}&from=2023-01&until=2023-12`, { ...place.hr, headers: { accept: 'text/csv' } });
  assert.ok(csv(reply.text).some((row) => row.cause === 'joined' && row.change === 'gained'));
  assert.match((await expect(422, 'GET', `${base}&from=2023-05&until=2023-04`, place.hr)).json.type, /period_reversed$/);
  assert.match((await expect(422, 'GET', `${base}&from=2005-05&until=2023-04`, place.hr)).json.type, /period_too_long$/);
  assert.match((await expect(422, 'GET', `${base}&known_at=2999-01-01T00:00:00Z`, place.hr)).json.type, /known_in_future$/);
  await expect(400, 'GET', `${base}&by=year`, place.hr);
  await expect(403, 'GET', base, officer(place.people.A));
});
