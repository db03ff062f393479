// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { all, csv, expect, pointers } from '../../lib/client.mjs';
import { row } from '../../lib/force.mjs';

const as = 'officer';
const target = '/v1/organisations/example/units';
const list = (query = '') => all(`${target}?${query}`, { as }, 'units');

test('the made-up force has its 36 units, by code, each with the one above it', async () => {
  const units = await list('limit=500');
  assert.equal(units.length, 36);
  const above = (code) => row(units, { code }).parent_code;
  assert.deepEqual([above('LP'), above('LP-N'), above('LP-N-R'), above('DD-DA-S')], [null, 'LP', 'LP-N', 'DD-DA']);
  assert.equal(row(units, { code: 'LP-N-R' }).parent, row(units, { code: 'LP-N' }).id);
  assert.equal(row(units, { code: 'DD-DA-S' }).name, 'Data science');
});

test('a day before there was a unit has none of it', async () => {
  assert.deepEqual(await list('as_of=1829-09-28'), []);
  assert.equal((await list('as_of=1829-09-29&limit=500')).length, 36);
});

test('the organisation is known by its identifier too', async () => {
  const { json } = await expect(200, 'GET', '/v1/organisations/example', { as });
  assert.deepEqual(await all(`/v1/organisations/${json.id}/units`, { as }, 'units'), await list());
});

test('pages of any size, and CSV, give the same list', async () => {
  const whole = await list('limit=500');
  for (const limit of [5, 35, 36]) assert.deepEqual(await list(`limit=${limit}`), whole);
  const reply = await expect(200, 'GET', target, { as, headers: { accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text).map(({ code }) => code), whole.map(({ code }) => code));
});

test('an organisation without units has an empty list, an unknown one is not found', async () => {
  assert.deepEqual(await all('/v1/organisations/cnc/units', { as }, 'units'), []);
  assert.match((await expect(404, 'GET', '/v1/organisations/no-such/units', { as })).json.type, /#unknown_organisation$/);
});

test('it refuses strangers and bad parameters', async () => {
  await expect(401, 'GET', target);
  assert.deepEqual(pointers(await expect(400, 'GET', `${target}?as_of=2025-02-29&limit=0&q=x`, { as })), ['?as_of', '?limit', '?q']);
});
