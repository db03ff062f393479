// SPDX-License-Identifier: MIT
// A staff number that has gone to somebody else does not join them to the record of who had it; and names are given by whoever has the person now.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sql } from '../../lib/client.mjs';
import { header, importers, importFile } from '../../lib/imports.mjs';
import { posted, run } from '../../lib/posted.mjs';

const { force, hr } = importers('dyfed-powys');
const named = (person) => sql('select given_name || chr(32) || family_name from person where id = $1::uuid', person)[0];

test('other names under a known number are a fault, one changed name is not, and an identifier settles it', async () => {
  const row = (given, family) => `R-${run},${given},${family},police_staff,2020-01-01`;
  const before = named(force.R);
  const strange = await importFile(hr, 'people', 'csv', `${header}\n${row('Young', 'Joiner')}\n`);
  assert.deepEqual(strange.faults.map(({ line, column }) => [line, column]), [[2, 'staff_number']]);
  assert.equal(named(force.R), before);
  assert.deepEqual((await importFile(hr, 'people', 'csv', `${header}\n${row('Test', 'Married')}\n`)).faults, []);
  assert.equal(named(force.R), 'Test Married');
  assert.deepEqual((await importFile(hr, 'people', 'csv', `person_id,${header}\n${force.R},${row('Another', 'Self')}\n`)).faults, []);
  assert.equal(named(force.R), 'Another Self');
});

test('a former force does not rename who is elsewhere now', async () => {
  const gone = posted('dyfed-powys', { HR: {}, GONER: { starts_on: '2010-01-01', ends_on: '2015-12-31', leaver_type: 'transfer' } }).GONER;
  posted('devon-and-cornwall', { HR: {}, GONER: { person_id: gone, starts_on: '2016-01-01' } });
  const before = named(gone);
  await importFile(hr, 'people', 'csv', `${header},ends_on,leaver_type\nGONER-${run},Stolen,${before.split(' ')[1]},police_staff,2010-01-01,2015-12-31,transfer\n`);
  assert.equal(named(gone), before);
});

test('a file with the unchanged row of whoever imports it is taken, a changed one is not', async () => {
  const row = (type) => `HR-${run},Test,HR-${run},${type},2020-01-01`;
  assert.deepEqual((await importFile(hr, 'people', 'csv', `${header}\n${row('police_staff')}\n`)).faults, []);
  assert.deepEqual((await importFile(hr, 'people', 'csv', `${header}\n${row('police_officer')}\n`)).faults.map(({ column }) => column), ['staff_number']);
});
