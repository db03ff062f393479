// SPDX-License-Identifier: MIT
// Which skills did those bring who joined in 2023? Of seven, A and E had item x at level 1 on the first day, T at level 2; B and C came to it later.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { csv, expect } from '../../lib/client.mjs';
import { officer, row } from '../../lib/force.mjs';
import { intake } from '../../lib/intake.mjs';
import { code as problem } from '../../lib/workforce.mjs';

let place;
before(async () => {
  place = await intake('bringing');
});
const ask = async (query = '') => (await expect(200, 'GET', `/v1/reports/recruit-skills?framework=cop-cvf-2016&from=2023-01&until=2023-12${query}`, place)).json;
const told = (cell) => [cell.people, cell.joiners, cell.share];

test('what joiners held on the first day, at each level or above', async () => {
  const { rows } = await ask();
  assert.deepEqual(rows.map((each) => [each.item, each.basis, each.level, ...told(each)]), [[place.x, 'self', 1, 3, 7, 42.9], [place.x, 'self', 2, 1, 7, 14.3]]);
});

test('by entry route, joiner type and year', async () => {
  const { rows } = await ask('&by=entry_route');
  assert.deepEqual(told(row(rows, { entry_route: 'pcda', level: 1 })), [1, 5, 20]);
  assert.deepEqual(told(row(rows, { entry_route: 'dhep', level: 1 })), [1, 1, 100]);
  assert.deepEqual(told(row(rows, { entry_route: 'not_known', level: 2 })), [1, 1, 100]);
  assert.deepEqual(told(row((await ask('&by=joiner_type')).rows, { joiner_type: 'transfer', level: 2 })), [1, 1, 100]);
  assert.deepEqual(told(row((await ask('&by=year')).rows, { joined_in: 2023, level: 1 })), [3, 7, 42.9]);
});

test('narrowed to an item, a basis, a rank; given again by its edition, and as CSV', async () => {
  assert.deepEqual((await ask(`&item=${place.y}`)).rows, []);
  assert.deepEqual((await ask('&basis=accredited')).rows, []);
  assert.deepEqual((await ask('&rank=sergeant')).rows.map(told), [[1, 1, 100]], 'T, at level 2');
  const { meta, rows } = await ask();
  assert.deepEqual((await ask(`&edition=${meta.edition}`)).rows, rows);
  const reply = await expect(200, 'GET', '/v1/reports/recruit-skills?framework=cop-cvf-2016&from=2023-01&until=2023-12', { ...place, headers: { ...place.headers, accept: 'text/csv' } });
  assert.equal(csv(reply.text).length, rows.length);
});

test('it refuses what is not known, and strangers', async () => {
  assert.equal(problem(await expect(404, 'GET', '/v1/reports/recruit-skills?framework=no-such', place)), 'unknown_framework');
  await expect(400, 'GET', '/v1/reports/recruit-skills', place);
  await expect(403, 'GET', '/v1/reports/recruit-skills?framework=cop-cvf-2016', officer(place.people.A));
});
