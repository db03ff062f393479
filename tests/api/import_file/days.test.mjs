// SPDX-License-Identifier: MIT
// A row has the days that a posting may have by the API: from 1950 on, and as long as its organisation and its unit are there.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sql } from '../../lib/client.mjs';
import { header, importFile } from '../../lib/imports.mjs';
import { number, workforce } from '../../lib/workforce.mjs';

const organisation = 'cheshire';

test('a posting has no days on which its unit is not there, nor days before 1950', async () => {
  const { hr } = workforce(organisation);
  const code = number('closed');
  sql(`insert into unit (organisation_id, code, name, starts_on, ends_before)
       select organisation_id, $2, 'Closed', '2020-01-01', '2023-01-01' from organisation where code = $1`, organisation, code);
  const row = (name, starts_on, ends_on, unit = code) => [number(name), 'Ann', 'Ash', 'police_staff', starts_on, ends_on, unit].join(',');
  const rows = [row('A', '2020-01-01', '2022-12-31'), row('B', '2019-12-31', '2022-12-31'), row('C', '2021-01-01', '2023-01-01'), row('D', '2021-01-01', ''),
    row('E', '1949-12-31', '', ''), row('F', '1950-01-01', '2199-12-31', '')];
  const done = await importFile(hr, 'people', 'csv', `${header},ends_on,unit\n${rows.join('\n')}\n`);
  assert.deepEqual(done.faults.map(({ line, column }) => `${line} ${column}`), ['3 starts_on', '4 starts_on', '5 starts_on', '6 starts_on']);
  assert.equal(done.added, 2);
});
