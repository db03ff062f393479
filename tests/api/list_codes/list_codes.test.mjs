// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { all, csv, expect, pointers } from '../../lib/client.mjs';

const as = 'officer';
const list = (query = '') => all(`/v1/codes?${query}`, { as }, 'codes');
const codes = async (name) => (await list(`list=${name}`)).map(({ code }) => code);

test('each list comes in its own order', async () => {
  assert.deepEqual(await codes('basis'), ['self', 'endorsed', 'assessed', 'accredited']);
  assert.deepEqual(await codes('cycle_stage'), ['self_awareness', 'planning', 'action', 'reflection']);
  assert.deepEqual(await codes('worker_type'),
    ['police_officer', 'police_staff', 'pcso', 'designated_officer', 'special_constable', 'police_support_volunteer']);
  assert.deepEqual(await codes('leaver_type'),
    ['voluntary_resignation', 'normal_retirement', 'medical_retirement', 'dismissal', 'transfer', 'death', 'other']);
});

test('ranks go from constable to commissioner, those of London among them', async () => {
  const ranks = await list('list=rank');
  assert.deepEqual(ranks.slice(0, 6).map(({ title }) => title),
    ['Constable', 'Sergeant', 'Inspector', 'Chief inspector', 'Superintendent', 'Chief superintendent']);
  assert.deepEqual([ranks.length, ranks.at(-1).code], [14, 'commissioner']);
});

test('without a list it gives all eight, which together are the same', async () => {
  const whole = await list('limit=500');
  const names = [...new Set(whole.map((each) => each.list))];
  assert.deepEqual(names,
    ['activity_type', 'basis', 'cycle_stage', 'joiner_type', 'leaver_type', 'rank', 'science_category', 'worker_type']);
  assert.deepEqual((await Promise.all(names.map((name) => list(`list=${name}`)))).flat(), whole);
  for (const limit of [1, 9]) assert.deepEqual(await list(`limit=${limit}`), whole);
});

test('CSV has the same rows', async () => {
  const reply = await expect(200, 'GET', '/v1/codes?list=science_category', { as, headers: { accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text).map(({ code }) => code), await codes('science_category'));
});

test('it refuses strangers and bad parameters', async () => {
  await expect(401, 'GET', '/v1/codes');
  assert.deepEqual(pointers(await expect(400, 'GET', '/v1/codes?list=colours&limit=0&q=x', { as })), ['?limit', '?list', '?q']);
});
