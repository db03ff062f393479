// SPDX-License-Identifier: MIT
// What nobody may write by the API, nobody writes by a file: a posting of their own, and the end of one from which a transfer is open.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { sql } from '../../lib/client.mjs';
import { header, importFile } from '../../lib/imports.mjs';
import { cancel, number, open, workforce } from '../../lib/workforce.mjs';

let force;
before(() => (force = workforce('cheshire', { A: {}, B: {} })));

const row = (name, ...more) => [number(name), 'Test', number(name), 'police_staff', '2020-01-01', ...more].join(',');
const load = async (columns, ...rows) => {
  const { added, changed, unchanged, faults } = await importFile(force.hr, 'people', 'csv', `${[header, ...columns].join(',')}\n${rows.join('\n')}\n`);
  return { added, changed, unchanged, faults: faults.map(({ line, column }) => `${line} ${column}`) };
};

test('a posting of their own is not recorded, and those of others are', async () => {
  assert.deepEqual(await load(['grade'], row('HR', 'G7'), row('B', 'G7')), { added: 0, changed: 1, unchanged: 0, faults: ['2 staff_number'] });
  assert.deepEqual(sql('select grade from posting where staff_number = $1 and grade is not null', number('HR')), []);
});

test('the end of a posting from which a transfer is open stays, and all else of it may change', async () => {
  const { json } = await open(201, force, { person: force.A, organisation: 'leicestershire', starts_on: '2025-06-01' });
  assert.deepEqual((await load(['ends_on'], row('A', '2026-12-31'))).faults, ['2 ends_on']);
  assert.deepEqual((await load(['ends_on', 'leaver_type'], row('A', '2025-05-31', 'other'))).faults, ['2 ends_on']);
  assert.deepEqual(await load(['grade'], row('A', 'G7')), { added: 0, changed: 1, unchanged: 0, faults: [] });
  await cancel(200, json.id, force.hr);
  assert.deepEqual((await load(['ends_on', 'leaver_type'], row('A', '2026-12-31', 'other'))).faults, []);
});
