// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { csv, expect, pointers } from '../../lib/client.mjs';
import { force, items, log, officer, row } from '../../lib/force.mjs';

// Dorset: HR in no unit, A in u1 (below u0), B in u0, C in no unit. Cluster 1 of the CVF 2016 holds two competencies.
const target = '/v1/reports/development?framework=cop-cvf-2016&from=2025-02&until=2025-03';
let dorset, cvf, cluster;

before(async () => {
  dorset = force('dorset', [{ staff_number: 'HR' }, { staff_number: 'A', unit: 'u1', parent_unit: 'u0' }, { staff_number: 'B', unit: 'u0' }, { staff_number: 'C' }]);
  cvf = await items('cop-cvf-2016');
  const { A, B, C } = dorset.people;
  const [aware, ownership] = [cvf['we-are-emotionally-aware'], cvf['we-take-ownership']];
  cluster = (await expect(200, 'GET', `/v1/items/${aware}`, { as: 'officer' })).json.ancestors[0].id;
  await log(A, { happened_on: '2025-03-03', minutes: 60, alignments: [{ item: aware }, { item: ownership }] });
  await log(A, { happened_on: '2025-03-31', minutes: 30, item: aware });
  await log(B, { happened_on: '2025-03-01', minutes: 90, item: ownership });
  await log(C, { happened_on: '2025-02-28', item: aware });
  await log(C, { happened_on: '2025-04-01', item: aware });
  await log(C, { happened_on: '2025-03-15' });
});

const report = async (more = '') => (await expect(200, 'GET', target + more, dorset.hr)).json;
const cell = ({ people, activities, minutes }) => [people, activities, minutes];

test('each cell is counted by itself', async () => {
  const { rows } = await report();
  const at = (item, month) => cell(row(rows, { item, month, unit: null }));
  assert.deepEqual(at(cvf['we-are-emotionally-aware'], '2025-03'), [1, 2, 90]);
  assert.deepEqual(at(cvf['we-take-ownership'], '2025-03'), [2, 2, 150]);
  assert.deepEqual(at(cvf['we-are-emotionally-aware'], null), [2, 3, 90]);
  assert.deepEqual(at(null, '2025-02'), [1, 1, 0]);
});

test('an activity aligned to two items of a cluster counts once in the cluster, and once in the framework', async () => {
  const { rows } = await report();
  assert.deepEqual(cell(row(rows, { item: cluster, month: '2025-03', unit: null })), [2, 3, 180]);
  assert.deepEqual(cell(row(rows, { item: null, month: null, unit: null })), [3, 4, 180]);
});

test('a unit has those below it; who has no unit is in the organisation\'s row alone', async () => {
  const { rows } = await report('&by=unit');
  const at = (unit_code) => cell(row(rows, { item: null, month: null, unit_code }));
  assert.deepEqual(at('u1'), [1, 2, 90]);
  assert.deepEqual(at('u0'), [2, 3, 180]);
  assert.deepEqual(at(null), [3, 4, 180]);
});

test('the same cell by another route is the same figure', async () => {
  const whole = row((await report('&by=unit')).rows, { item: cluster, month: '2025-03', unit_code: 'u0' });
  const narrow = (await expect(200, 'GET', `/v1/reports/development?framework=cop-cvf-2016&from=2025-03&until=2025-03&item=${cluster}&unit=${whole.unit}`, dorset.hr)).json.rows;
  assert.deepEqual(cell(row(narrow, { item: cluster, month: '2025-03', unit: whole.unit })), cell(whole));
  const reply = await expect(200, 'GET', target + '&by=unit', { ...dorset.hr, headers: { accept: 'text/csv' } });
  const line = csv(reply.text).find((each) => each.item === cluster && each.month === '2025-03' && each.unit_code === 'u0');
  assert.deepEqual([line.people, line.activities, line.minutes].map(Number), cell(whole));
});

test('a withdrawn activity is counted no more, and an edited one where it now belongs', async () => {
  const { C } = dorset.people;
  const extra = await log(C, { happened_on: '2025-02-01', minutes: 5, item: cvf['we-take-ownership'] });
  const at = async () => cell(row((await report()).rows, { item: null, month: '2025-02', unit: null }));
  assert.deepEqual(await at(), [1, 2, 5]);
  await expect(204, 'DELETE', `/v1/activities/${extra.id}`, { ...officer(C), headers: { 'if-match': '"1"' } });
  assert.deepEqual(await at(), [1, 1, 0]);
});

test('it says of itself what it counts, for whom and when', async () => {
  const { meta } = await report();
  assert.equal(meta.organisation.code, 'dorset');
  assert.deepEqual(meta.period, { starts_on: '2025-02-01', ends_on: '2025-03-31' });
  assert.match(meta.counted, /counted/);
});

test('without the grant or the scope it is refused, and what is not there is not found', async () => {
  await expect(403, 'GET', target, officer(dorset.people.A));
  await expect(403, 'GET', target, { as: 'hr', person: dorset.people.A });
  await expect(404, 'GET', target.replace('cop-cvf-2016', 'no-such'), dorset.hr);
  assert.deepEqual(pointers(await expect(400, 'GET', '/v1/reports/development?from=2025-13', dorset.hr)), ['?framework', '?from']);
});
