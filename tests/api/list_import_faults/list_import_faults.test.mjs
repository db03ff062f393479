// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { all, csv, expect } from '../../lib/client.mjs';
import { give, scoped } from '../../lib/access.mjs';
import { posted } from '../../lib/posted.mjs';
import { importFile } from '../../lib/imports.mjs';

test('faults are paged in the order of lines and columns, and come as CSV too', async () => {
  const organisation = 'cheshire';
  const force = posted(organisation, { HR: {}, AWAY: {} });
  give(force.HR, 'workforce:write', { organisation });
  const hr = scoped(force.HR, 'workforce:write');
  const { id, faults, rows_bad } = await importFile(hr, 'people', 'csv',
    'staff_number,given_name,family_name,worker_type,starts_on\nF1,,Ash,wizard,never\nF2,Ann\nF3,Ann,,wizard,2024-01-08\n');
  assert.equal(rows_bad, 3);
  assert.deepEqual(faults, [
    { line: 2, column: 'given_name', reason: 'A given name is required.' },
    { line: 2, column: 'starts_on', reason: '"never" is not a day written YYYY-MM-DD or DD/MM/YYYY.' },
    { line: 2, column: 'worker_type', reason: '"wizard" is neither the code nor the title of a worker type.' },
    { line: 3, column: null, reason: 'It has 2 cells, and the header has 5.' },
    { line: 4, column: 'family_name', reason: 'A family name is required.' },
    { line: 4, column: 'worker_type', reason: '"wizard" is neither the code nor the title of a worker type.' }]);
  assert.deepEqual(await all(`/v1/imports/${id}/faults?limit=2`, hr, 'faults'), faults);
  const table = (await expect(200, 'GET', `/v1/imports/${id}/faults`, { ...hr, headers: { accept: 'text/csv' } })).text;
  assert.deepEqual(csv(table).map(({ line, column }) => `${line} ${column}`), faults.map(({ line, column }) => `${line} ${column ?? ''}`));
  await expect(404, 'GET', '/v1/imports/00000000-0000-4000-8000-000000000000/faults', hr);
  await expect(403, 'GET', `/v1/imports/${id}/faults`, scoped(force.AWAY, 'workforce:write'));
});

test('a member that is not known is told by at most a hundred bytes of its name, cut between two characters', async () => {
  const organisation = 'cheshire';
  const force = posted(organisation, { HR: {} });
  give(force.HR, 'workforce:write', { organisation });
  for (const [name, told] of [[`x${'é'.repeat(60)}`, `x${'é'.repeat(49)}`], ['é'.repeat(60), 'é'.repeat(50)], ['é'.repeat(50), 'é'.repeat(50)]]) {
    const { state, faults } = await importFile(scoped(force.HR, 'workforce:write'), 'people', 'ndjson', `{"${name}": 1}\n`);
    assert.deepEqual([state, faults], ['done', [{ line: 1, column: null, reason: `It has the member "${told}", which is not one that this import knows.` }]]);
  }
});
