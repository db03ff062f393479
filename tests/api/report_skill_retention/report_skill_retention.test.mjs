// SPDX-License-Identifier: MIT
// Do those with a skill stay longer than those without? The year to 31 March 2025. There on the day before it are HR, A, B, C, D and E, six, of
// whom A, B and C hold the item at level 2, D at level 1. A (level 2) and E (none) resign, B (level 2) transfers; N joins in the year with level 3
// and leaves again. So of those with level 2 or above, three at the start, two left, A and N, and one transferred; of the three others one, E.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { csv, expect } from '../../lib/client.mjs';
import { force, items, officer, row } from '../../lib/force.mjs';
import { hrOf, organisation } from '../../lib/organisations.mjs';
import { code as problem } from '../../lib/workforce.mjs';

let place, people, item, other;

before(async () => {
  const code = organisation('skilled');
  const gone = (ends_on, leaver_type = 'voluntary_resignation') => ({ unit: 'desk', ends_on, leaver_type });
  people = force(code, [
    { staff_number: 'HR', worker_type: 'police_officer', rank: 'sergeant' }, { staff_number: 'A', ...gone('2024-06-30') }, { staff_number: 'B', ...gone('2024-12-31', 'transfer') }, { staff_number: 'C', unit: 'desk' },
    { staff_number: 'D', unit: 'desk' }, { staff_number: 'E', ...gone('2025-03-31') },
    { staff_number: 'N', starts_on: '2024-05-01', joiner_type: 'standard_recruit', ...gone('2025-02-28', 'dismissal') },
    { staff_number: 'S', sensitive: 'yes', ends_on: '2024-06-30', leaver_type: 'death' },
  ]).people;
  place = hrOf(people.HR, code);
  const all = await items('cop-cvf-2016');
  item = all['we-are-collaborative'];
  other = all['we-take-ownership'];
  const hold = (name, level, valid_from = '2023-01-01', of = item) =>
    expect(201, 'POST', '/v1/assertions', { ...officer(people[name]), body: { item: of, level, valid_from } });
  for (const name of ['A', 'B', 'C', 'S']) await hold(name, 2);
  await hold('D', 1);
  await hold('N', 3);
  // E gains another item within the year, and takes it along.
  await hold('E', 2, '2024-06-01', other);
});

const ask = async (query = '', year = 'year_ending=2025') => (await expect(200, 'GET', `/v1/reports/skill-retention?framework=cop-cvf-2016&${year}${query}`, place)).json;
const told = (cell) => [cell.holders_at_start, cell.holders_left, cell.holders_transferred, cell.holders_rate, cell.others_at_start, cell.others_left, cell.others_transferred, cell.others_rate];

test('those with the skill beside those without, at each level or above', async () => {
  const { rows } = await ask(`&item=${item}`);
  assert.deepEqual(rows.map((each) => each.level), [1, 2, 3]);
  assert.deepEqual(told(row(rows, { level: 2 })), [3, 2, 1, 66.7, 3, 1, 0, 33.3]);
  assert.deepEqual(told(row(rows, { level: 1 })), [4, 2, 1, 50, 2, 1, 0, 50]);
  assert.deepEqual(told(row(rows, { level: 3 })), [0, 1, 0, null, 6, 2, 1, 33.3]);
});

test('who gained it within the year and left with it is among the holders who left', async () => {
  assert.deepEqual(told(row((await ask()).rows, { item: other, level: 2 })), [0, 1, 0, null, 6, 2, 1, 33.3]);
});

test('a level that nobody holds just so has its row where one above it is held', async () => {
  const rows = (await ask(`&item=${other}`)).rows.map((each) => [each.level, each.level_title, ...told(each)]);
  assert.deepEqual(rows, [[1, 'Practitioner', 0, 1, 0, null, 6, 2, 1, 33.3], [2, 'Supervisor or middle manager', 0, 1, 0, null, 6, 2, 1, 33.3]]);
});

test('narrowed to people it is counted from entries, and says the same where all are meant', async () => {
  const { rows } = await ask(`&item=${item}&worker_type=police_staff`);
  assert.deepEqual(told(row(rows, { level: 2 })), [3, 2, 1, 66.7, 2, 1, 0, 50], 'all but HR, who held nothing');
  assert.deepEqual((await ask('&rank=sergeant')).rows, []);
  assert.deepEqual((await ask('&basis=accredited')).rows, []);
});

test('to a day in the year: by 1 July A alone has gone', async () => {
  const { rows, meta } = await ask(`&item=${item}&as_of=2024-07-01`);
  assert.deepEqual(told(row(rows, { level: 2 })), [3, 1, 0, 33.3, 3, 0, 0, 0]);
  assert.deepEqual([meta.as_of, meta.complete], ['2024-07-01', false]);
});

test('as it was known, and for other twelve months', async () => {
  const { meta, rows } = await ask();
  const left = `&edition=${meta.edition}`;
  assert.deepEqual((await ask(left)).rows, rows);
  assert.deepEqual((await ask(`&item=${item}&worker_type=police_staff${left}`)).rows, (await ask(`&item=${item}&worker_type=police_staff`)).rows);
  // Of the twelve months to 30 June 2024 only A has left, on the last day, of the four with any level.
  assert.deepEqual(told(row((await ask(`&item=${item}`, 'ending_on=2024-06-30')).rows, { level: 1 })), [4, 1, 0, 25, 2, 0, 0, 0]);
  const reply = await expect(200, 'GET', '/v1/reports/skill-retention?framework=cop-cvf-2016&year_ending=2025', { ...place, headers: { ...place.headers, accept: 'text/csv' } });
  assert.equal(csv(reply.text).length, rows.length);
});

test('it refuses what is not known, and strangers', async () => {
  assert.equal(problem(await expect(404, 'GET', '/v1/reports/skill-retention?framework=no-such', place)), 'unknown_framework');
  assert.equal(problem(await expect(404, 'GET', `/v1/reports/skill-retention?framework=cop-cvf-2016&item=${people.A}`, place)), 'unknown_item');
  await expect(400, 'GET', '/v1/reports/skill-retention', place);
  await expect(403, 'GET', '/v1/reports/skill-retention?framework=cop-cvf-2016', officer(people.C));
});
