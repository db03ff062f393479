// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { all, csv, expect, pointers, sql } from '../../lib/client.mjs';
import { run } from '../../lib/posted.mjs';

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

test('without a list it gives all ten, which together are the same', async () => {
  const whole = await list('limit=500');
  const names = [...new Set(whole.map((each) => each.list))];
  assert.deepEqual(names,
    ['activity_type', 'basis', 'cycle_stage', 'entry_route', 'joiner_type', 'leaver_type', 'rank', 'science_category', 'service_band', 'worker_type']);
  assert.deepEqual((await Promise.all(names.map((name) => list(`list=${name}`)))).flat(), whole);
  for (const limit of [1, 9]) assert.deepEqual(await list(`limit=${limit}`), whole);
});

test('lengths of service are banded as the Home Office does', async () => {
  const titles = (await list('list=service_band')).map(({ title }) => title);
  assert.deepEqual([titles.length, titles[0], titles[5], titles.at(-1)], [11, 'Under 1 year', '5 to under 10 years', '30 years and over']);
});

test('a code has its days, and a day has its codes', async () => {
  const code = `old_${run}`;
  sql(`insert into science_category (code, title, ordinal, valid_from, valid_before) values ($1, $1, 99, '2001-01-01', '2010-01-01')`, code);
  try {
    const told = (await list('list=science_category')).find((each) => each.code === code);
    assert.deepEqual([told.valid_from, told.valid_until], ['2001-01-01', '2009-12-31']);
    for (const [day, there] of [['2000-12-31', false], ['2001-01-01', true], ['2009-12-31', true], ['2010-01-01', false]]) {
      const codesThen = (await list(`list=science_category&on=${day}`)).map((each) => each.code);
      assert.deepEqual([codesThen.includes(code), codesThen.length], [there, there ? 7 : 6], day);
    }
  } finally {
    sql('delete from science_category where code = $1', code);
  }
});

test('CSV has the same rows', async () => {
  const reply = await expect(200, 'GET', '/v1/codes?list=science_category', { as, headers: { accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text).map(({ code }) => code), await codes('science_category'));
});

test('it refuses strangers and bad parameters', async () => {
  await expect(401, 'GET', '/v1/codes');
  assert.deepEqual(pointers(await expect(400, 'GET', '/v1/codes?list=colours&limit=0&q=x', { as })), ['?limit', '?list', '?q']);
});
