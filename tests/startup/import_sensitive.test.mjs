// SPDX-License-Identifier: MIT
// What an import says of sensitive postings and units, and who manages the accounts that it makes.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { folder, migratedDatabase, psql, run } from '../lib/service.mjs';

const issuer = 'https://import.skills-ledger.invalid';
const fixed = { organisation: 'kent', given_name: 'Ivy', family_name: 'Quiet', worker_type: 'police_staff', starts_on: '2020-01-01' };

test('sensitive postings, sensitive units and accounts', { timeout: 120_000 }, async (t) => {
  const database = { ...migratedDatabase(t), SKILLSD_OIDC_ISSUER: issuer };
  const place = folder(t);
  const ask = (sql) => psql(database.SKILLSD_OWNER_URL, `set search_path = skills; ${sql}`).trim().split('\n').filter(Boolean);

  // Imports rows of the columns named, besides those that every row needs.
  function load(name, columns, rows) {
    const file = join(place, `${name}.csv`);
    const header = [...Object.keys(fixed), 'staff_number', ...columns];
    const lines = rows.map((row) => header.map((column) => ({ ...fixed, ...row })[column] ?? '').join(','));
    writeFileSync(file, [header.join(','), ...lines].join('\n') + '\n');
    const { status, stdout } = run(['import', 'people', file], database);
    return { status, stdout: stdout.replaceAll(file, name) };
  }
  const good = (...parts) => {
    const { status, stdout } = load(...parts);
    assert.equal(status, 0, stdout);
    return stdout;
  };
  const postings = (column) => ask(`select staff_number || ' ' || starts_on from posting where ${column} order by staff_number, starts_on`);
  const units = () => ask('select code from unit where sensitive order by code');

  await t.test('a sensitive posting withholds all postings of the person in that force, and none elsewhere', () => {
    good('postings', ['ends_on', 'sensitive', 'person_id'], [
      { staff_number: 'S1', ends_on: '2020-12-31', person_id: '7b0f4f0e-5d0c-4b39-9b1e-0d4f6a5c1a77' }, { staff_number: 'S1', starts_on: '2021-01-01', sensitive: ' YES ' },
      { staff_number: 'S2', sensitive: 'no' }, { staff_number: 'S3' },
      { staff_number: 'T1', organisation: 'surrey', person_id: '7b0f4f0e-5d0c-4b39-9b1e-0d4f6a5c1a77' }]);
    assert.deepEqual(postings('sensitive'), ['S1 2021-01-01']);
    assert.deepEqual(postings('withheld'), ['S1 2020-01-01', 'S1 2021-01-01']);
    assert.deepEqual(ask(`select (select string_agg(case when key < 0 then '-' else '' end || code, ' ' order by code)
      from unnest(seen_by) as key join organisation on organisation_id = abs(key)) from person where id = '7b0f4f0e-5d0c-4b39-9b1e-0d4f6a5c1a77'`), ['-kent surrey']);
  });

  await t.test('a file that says nothing of it leaves the mark, and one that says no lifts it', () => {
    good('silent', ['grade'], [{ staff_number: 'S1', starts_on: '2021-01-01', grade: 'PO1' }]);
    good('empty', ['sensitive'], [{ staff_number: 'S1', starts_on: '2021-01-01' }]);
    assert.deepEqual(postings('sensitive'), ['S1 2021-01-01']);
    good('beside', ['sensitive'], [{ staff_number: 'S1', starts_on: '2021-01-01' }, { staff_number: 'S2', sensitive: 'yes' }]);
    assert.deepEqual(postings('sensitive'), ['S1 2021-01-01', 'S2 2020-01-01']);
    good('unmarked', ['sensitive'], [{ staff_number: 'S2', sensitive: 'no' }]);
    assert.deepEqual(postings('sensitive'), ['S1 2021-01-01']);
    assert.match(good('lifted', ['sensitive'], [{ staff_number: 'S1', starts_on: '2021-01-01', sensitive: 'no' }]), /^postings: 0 added, 1 changed/m);
    assert.deepEqual(postings('sensitive or withheld'), []);
    assert.deepEqual(ask("select count(*) from person where exists (select from unnest(seen_by) as key where key < 0)"), ['0']);
  });

  await t.test('a sensitive unit makes those below it sensitive, and withholds who is posted there', () => {
    const columns = ['unit', 'parent_unit', 'unit_sensitive'];
    good('units', columns, [
      { staff_number: 'U1', unit: 'top' }, { staff_number: 'U2', unit: 'covert', parent_unit: 'top', unit_sensitive: 'yes' },
      { staff_number: 'U3', unit: 'team', parent_unit: 'covert' }]);
    assert.deepEqual(units(), ['covert', 'team']);
    assert.deepEqual(postings('withheld'), ['U2 2020-01-01', 'U3 2020-01-01']);
    assert.deepEqual(postings('sensitive'), []);
    assert.match(good('units', columns, [{ staff_number: 'U2', unit: 'covert', parent_unit: 'top', unit_sensitive: 'yes' }]), /^postings: 0 added, 0 changed, 1 unchanged$/m);
  });

  await t.test('a unit added below a sensitive one is born so, and an import does not lift the mark', () => {
    good('below', ['unit', 'parent_unit', 'unit_sensitive'], [{ staff_number: 'U4', unit: 'new', parent_unit: 'team', unit_sensitive: 'no' }]);
    assert.deepEqual(units(), ['covert', 'new', 'team']);
    assert.deepEqual(postings('withheld'), ['U2 2020-01-01', 'U3 2020-01-01', 'U4 2020-01-01']);
  });

  await t.test('a unit that becomes sensitive withholds who was ever there', () => {
    good('before', ['unit', 'parent_unit', 'ends_on', 'leaver_type'], [
      { staff_number: 'V1', unit: 'v', ends_on: '2021-12-31', leaver_type: 'other' }, { staff_number: 'V2', unit: 'w', parent_unit: 'v', ends_on: '2021-12-31' },
      { staff_number: 'V2', unit: 'top', starts_on: '2022-01-01' }]);
    assert.ok(!postings('withheld').some((posting) => posting.startsWith('V')));
    good('marked', ['unit', 'unit_sensitive'], [{ staff_number: 'V3', unit: 'v', unit_sensitive: 'yes' }]);
    assert.deepEqual(postings("withheld and staff_number ~ '^V'"), ['V1 2020-01-01', 'V2 2020-01-01', 'V2 2022-01-01', 'V3 2020-01-01']);
  });

  await t.test('who moves into a sensitive unit is withheld for the time before too, and no longer when the posting is corrected', () => {
    const columns = ['unit'];
    good('corrected', columns, [{ staff_number: 'S3', unit: 'covert' }]);
    assert.deepEqual(postings("withheld and staff_number = 'S3'"), ['S3 2020-01-01']);
    good('corrected', columns, [{ staff_number: 'S3', unit: 'top' }]);
    assert.deepEqual(postings("withheld and staff_number = 'S3'"), []);
  });

  await t.test('anything but yes and no is a fault, and so is a mark without a unit', () => {
    const before = ask('select count(*) from posting');
    const { status, stdout } = load('bad', ['unit', 'sensitive', 'unit_sensitive'], [
      { staff_number: 'B1', sensitive: 'maybe' }, { staff_number: 'B2', unit: 'top', unit_sensitive: 'covert' },
      { staff_number: 'B3', unit_sensitive: 'yes' }, { staff_number: 'B4', sensitive: 'true', unit: 'top', unit_sensitive: '1' }]);
    assert.equal(status, 65);
    assert.deepEqual(stdout.split('\n').filter((line) => /^bad:\d/.test(line)), [
      'bad:2: sensitive: "maybe" is neither yes nor no.', 'bad:3: unit_sensitive: "covert" is neither yes nor no.',
      'bad:4: unit_sensitive: The mark "yes" of a sensitive unit stands without a unit.',
      'bad:5: sensitive: "true" is neither yes nor no.', 'bad:5: unit_sensitive: "1" is neither yes nor no.']);
    assert.deepEqual(ask('select count(*) from posting'), before);
  });

  await t.test('the account of a subject is managed by the organisation of the latest posting that named it, and stays so', () => {
    const person_id = '7b0f4f0e-5d0c-4b39-9b1e-0d4f6a5c1a78';
    const managed = () => ask('select subject || \' \' || issuer || \' \' || code from account left join organisation on organisation_id = registered_for order by subject');
    good('subjects', ['subject', 'person_id', 'ends_on'], [
      { staff_number: 'A1', subject: 'a1' }, { staff_number: 'M1', person_id, subject: 'm', ends_on: '2022-12-31' },
      { staff_number: 'M2', organisation: 'surrey', person_id, subject: 'm', starts_on: '2023-01-01' }]);
    assert.deepEqual(managed(), [`a1 ${issuer} kent`, `m ${issuer} surrey`]);
    good('moved', ['subject', 'person_id'], [{ staff_number: 'M3', organisation: 'sussex', person_id, subject: 'm', starts_on: '2024-01-01' }]);
    assert.deepEqual(managed(), [`a1 ${issuer} kent`, `m ${issuer} surrey`]);
    assert.deepEqual(ask('select count(*) from account where closed_at is not null or registered_by is not null'), ['0']);
  });
});
