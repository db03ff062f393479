// SPDX-License-Identifier: MIT
// An HR officer's file with 200 planted mistakes comes back with exactly those, each at its line and column.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, sql } from '../../lib/client.mjs';
import { give, scoped } from '../../lib/access.mjs';
import { posted, run } from '../../lib/posted.mjs';
import { fileOf, importFile } from '../../lib/imports.mjs';

const organisation = 'warwickshire';
const rowsOfFile = 3000, mistakes = 200;
let hr, force;
const columns = {};

before(async () => {
  force = posted(organisation, { HR: {}, A: { starts_on: '2020-01-01', ends_on: '2022-12-31' } });
  give(force.HR, 'workforce:write', { organisation });
  hr = scoped(force.HR, 'workforce:write competencies:assess');
  for (const kind of ['people', 'assertions'])
    columns[kind] = (await expect(200, 'GET', `/v1/import-templates/${kind}`, hr)).json.columns;
});

const long = (length) => 'x'.repeat(length + 1);

// Mistakes of a value: [columns at fault, the change]. Those of lengths are made from the contract, so that what it says and what SQL holds are one.
const lengths = (kind, skip) => columns[kind].filter((column) => column.maximum_length && !skip.includes(column.name))
  .map(({ name, maximum_length }) => [[name], { [name]: (i) => `${i}${long(maximum_length)}` }]);
const planted = {
  people: () => [
    ...lengths('people', ['organisation', 'role_profile', 'email', 'unit_name', 'parent_unit', 'subject']),
    ...['staff_number', 'given_name', 'family_name', 'worker_type', 'starts_on'].map((name) => [[name], { [name]: '' }]),
    [['organisation'], { organisation: 'nowhere' }], [['organisation'], { organisation: 'kent' }],
    [['worker_type'], { worker_type: 'wizard' }], [['starts_on'], { starts_on: '2023-02-29' }], [['starts_on'], { starts_on: '1/2/2023' }],
    [['starts_on'], { starts_on: '1899-12-31' }], [['person_id'], { person_id: 'nobody' }],
    [['person_id'], { person_id: '00000000-0000-4000-8000-000000000000' }], [['email'], { email: 'a@b' }],
    [['unit_name'], { unit: '', unit_name: 'A unit' }], [['unit_name'], { unit_name: long(200) }], [['parent_unit'], { unit: '', parent_unit: 'top' }],
    [['parent_unit'], { parent_unit: long(100) }], [['rank'], { rank: 'captain' }], [['rank'], { worker_type: 'police_staff', rank: 'constable' }],
    [['role_profile'], { role_profile: 'juggler' }], [['science_category'], { science_category: 'alchemy' }],
    [['fte'], { fte: '0' }], [['fte'], { fte: '1.01' }], [['fte'], { fte: '0.125' }], [['fte'], { fte: 'half' }],
    [['ends_on'], { ends_on: '2025-13-01' }], [['ends_on'], { starts_on: '2024-05-02', ends_on: '2024-05-01' }],
    [['joiner_type'], { joiner_type: 'parachute', entry_route: 'pcda' }], [['entry_route'], { joiner_type: 'standard_recruit', entry_route: 'parachute' }],
    [['entry_route'], { joiner_type: '', entry_route: 'pcda' }], [['entry_route'], { starts_on: '2024-03-31', joiner_type: 'standard_recruit', entry_route: 'pcep' }],
    [['leaver_type'], { leaver_type: 'vanished', ends_on: '2025-01-01' }],
    [['leaver_type'], { leaver_type: 'other' }], [['subject'], { subject: (i) => `somebody-${i}` }], [['sensitive'], { sensitive: 'yes' }],
    [['unit_sensitive'], { unit_sensitive: 'yes' }], [['secondment'], { secondment: 'perhaps' }], [['counts'], { counts: '1' }],
  ],
  assertions: () => [
    ...lengths('assertions', ['organisation', 'framework', 'item', 'staff_number', 'withdrawal_reason']),
    ...['item', 'basis', 'valid_from'].map((name) => [[name], { [name]: '' }]),
    [['organisation'], { organisation: 'nowhere' }], [['organisation'], { organisation: 'kent' }],
    [['person_id'], { staff_number: '' }], [['person_id'], { person_id: 'nobody' }],
    [['person_id'], { staff_number: '', person_id: '00000000-0000-4000-8000-000000000000' }], [['staff_number'], { staff_number: 'nobody' }],
    [['person_id'], { staff_number: '', person_id: 'HR' }], [['staff_number'], { person_id: 'A', staff_number: 'HR' }],
    [['framework'], { framework: '' }], [['framework'], { framework: 'no-such' }], [['item'], { item: 'no-such' }],
    [['level'], { level: '' }], [['level'], { level: '99' }], [['level'], { level: 'expert' }],
    [['basis'], { basis: 'self' }], [['basis'], { basis: 'hearsay' }], [['valid_from'], { valid_from: '2021-02-30' }], [['valid_from'], { valid_from: '1949-12-31' }],
    [['valid_until'], { valid_until: 'soon' }], [['valid_until'], { valid_until: '2020-12-31', valid_from: '2021-06-01' }],
    [['valid_from'], { valid_from: '2023-06-01', valid_until: '2024-01-01' }],
    [['withdrawn_on'], { withdrawn_on: 'later' }], [['withdrawn_on'], { withdrawn_on: '2190-01-01' }],
    [['withdrawal_reason'], { withdrawal_reason: 'A mistake.' }], [['withdrawal_reason'], { withdrawn_on: '2022-01-01', withdrawal_reason: long(1000) }],
  ],
};

// Mistakes of the text of a row, by format.
const broken = {
  csv: (good) => [`${good}x"y`, `${good},more`, `"${good}`, Buffer.from('caf\xe9', 'latin1'), Buffer.from('a\0b'), good.replace(',', '\r')],
  ndjson: (good) => ['{', '[1]', '"text"', Buffer.from('{"staff_number":"\xe9"}', 'latin1'), good.replace('{', '{"shoe_size":9,'), `${good}${good}`],
};

const goodRow = {
  people: (i) => ({ staff_number: `P${i}-${run}`, given_name: 'Given', family_name: 'Family, “Name”', worker_type: i % 2 ? 'police_officer' : 'Police Officer',
    starts_on: i % 3 ? '2024-01-08' : '08/01/2024', unit: `u${i % 5}-${run}`, fte: '0.8' }),
  assertions: (i) => ({ staff_number: `A-${run}`, framework: 'cop-cvf-2024', item: items[i % items.length], level: String(1 + (i % 2)), basis: 'assessed', assessor: 'Somebody',
    valid_from: '2021-01-04', reference: `R${i}-${run}` }),
};
let items;

// A file of good rows with mistakes among them, and what is to be said of it: "line column", sorted.
function plant(kind, format) {
  const changes = planted[kind]();
  const first = format === 'csv' ? 2 : 1;
  const rows = Array.from({ length: rowsOfFile }, (_, i) => ({ ...goodRow[kind](i) }));
  const wanted = [];
  const names = columns[kind].map(({ name }) => name);
  for (let i = 0; i < mistakes; i++) {
    const at = 7 + i * 14;
    const texts = i < 12 ? broken[format](fileOf(format, names, [rows[at]]).toString().trim().split('\n').at(-1)) : [];
    if (i < 12) {
      rows[at] = texts[i % 6];
      wanted.push(`${at + first} null`);
      continue;
    }
    const [faulty, change] = changes[i % changes.length];
    const named = Object.fromEntries(Object.entries(change).map(([name, value]) =>
      [name, value === 'HR' || value === 'A' ? (name === 'staff_number' ? `${value}-${run}` : force[value]) : (value.call?.(null, i) ?? value)]));
    Object.assign(rows[at], named);
    wanted.push(...faulty.map((name) => `${at + first} ${name}`));
  }
  return { content: fileOf(format, names, rows), wanted: wanted.sort() };
}

const found = (faults) => faults.map(({ line, column }) => `${line} ${column}`).sort();
const recorded = { people: () => sql('select count(*) from posting where staff_number like $1', `P%-${run}`)[0],
  assertions: () => sql('select count(*) from assertion where reference like $1', `R%-${run}`)[0] };

for (const kind of ['people', 'assertions'])
  for (const format of ['csv', 'ndjson'])
    test(`a file of ${kind} in ${format} comes back with its 200 mistakes and no other`, { timeout: 180_000 }, async () => {
      items ??= sql(`select item.code from item_named as item join level using (level_scale_id) where framework = 'cop-cvf-2024' and level in (1, 2)
        group by item.code having count(*) = 2 order by 1`);
      const { content, wanted } = plant(kind, format);
      assert.equal(wanted.length, mistakes);
      const before = recorded[kind]();

      const dry = await importFile(hr, kind, format, content, { dry_run: true });
      assert.deepEqual([dry.state, dry.reason], ['done', null]);
      assert.deepEqual(found(dry.faults), wanted);
      assert.deepEqual([dry.rows_read, dry.rows_bad, dry.rows_good], [rowsOfFile, mistakes, rowsOfFile - mistakes]);
      assert.equal(recorded[kind](), before, 'a dry run records nothing');

      const strict = await importFile(hr, kind, format, content, { mode: 'all_or_nothing' });
      assert.deepEqual([strict.state, strict.reason, strict.added], ['failed', '200 rows are bad, and so nothing was recorded.', 0]);
      assert.deepEqual(found(strict.faults), wanted);
      assert.equal(recorded[kind](), before, 'all or nothing leaves nothing');

      const good = await importFile(hr, kind, format, content);
      assert.equal(good.state, 'done');
      assert.deepEqual(found(good.faults), wanted);
      assert.equal(good.added + good.unchanged, rowsOfFile - mistakes);
      assert.equal(good.added, dry.added, 'a dry run counts what would be added');

      const again = await importFile(hr, kind, format, content);
      assert.deepEqual([again.added, again.changed, again.unchanged, again.people_touched], [0, 0, rowsOfFile - mistakes, 0]);
      assert.deepEqual(found(again.faults), wanted);
    });
