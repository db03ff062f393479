// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, csv, expect, pointers, token } from '../../lib/client.mjs';
import { claim, items, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// L serves Hertfordshire to the end of 2022 and Humberside from 2023 on.
let hertfordshire, humberside, L, cvf, made;

before(async () => {
  hertfordshire = posted('hertfordshire', { HR: {}, A: {}, L: { ends_on: '2022-12-31', leaver_type: 'transfer' } });
  L = hertfordshire.L;
  humberside = posted('humberside', { HR: {}, L: { person_id: L, starts_on: '2023-01-01', joiner_type: 'transfer' } });
  cvf = await items('cop-cvf-2016');
  const [analyse, aware] = [cvf['we-analyse-critically'], cvf['we-are-emotionally-aware']];
  made = {
    before: (await claim(L, { item: aware, level: 1, valid_from: '2019-01-01', valid_until: '2019-12-31' })).id,
    first: (await claim(L, { item: analyse, level: 1, valid_from: '2020-06-01', valid_until: '2022-12-31' })).id,
    both: (await claim(L, { item: analyse, level: 2, valid_from: '2022-12-01' })).id,
    second: (await expect(201, 'POST', `/v1/people/${L}/assertions`, { ...humberside.hr, body: { item: aware, level: 3, basis: 'assessed', valid_from: '2023-01-01' } })).json.id,
  };
});

const names = (rows) => rows.map(({ id }) => Object.keys(made).find((name) => made[name] === id));
const list = async ({ hr }, query = '') => (await expect(200, 'GET', `/v1/people/${L}/assertions${query}`, hr)).json.assertions;

test('each organisation sees what overlaps its posting, the person all', async () => {
  assert.deepEqual(names(await list(hertfordshire)), ['both', 'first']);
  assert.deepEqual(names(await list(humberside)), ['second', 'both']);
  assert.deepEqual(names(await all('/v1/assertions', officer(L), 'assertions')), ['second', 'both', 'first', 'before']);
});

test('by state on a day, basis, framework and item with those below it', async () => {
  assert.deepEqual(names(await list(hertfordshire, '?state=ended')), ['first']);
  assert.deepEqual(names(await list(hertfordshire, '?state=held&as_of=2022-12-31')), ['both', 'first']);
  assert.deepEqual(names(await list(hertfordshire, '?state=future&as_of=2022-11-30')), ['both']);
  assert.deepEqual(names(await list(humberside, '?basis=assessed')), ['second']);
  assert.deepEqual(names(await list(humberside, `?item=${cvf['intelligent-creative-and-informed-policing']}`)), ['both']);
  assert.deepEqual(await list(humberside, '?framework=cop-cvf-2024'), []);
});

test('pages of one, and CSV, give the same list', async () => {
  const whole = await list(humberside);
  const target = `/v1/people/${L}/assertions`;
  assert.deepEqual(await all(`${target}?limit=1`, humberside.hr, 'assertions'), whole);
  const reply = await expect(200, 'GET', target, { ...humberside.hr, headers: { accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text).map(({ id, level, basis }) => [id, Number(level), basis]), whole.map(({ id, level, basis }) => [id, level, basis]));
});

test('nobody with assertions is an empty list; nobody in charge is not found', async () => {
  const target = `/v1/people/${hertfordshire.A}/assertions`;
  assert.deepEqual((await expect(200, 'GET', target, hertfordshire.hr)).json.assertions, []);
  await expect(404, 'GET', target, humberside.hr);
  await expect(404, 'GET', '/v1/people/00000000-0000-4000-8000-000000000000/assertions', hertfordshire.hr);
});

test('without a token 401, without an office 403, bad parameters named at once', async () => {
  const target = `/v1/people/${L}/assertions`;
  await expect(401, 'GET', target);
  await expect(403, 'GET', target, officer(L));
  await expect(403, 'GET', target, { as: { token: token('hr', hertfordshire.HR, 'record:read') } });
  await expect(403, 'GET', target, { as: 'college' });
  const reply = await expect(400, 'GET', `${target}?state=x&as_of=1&colour=2&limit=0&item=3&basis=q`, hertfordshire.hr);
  assert.deepEqual(pointers(reply), ['?as_of', '?basis', '?colour', '?item', '?limit', '?state']);
});
