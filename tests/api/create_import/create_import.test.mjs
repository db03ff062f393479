// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { give, problem } from '../../lib/access.mjs';
import { expect } from '../../lib/client.mjs';
import { header, importFile, importers } from '../../lib/imports.mjs';
import { run } from '../../lib/posted.mjs';

const organisation = 'dyfed-powys';
const { body, cancel, force, hr, make, nation, reader } = importers(organisation);

test('an import is made open, for the organisation that the request acts for', async () => {
  const made = await expect(201, 'POST', '/v1/imports', { ...hr, body: { ...body, title: 'Payroll of May' } });
  assert.equal(made.headers.get('location'), `/v1/imports/${made.json.id}`);
  const { state, title, kind, format, mode, dry_run, parts, rows_read } = made.json;
  assert.deepEqual([made.json.organisation, state, title, kind, format, mode, dry_run, parts, rows_read],
    [organisation, 'open', 'Payroll of May', 'people', 'csv', 'good_rows', false, 0, null]);
  await expect(200, 'POST', `/v1/imports/${made.json.id}/cancel`, hr);
});

test('without the scope for its kind it is refused', async () => {
  assert.equal((await expect(403, 'POST', '/v1/imports', { ...reader, body })).json.status, 403);
  give(force.R, 'competencies:assess', { organisation });
  assert.equal(problem(await expect(403, 'POST', '/v1/imports', { ...reader, body })), 'scope_not_granted');
  const { id } = await make({ kind: 'assertions' }, reader);
  await cancel(id, 200, reader);
});

test('a body that breaks the contract is refused with every place', async () => {
  const reply = await expect(422, 'POST', '/v1/imports', { ...hr, body: { kind: 'horses', format: 'xml', mode: 'maybe', dry_run: 'no', colour: 1 } });
  assert.equal(problem(reply), 'invalid_body /kind /format /mode /dry_run /colour');
});

test('an import for the nation names its organisations', async () => {
  const row = (place, n) => `${place},N${n}-${run},Ann,Ash,police_staff,2024-01-08`;
  const done = await importFile(nation, 'people', 'csv', `organisation,${header}\n${row(organisation, 1)}\n${row('', 2)}\n`);
  assert.deepEqual([done.organisation, done.added, done.faults], [null, 1, [{ line: 3, column: 'organisation', reason: 'An organisation is required.' }]]);
});
