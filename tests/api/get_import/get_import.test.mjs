// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { sql } from '../../lib/client.mjs';
import { header, importFile, importers } from '../../lib/imports.mjs';
import { run } from '../../lib/posted.mjs';

const organisation = 'dyfed-powys';
const { hr } = importers(organisation);

test('a file that is none of this kind fails as a whole, with its line', async () => {
  const cases = [
    ['staff_number;given_name\n', 'Line 1: the cells are separated by semicolons, and must be separated by commas.'],
    [`${header},shoe_size\n`, 'Line 1: the name of column 6, "shoe_size", is not one that this import knows.'],
    ['staff_number,given_name,family_name,worker_type\n', 'The column "starts_on" is missing.'],
    ['\n\n', 'The file is empty.'],
    [Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(header, 'utf16le')]), 'Line 1: The file is in UTF-16, and must be saved as UTF-8.']];
  for (const [content, reason] of cases) {
    const failed = await importFile(hr, 'people', 'csv', content);
    assert.deepEqual([failed.state, failed.reason], ['failed', reason]);
  }
});

test('line ends, a byte order mark, quotes and bad bytes', async () => {
  const row = (n, name = 'Ann') => `Q${n}-${run},${name},"Ash, the ""Elder""",police_staff,2024-01-08\r\n`;
  const file = Buffer.concat([Buffer.from(`\ufeff${header}\r\n${row(1)}\r\n`), Buffer.from(row(2, 'Andr\xe9'), 'latin1'), Buffer.from(row(3))]);
  const done = await importFile(hr, 'people', 'csv', file);
  assert.deepEqual([done.added, done.faults], [2, [{ line: 4, column: null, reason: 'The row is not text in UTF-8.' }]]);
  assert.deepEqual(sql('select distinct family_name from person join posting using (person_id) where staff_number = $1', `Q3-${run}`), ['Ash, the "Elder"']);
});
