// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, csv, expect, pointers, token } from '../../lib/client.mjs';
import { claim, items, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// A holds `now`; `over` ended; `gone` was withdrawn from 1 May 2024; `later` begins far off; `judged` is an assessor's.
let lincolnshire, item, other, made;

before(async () => {
  lincolnshire = posted('lincolnshire', { HR: {}, A: {}, B: {} });
  const { A, hr } = lincolnshire;
  const [cvf, newer] = [await items('cop-cvf-2016'), await items('cop-cvf-2024')];
  item = cvf['we-take-ownership'];
  other = Object.values(newer).at(-1);
  const cluster = cvf['resolute-compassionate-and-committed'];
  made = {
    over: (await claim(A, { item, level: 1, valid_from: '2021-01-01', valid_until: '2021-12-31' })).id,
    now: (await claim(A, { item, level: 2, valid_from: '2022-01-01' })).id,
    gone: (await claim(A, { item: cvf['we-are-emotionally-aware'], level: 3, valid_from: '2023-01-01' })).id,
    judged: (await expect(201, 'POST', `/v1/people/${A}/assertions`, { ...hr, body: { item: cluster, basis: 'assessed', valid_from: '2024-01-01' } })).json.id,
    later: (await claim(A, { item: other, level: 1, valid_from: '2190-01-01' })).id,
  };
  await expect(200, 'POST', `/v1/assertions/${made.gone}/withdrawal`, { ...officer(A), headers: { 'if-match': '"1"' }, body: { withdrawn_on: '2024-05-01' } });
});

const names = (rows) => rows.map(({ id }) => Object.keys(made).find((name) => made[name] === id));
const list = async (query = '') => (await expect(200, 'GET', '/v1/assertions' + query, officer(lincolnshire.A))).json.assertions;

test('all of one\'s own on every basis, latest first, and nobody else\'s', async () => {
  const rows = await list();
  assert.deepEqual(names(rows), ['later', 'judged', 'gone', 'now', 'over']);
  assert.deepEqual(rows.map(({ state }) => state), ['future', 'held', 'withdrawn', 'held', 'ended']);
  assert.deepEqual((await expect(200, 'GET', '/v1/assertions', officer(lincolnshire.B))).json.assertions, []);
});

test('by state, on the day asked about: the last day of validity counts, the day of withdrawal does not', async () => {
  assert.deepEqual(names(await list('?state=held')), ['judged', 'now']);
  assert.deepEqual(names(await list('?state=ended')), ['over']);
  assert.deepEqual(names(await list('?state=held&as_of=2021-12-31')), ['over']);
  assert.deepEqual(names(await list('?state=held&as_of=2022-01-01')), ['now']);
  assert.deepEqual(names(await list('?state=held&as_of=2024-04-30')), ['judged', 'gone', 'now']);
  assert.deepEqual(names(await list('?state=withdrawn&as_of=2024-05-01')), ['gone']);
  assert.deepEqual(names(await list('?state=future&as_of=2023-06-01')), ['later', 'judged']);
});

test('by basis, framework, and item with those below it', async () => {
  assert.deepEqual(names(await list('?basis=assessed')), ['judged']);
  assert.deepEqual(names(await list('?framework=cop-cvf-2024')), ['later']);
  assert.deepEqual(names(await list(`?item=${item}`)), ['now', 'over']);
  const cluster = (await list('?basis=assessed'))[0].item;
  assert.deepEqual(names(await list(`?item=${cluster}`)), ['judged', 'gone', 'now', 'over']);
  assert.deepEqual(await list(`?item=${lincolnshire.A}`), []);
});

test('pages of any size, and CSV, give the same list', async () => {
  const whole = await list();
  for (const limit of [1, 2, 4, 5]) assert.deepEqual(await all(`/v1/assertions?limit=${limit}`, officer(lincolnshire.A), 'assertions'), whole);
  const reply = await expect(200, 'GET', '/v1/assertions', { ...officer(lincolnshire.A), headers: { accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text), whole.map((each) => Object.fromEntries(Object.entries(each).map(([name, value]) => [name, String(value ?? '')]))));
});

test('without a token 401, without record:read 403, bad parameters named at once', async () => {
  await expect(401, 'GET', '/v1/assertions');
  await expect(403, 'GET', '/v1/assertions', { as: { token: token('officer', lincolnshire.A, 'record:write') } });
  const reply = await expect(400, 'GET', '/v1/assertions?state=x&as_of=2024-02-30&colour=2&limit=501&item=3&basis=any&framework=a%2Fb&after=%21', officer(lincolnshire.A));
  assert.deepEqual(pointers(reply), ['?after', '?as_of', '?basis', '?colour', '?framework', '?item', '?limit', '?state']);
});
