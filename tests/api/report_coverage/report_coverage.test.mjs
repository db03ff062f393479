// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect } from '../../lib/client.mjs';
import { claim, force, items, officer, row } from '../../lib/force.mjs';

const target = '/v1/reports/coverage?framework=cop-cvf-2016&from=2025-01&until=2025-03';
let cumbria, cvf, cluster;

before(async () => {
  cumbria = force('cumbria', [{ staff_number: 'HR' }, { staff_number: 'A', unit: 'u1', parent_unit: 'u0' }, { staff_number: 'B', unit: 'u0' },
    { staff_number: 'C', ends_on: '2025-02-15', leaver_type: 'voluntary_resignation' }]);
  cvf = await items('cop-cvf-2016');
  const { A, B, C } = cumbria.people;
  const [aware, ownership] = [cvf['we-are-emotionally-aware'], cvf['we-take-ownership']];
  cluster = (await expect(200, 'GET', `/v1/items/${aware}`, { as: 'officer' })).json.ancestors[0].id;
  await claim(A, { item: aware, level: 1 });
  await claim(A, { item: ownership, level: 3, valid_from: '2025-03-01' });
  await claim(B, { item: aware, level: 2, valid_until: '2025-02-28' });
  await claim(C, { item: aware, level: 3 });
  await expect(201, 'POST', `/v1/people/${B}/assertions`, { ...cumbria.hr, body: { item: aware, level: 1, basis: 'assessed', valid_from: '2025-01-15' } });
});

const report = async (more = '') => (await expect(200, 'GET', target + more, cumbria.hr)).json.rows;

test('people at or above each level at the end of each month, of those then posted', async () => {
  const rows = await report();
  const at = (month, level) => row(rows, { item: cvf['we-are-emotionally-aware'], unit: null, month, level }).people;
  assert.deepEqual([1, 2, 3].map((level) => at('2025-01', level)), [3, 2, 1]);
  assert.deepEqual([1, 2].map((level) => at('2025-02', level)), [2, 1]);
  assert.equal(at('2025-03', 1), 2);
  assert.equal(row(rows, { item: cvf['we-are-emotionally-aware'], unit: null, month: '2025-01', level: null }).strength, 4);
});

test('the last day of validity counts and the next does not', async () => {
  const rows = await report('&basis=self');
  assert.equal(row(rows, { item: cvf['we-are-emotionally-aware'], unit: null, month: '2025-02', level: 2 }).people, 1);
  assert.ok(!rows.some((each) => each.item === cvf['we-are-emotionally-aware'] && each.month === '2025-03' && each.level === 2 && each.people > 0));
});

test('in a cluster a person counts with the highest of what is below, once', async () => {
  const rows = await report();
  assert.equal(row(rows, { item: cluster, unit: null, month: '2025-03', level: 1 }).people, 2);
  assert.equal(row(rows, { item: cluster, unit: null, month: '2025-03', level: 3 }).people, 1);
});

test('a basis alone counts what rests on it', async () => {
  const rows = await report('&basis=assessed');
  assert.equal(row(rows, { item: cvf['we-are-emotionally-aware'], unit: null, month: '2025-03', level: 1 }).people, 1);
});

test('by unit, those below are counted in', async () => {
  const rows = await report('&by=unit');
  assert.equal(row(rows, { item: cvf['we-are-emotionally-aware'], unit_code: 'u0', month: '2025-03', level: 1 }).people, 2);
  assert.equal(row(rows, { item: cvf['we-are-emotionally-aware'], unit_code: 'u1', month: '2025-03', level: 1 }).people, 1);
});

test('an officer may not read it', async () => {
  await expect(403, 'GET', target, officer(cumbria.people.A));
});
