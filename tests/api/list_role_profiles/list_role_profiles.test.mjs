// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { all, csv, expect, pointers } from '../../lib/client.mjs';

const as = 'officer';
const target = '/v1/frameworks/gdd-pcf/role-profiles';
const list = (query = '') => all(`${target}?${query}`, { as }, 'role_profiles');

test('Government Digital and Data has 205 profiles of 52 roles in eight families', async () => {
  const rows = await list('limit=500');
  assert.equal(rows.length, 205);
  assert.equal(new Set(rows.map(({ role }) => role)).size, 52);
  const families = {};
  for (const { family } of rows) families[family] = (families[family] ?? 0) + 1;
  assert.deepEqual(families, { Architecture: 27, 'Chief digital and data': 4, Data: 36, 'IT operations': 46, 'Product and delivery': 21,
    'Quality assurance testing (QAT)': 10, 'Software development': 24, 'User-centred design': 37 });
  assert.ok(rows.every(({ requirements }) => requirements > 0));
});

test('a role has its profile at every seniority, each with what it asks for counted', async () => {
  const rows = await list('role=data%20SCIENTIST');
  assert.deepEqual(rows.map(({ role_level, requirements }) => [role_level, requirements]), [
    ['Associate data scientist', 8], ['Data scientist', 8], ['Head of data science', 8],
    ['Lead data scientist', 8], ['Principal data scientist', 8], ['Trainee data scientist', 8]]);
});

test('family and text narrow the list, and both at once narrow it more', async () => {
  assert.equal((await list('family=data')).length, 36);
  const found = await list('family=Data&q=HEAD%20OF');
  assert.ok(found.length > 0 && found.every(({ family, title }) => family === 'Data' && /head of/i.test(title)));
  assert.deepEqual(await list('family=Data&role=Test%20engineer'), []);
});

test('pages of any size, and CSV, give the same list', async () => {
  const whole = await list('limit=500');
  for (const limit of [50, 204, 205]) assert.deepEqual(await list(`limit=${limit}`), whole);
  const reply = await expect(200, 'GET', `${target}?limit=500`, { as, headers: { accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text).map(({ code }) => code), whole.map(({ code }) => code));
});

test('a framework without profiles has an empty list, an unknown one is not found', async () => {
  assert.deepEqual(await all('/v1/frameworks/cop-leadership-standards/role-profiles', { as }, 'role_profiles'), []);
  assert.match((await expect(404, 'GET', '/v1/frameworks/no-such/role-profiles', { as })).json.type, /#unknown_framework$/);
});

test('it refuses strangers and bad parameters', async () => {
  await expect(401, 'GET', target);
  assert.deepEqual(pointers(await expect(400, 'GET', `${target}?family=&role=&q=&limit=-1&colour=blue`, { as })),
    ['?colour', '?family', '?limit', '?q', '?role']);
});
