// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect, pointers, token } from '../../lib/client.mjs';
import { items, log, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// A has five activities that the filters tell apart, B has a hundred and twenty on ten days.
const target = '/v1/activities';
let cleveland, cvf;

before(async () => {
  cleveland = posted('cleveland', { HR: {}, A: {}, B: {}, C: {} });
  cvf = await items('cop-cvf-2016');
  const { A, B } = cleveland;
  await log(A, { title: 'one', happened_on: '2025-01-01', type: 'course', stage: 'action', item: cvf['we-take-ownership'] });
  await log(A, { title: 'two', happened_on: '2025-01-02', type: 'course', stage: 'planning', item: cvf['we-are-collaborative'] });
  await log(A, { title: 'three', happened_on: '2025-01-03', provider: 'Straße 100% Ltd', item: cvf.integrity });
  await log(A, { title: 'four', happened_on: '2025-01-04', learned: 'UNDER_SCORE and more.' });
  const gone = await log(A, { title: 'five', happened_on: '2025-01-05', type: 'course', item: cvf['we-take-ownership'] });
  await expect(204, 'DELETE', `${target}/${gone.id}`, { ...officer(A), headers: { 'if-match': '"1"' } });
  for (let day = 10; day < 20; day++) await Promise.all(Array.from({ length: 12 }, () => log(B, { happened_on: `2025-01-${day}` })));
});

const list = async (query = '') => (await expect(200, 'GET', target + query, officer(cleveland.A))).json.activities;
const titles = async (query) => (await list(query)).map(({ title }) => title);

test('one\'s own, latest first, without the withdrawn, each as it is read by itself', async () => {
  const mine = await list();
  assert.deepEqual(mine.map(({ title }) => title), ['four', 'three', 'two', 'one']);
  for (const each of mine) assert.deepEqual((await expect(200, 'GET', `${target}/${each.id}`, officer(cleveland.A))).json, each);
});

test('filters by days, both included, type, stage and status', async () => {
  assert.deepEqual(await titles('?from=2025-01-02&until=2025-01-03'), ['three', 'two']);
  assert.deepEqual(await titles('?type=course'), ['two', 'one']);
  assert.deepEqual(await titles('?type=course&stage=action'), ['one']);
  assert.deepEqual(await titles('?status=withdrawn'), ['five']);
  assert.deepEqual(await titles('?status=all&type=course'), ['five', 'two', 'one']);
  assert.deepEqual(await titles('?type=no_such_type'), []);
});

test('filters by framework, and by item with those below it', async () => {
  assert.deepEqual(await titles('?framework=cop-cvf-2016'), ['three', 'two', 'one']);
  assert.deepEqual(await titles('?framework=cop-cvf-2024'), []);
  assert.deepEqual(await titles(`?item=${cvf['resolute-compassionate-and-committed']}`), ['one']);
  assert.deepEqual(await titles(`?item=${cvf['we-are-collaborative']}`), ['two']);
});

test('text is found whatever its case, letter by letter, in title, what was learned and provider', async () => {
  assert.deepEqual(await titles('?q=TW'), ['two']);
  assert.deepEqual(await titles('?q=under_score'), ['four']);
  assert.deepEqual(await titles(`?q=${encodeURIComponent('straße 100%')}`), ['three']);
  assert.deepEqual(await titles('?q=%25'), ['three']);
  assert.deepEqual(await titles(`?q=${encodeURIComponent("' or true --")}`), []);
});

test('an edited activity is found as it is now, once', async () => {
  const { id } = await log(cleveland.C, { title: 'before', happened_on: '2025-02-01', item: cvf.integrity });
  const mine = officer(cleveland.C);
  await expect(200, 'PATCH', `${target}/${id}`, { ...mine, headers: { 'if-match': '"1"' }, body: { title: 'after', happened_on: '2025-02-03', alignments: null } });
  const found = async (query) => (await expect(200, 'GET', target + query, mine)).json.activities.map(({ title, version }) => [title, version]);
  assert.deepEqual(await found(''), [['after', 2]]);
  for (const query of ['?q=before', '?until=2025-02-02', '?framework=cop-cvf-2016']) assert.deepEqual(await found(query), []);
});

test('paging gives each of 120 exactly once, in order, while others are being logged', async () => {
  const mine = officer(cleveland.B);
  const whole = (await expect(200, 'GET', `${target}?limit=500&until=2025-01-19`, mine)).json.activities.map(({ id }) => id);
  assert.equal(whole.length, 120);
  let paging = true;
  let others = 0;
  const meanwhile = (async () => {
    for (; paging; others++) await log(cleveland.B, { title: 'meanwhile', happened_on: `2025-01-${10 + (others % 12)}` });
  })();
  const read = await all(`${target}?limit=7`, mine, 'activities').finally(() => (paging = false));
  await meanwhile;
  assert.ok(others > 3);
  assert.equal(new Set(read.map(({ id }) => id)).size, read.length);
  assert.deepEqual(read.filter(({ title }) => title !== 'meanwhile').map(({ id }) => id), whole);
});

test('the last page has no next', async () => {
  const first = await expect(200, 'GET', `${target}?limit=3`, officer(cleveland.A));
  assert.match(first.headers.get('link'), /rel="next"/);
  assert.equal((await expect(200, 'GET', `${target}?limit=4`, officer(cleveland.A))).headers.get('link'), null);
});

test('nobody reads another\'s list by it: HR has its own, a system and a narrow token 403, no token 401', async () => {
  assert.deepEqual((await expect(200, 'GET', target, cleveland.hr)).json.activities, []);
  await expect(403, 'GET', target, { as: 'college' });
  await expect(403, 'GET', target, { as: { token: token('officer', cleveland.A, 'record:write') } });
  await expect(401, 'GET', target);
});

test('bad parameters are all named at once', async () => {
  const reply = await expect(400, 'GET', `${target}?from=2025-02-30&until=x&type=A&stage=A&status=gone&item=1&limit=501&after=%21&person=1&q=`, officer(cleveland.A));
  assert.deepEqual(pointers(reply), ['?after', '?from', '?item', '?limit', '?person', '?q', '?stage', '?status', '?type', '?until']);
});
