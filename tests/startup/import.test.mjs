// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { folder, migratedDatabase, home, psql, run } from '../lib/service.mjs';

const fixture = (name) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const good = fixture('people_good.csv');
const bad = fixture('people_bad.csv');
const expected = readFileSync(fixture('people_bad.expected'), 'utf8').trim().split('\n');
const rowsOf = (file) => readFileSync(file, 'utf8').trim().split(/\r?\n/).slice(1);

// What a report says of lines: "LINE: COLUMN", sorted; every one with a sentence.
const faults = (stdout, file) =>
  stdout.split('\n').filter((line) => line.startsWith(`${file}:`) && !line.startsWith(`${file}: `)).map((line) => {
    const [, place, sentence] = line.slice(file.length + 1).match(/^(\d+: [a-z_]+): (.*)$/);
    assert.match(sentence, /^.+\.$/);
    return place;
  }).sort();

const tables = ['person', 'posting', 'unit', 'account'];
const counts = (url) => tables.map((table) => Number(psql(url, `select count(*) from skills.${table}`)));
const content = (url) => tables.map((table) => psql(url, `select md5(coalesce(string_agg(row::text, ',' order by row::text), '')) from skills.${table} as row`));

test('people and their postings', { timeout: 120_000 }, async (t) => {
  const database = migratedDatabase(t);
  const owner = database.SKILLSD_OWNER_URL;
  assert.equal(run(['demo', '--people', '20'], database).status, 0);
  const load = (...parts) => run(['import', ...parts], database);
  const before = counts(owner);

  await t.test('--dry-run reports and records nothing', () => {
    const unchanged = content(owner);
    const { status, stdout } = load('people', good, '--dry-run');
    assert.equal(status, 0, stdout);
    assert.match(stdout, /nothing was recorded\.$/m);
    assert.deepEqual(content(owner), unchanged);
  });

  await t.test('a good file is recorded whole', () => {
    const { status, stdout } = load('people', good);
    assert.equal(status, 0, stdout);
    const postings = rowsOf(good).length;
    assert.match(stdout, new RegExp(`^postings: ${postings} added, 0 changed, 0 unchanged$`, 'm'));
    assert.match(stdout, new RegExp(`${postings} rows read, 0 faults reported; all are recorded\\.$`, 'm'));
    assert.equal(counts(owner)[1] - before[1], postings);
    const cells = (staff) => psql(owner, `select given_name || '|' || family_name from skills.person where person_id in (select person_id from skills.posting where staff_number = '${staff}')`).trim();
    assert.equal(cells('T0013'), 'Laurel|Feather, Stone');
    assert.equal(cells('T0014'), 'Myrtle|O’Thimble');
    assert.equal(cells('T0004'), 'Rowan|Lowmeadow-Amberfold', 'the latest posting gives the name');
    assert.equal(psql(owner, "select count(distinct person_id) from skills.posting where staff_number in ('T0002', 'NY7002')").trim(), '1', 'a transfer is one person');
  });

  await t.test('the same file again changes nothing', () => {
    const unchanged = content(owner);
    const { status, stdout } = load('people', good);
    assert.equal(status, 0, stdout);
    assert.match(stdout, new RegExp(`^postings: 0 added, 0 changed, ${rowsOf(good).length} unchanged$`, 'm'));
    assert.deepEqual(content(owner), unchanged);
  });

  await t.test('--all-or-nothing records nothing of a file with faults', () => {
    const unchanged = content(owner);
    const { status, stdout } = load('people', bad, '--all-or-nothing');
    assert.equal(status, 65);
    assert.match(stdout, /nothing was recorded\.$/m);
    assert.deepEqual(content(owner), unchanged);
  });

  await t.test('every fault is reported at its line and column, and the good rows are recorded', () => {
    const { status, stdout } = load('people', bad);
    assert.equal(status, 65);
    assert.deepEqual(faults(stdout, bad), [...expected].sort());
    const faulty = new Set(expected.map((line) => Number.parseInt(line, 10)));
    const [, added] = stdout.match(/^postings: (\d+) added, 0 changed, 0 unchanged$/m);
    assert.equal(Number(added), rowsOf(bad).length - faulty.size);
    assert.match(stdout, /the good rows are recorded\.$/m);
    const recorded = psql(owner, "select staff_number from skills.posting where staff_number ~ '^B'").trim().split('\n');
    const wanted = rowsOf(bad).filter((_, i) => !faulty.has(i + 2)).map((row) => row.split(',')[1]);
    assert.deepEqual(recorded.sort(), wanted.sort());
  });

  await t.test('a file that cannot be read as this import is refused whole, with its reason', () => {
    const place = folder(t);
    const lines = readFileSync(good, 'utf8').split('\n');
    const cases = {
      'no-such-column': [`${lines[0]},Shoe Size`, /:1: the name of column 21, "shoe_size", is not one that this import knows\./],
      'twice-a-column': [`${lines[0]},Rank`, /:1: the name of column 21, "rank", stands there twice\./],
      'missing-column': [lines[0].replace('Staff Number,', ''), /the column "staff_number" is missing\./],
      semicolons: [lines[0].replaceAll(',', ';'), /semicolons:1: the cells are separated by semicolons, and must be separated by commas\./],
      utf16: [Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(lines[0], 'utf16le')]), /utf16:1: The file is in UTF-16, and must be saved as UTF-8\./],
      empty: ['', /the file is empty\./],
    };
    for (const [name, [text, sentence]] of Object.entries(cases)) {
      writeFileSync(join(place, name), text);
      const { status, stderr } = load('people', join(place, name));
      assert.equal(status, 65, name);
      assert.match(stderr, sentence);
    }
    writeFileSync(join(place, 'short.csv'), `${lines[0]}\nexample,T0001\n`);
    const short = load('people', join(place, 'short.csv'));
    assert.equal(short.status, 65);
    assert.match(short.stdout, /short\.csv:2: row: It has 2 cells, and the header has 20\./);
    writeFileSync(join(place, 'open.csv'), `${lines[0]}\nexample,"T0001,Sorrel\nexample,T0001\n`);
    assert.match(load('people', join(place, 'open.csv')).stdout, /open\.csv:2: row: A quoted cell begins that is never closed\.\n.*open\.csv:3: row: It has 2 cells/);
    assert.equal(load('people', join(place, 'none.csv')).status, 66);
    const unknown = load('horses', good);
    assert.equal(unknown.status, 64);
    assert.match(unknown.stderr, /people/, 'it says what can be imported');
  });

  await t.test("the publisher's files of skills and roles, once more, change nothing", () => {
    const sums = () => psql(owner, "select count(*), max(framework_item_id) from skills.framework_item");
    const unchanged = sums();
    const skills = load('gdd_skills', join(home, 'sql/reference/gdd/skills.csv'));
    assert.equal(skills.status, 0, skills.stdout);
    assert.match(skills.stdout, /^gdd-pcf: unchanged, 188 skills/m);
    const roles = load('gdd_roles', join(home, 'sql/reference/gdd/roles.csv'));
    assert.equal(roles.status, 0, roles.stdout);
    assert.match(roles.stdout, /^role profiles: 0 added, \d+ unchanged$/m);
    assert.match(roles.stdout, /^requirements: 0 added, \d+ unchanged$/m);
    assert.equal(sums(), unchanged);
  });
});
