// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, csv, expect, pointers, token } from '../../lib/client.mjs';
import { claim, items, log, officer, row } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// Cluster 1 of the CVF 2016 holds `aware` and `ownership`. On paper:
//   2025-02-28  60 min  action      aware
//   2025-03-01  30 min  action      aware, ownership
//   2025-03-31          reflection  ownership
//   2025-03-15  45 min  no stage    nothing
//   2025-04-01  15 min  planning    aware
let hertfordshire, aware, ownership, cluster;

before(async () => {
  hertfordshire = posted('hertfordshire', { HR: {}, A: {}, B: {} });
  const { A, B, hr } = hertfordshire;
  const cvf = await items('cop-cvf-2016');
  [aware, ownership, cluster] = [cvf['we-are-emotionally-aware'], cvf['we-take-ownership'], cvf['resolute-compassionate-and-committed']];
  await log(A, { happened_on: '2025-02-28', minutes: 60, stage: 'action', item: aware });
  await log(A, { happened_on: '2025-03-01', minutes: 30, stage: 'action', alignments: [{ item: aware }, { item: ownership }] });
  await log(A, { happened_on: '2025-03-31', stage: 'reflection', item: ownership });
  await log(A, { happened_on: '2025-03-15', minutes: 45 });
  await log(A, { happened_on: '2025-04-01', minutes: 15, stage: 'planning', item: aware });
  await log(B, { happened_on: '2025-03-10', minutes: 500, stage: 'action', item: aware });
  const gone = await log(A, { happened_on: '2025-03-02', minutes: 999, stage: 'action', item: aware });
  await expect(204, 'DELETE', `/v1/activities/${gone.id}`, { ...officer(A), headers: { 'if-match': '"1"' } });
  await claim(A, { item: aware, level: 1, valid_from: '2025-03-01' });
  await claim(A, { item: ownership, level: 2, valid_from: '2025-03-20', valid_until: '2025-04-30' });
  await expect(201, 'POST', `/v1/people/${A}/assertions`, { ...hr, body: { item: aware, level: 2, basis: 'assessed', valid_from: '2025-04-02' } });
});

const read = async (query) => (await expect(200, 'GET', `/v1/record?${query}`, officer(hertfordshire.A))).json.rows;
const counts = ({ activities, minutes, first_on, last_on, assertions }) => [activities, minutes, first_on, last_on, assertions];
const levels = ({ self, assessed, held_on }) => [self, assessed, held_on];

test('by item over a month: first and last day in, the days beside out', async () => {
  const rows = await read('from=2025-03-01&until=2025-03-31');
  assert.deepEqual(counts(row(rows, { item: aware })), [1, 30, '2025-03-01', '2025-03-01', 1]);
  assert.deepEqual(counts(row(rows, { item: ownership })), [2, 30, '2025-03-01', '2025-03-31', 1]);
});

test('an activity aligned to two items of a cluster counts once in the cluster; one aligned to none has a row without item', async () => {
  const rows = await read('from=2025-03-01&until=2025-03-31');
  assert.deepEqual(counts(row(rows, { item: cluster })), [2, 30, '2025-03-01', '2025-03-31', 2]);
  assert.deepEqual(counts(row(rows, { item: null })), [1, 45, '2025-03-15', '2025-03-15', 0]);
  assert.equal(rows.length, 4);
});

test('without a period it is the whole record; open ends are open', async () => {
  assert.deepEqual(counts(row(await read(''), { item: cluster })), [4, 105, '2025-02-28', '2025-04-01', 3]);
  assert.deepEqual(counts(row(await read('until=2025-03-01'), { item: cluster })), [2, 90, '2025-02-28', '2025-03-01', 1]);
  assert.deepEqual(counts(row(await read('from=2025-03-31'), { item: cluster })), [2, 15, '2025-03-31', '2025-04-01', 1]);
  assert.deepEqual(await read('from=2019-01-01&until=2019-12-31'), []);
});

test('the levels are those held on the last day', async () => {
  const at = async (until) => {
    const rows = await read(`until=${until}`);
    return [aware, ownership].map((item) => levels(row(rows, { item })));
  };
  assert.deepEqual(await at('2025-04-01'), [[1, null, 'self'], [2, null, 'self']]);
  assert.deepEqual(await at('2025-05-01'), [[1, 2, 'self assessed'], [null, null, null]]);
});

test('by stage of the cycle: each activity in the row of its stage, assertions in the row of none', async () => {
  const rows = await read('by=stage&from=2025-02-01&until=2025-04-01');
  assert.deepEqual(Object.fromEntries(rows.map((each) => [each.code, counts(each)])), {
    null: [1, 45, '2025-03-15', '2025-03-15', 2],
    planning: [1, 15, '2025-04-01', '2025-04-01', 0],
    action: [2, 90, '2025-02-28', '2025-03-01', 0],
    reflection: [1, null, '2025-03-31', '2025-03-31', 0],
  });
  assert.deepEqual(rows.map(({ item, framework }) => item ?? framework), [null, null, null, null]);
  assert.equal(rows.reduce((sum, { activities }) => sum + activities, 0), 5);
});

test('pages of any size, and CSV, give the same figures', async () => {
  for (const by of ['item', 'stage']) {
    const whole = await read(`by=${by}`);
    for (const limit of [1, 3]) assert.deepEqual(await all(`/v1/record?by=${by}&limit=${limit}`, officer(hertfordshire.A), 'rows'), whole);
    const reply = await expect(200, 'GET', `/v1/record?by=${by}`, { ...officer(hertfordshire.A), headers: { accept: 'text/csv' } });
    assert.deepEqual(csv(reply.text), whole.map((each) => Object.fromEntries(Object.entries(each).map(([name, value]) => [name, String(value ?? '')]))));
  }
});

test('refused: no token, no record:read, bad parameters', async () => {
  await expect(401, 'GET', '/v1/record');
  await expect(403, 'GET', '/v1/record', { as: { token: token('officer', hertfordshire.A, 'record:write') } });
  await expect(403, 'GET', '/v1/record', { as: 'college' });
  const reply = await expect(400, 'GET', '/v1/record?from=2025-02-30&until=x&by=month&person=y&limit=0', officer(hertfordshire.A));
  assert.deepEqual(pointers(reply), ['?by', '?from', '?limit', '?person', '?until']);
});
