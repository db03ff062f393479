// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { all, csv, expect, pointers } from '../../lib/client.mjs';
import { row } from '../../lib/force.mjs';

const as = 'officer';
const list = (query = '') => all(`/v1/organisations?${query}`, { as }, 'organisations');
const codes = (rows) => rows.map(({ code }) => code);

test('the 43 forces of England and Wales, Scotland, Northern Ireland and the four national ones are there', async () => {
  const real = (await list('limit=500')).filter(({ kind }) => kind !== 'synthetic');
  const count = (kind, nation) => real.filter((each) => each.kind === kind && each.nation === nation).length;
  assert.equal(real.length, 49);
  assert.deepEqual(['England', 'Wales', 'Scotland', 'Northern Ireland'].map((nation) => count('territorial', nation)), [39, 4, 1, 1]);
  assert.deepEqual(codes(real.filter(({ kind }) => kind === 'national')), ['btp', 'cnc', 'mdp', 'nca']);
});

test('a force has the codes that statisticians know it by', async () => {
  const { name, nation, region, ons_code, stats19_code, ends_on } = row(await list('limit=500'), { code: 'avon-and-somerset' });
  assert.deepEqual([name, nation, region, ons_code, stats19_code, ends_on],
    ['Avon and Somerset Police', 'England', 'South West', 'E23000036', '52', null]);
  assert.equal(row(await list('nation=wales'), { code: 'dyfed-powys' }).kind, 'territorial');
});

test('kind and nation narrow the list, the nation whatever its case', async () => {
  assert.deepEqual(codes(await list('nation=WALES')), ['dyfed-powys', 'gwent', 'north-wales', 'south-wales']);
  assert.deepEqual(codes(await list('kind=national&nation=UK')), ['mdp', 'nca']);
  assert.deepEqual(await list('kind=national&nation=Wales'), []);
});

test('pages of any size, and CSV, give the same list', async () => {
  const whole = await list('kind=territorial&limit=500');
  assert.equal(whole.length, 45);
  for (const limit of [7, 44, 45]) assert.deepEqual(await list(`kind=territorial&limit=${limit}`), whole);
  const reply = await expect(200, 'GET', '/v1/organisations?kind=territorial', { as, headers: { accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text).map(({ name }) => name), whole.map(({ name }) => name));
});

test('it refuses strangers and bad parameters', async () => {
  await expect(401, 'GET', '/v1/organisations');
  assert.deepEqual(pointers(await expect(400, 'GET', '/v1/organisations?kind=x&nation=&limit=many&region=x', { as })),
    ['?kind', '?limit', '?nation', '?region']);
});
