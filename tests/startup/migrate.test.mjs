// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { begin, copyHome, freshDatabase, home, migratedDatabase, psql, run } from '../lib/service.mjs';

const migrations = readdirSync(join(home, 'sql/migrations')).sort();
const count = (database, table) => Number(psql(database.SKILLSD_OWNER_URL, `select count(*) from skills.${table}`));

test('two at once on an empty database: both succeed, and each migration runs once', { timeout: 120_000 }, async (t) => {
  const database = freshDatabase(t);
  const ends = await Promise.all([begin(['migrate'], database).ended, begin(['migrate'], database).ended]);
  assert.deepEqual(ends.map(({ status, stderr }) => [status, stderr]), [[0, ''], [0, '']]);
  const all = ends.map(({ stdout }) => stdout).join('');
  for (const name of migrations) assert.equal(all.split(`applied sql/migrations/${name} `).length, 2, name);
  assert.equal(ends.filter(({ stdout }) => stdout === 'nothing to do\n').length, 1);
  assert.equal(count(database, 'migration'), migrations.length);
  assert.equal(run(['check'], database).status, 0);

  await t.test('again there is nothing to do', () => {
    const { status, stdout } = run(['migrate'], database);
    assert.deepEqual([status, stdout], [0, 'nothing to do\n']);
  });

  await t.test('--status tells what has been applied and changes nothing', () => {
    const { status, stdout } = run(['migrate', '--status'], database);
    assert.equal(status, 0);
    for (const name of migrations) assert.match(stdout, new RegExp(`^${name} +applied `, 'm'));
    assert.match(stdout, /^sql\/domain +as applied$/m);
  });

  await t.test('a migration changed after it was applied is refused, and named', (t) => {
    const copy = copyHome(t);
    const file = `sql/migrations/${migrations[2]}`;
    appendFileSync(join(copy, file), '-- an afterthought\n');
    for (const parts of [['migrate'], ['migrate', '--status']]) {
      const { status, stderr } = run(parts, { ...database, SKILLSD_HOME: copy });
      assert.equal(status, 78);
      assert.match(stderr, new RegExp(`${file}: it has been changed since it was applied`));
    }
    assert.equal(count(database, 'migration'), migrations.length);
  });

  await t.test('a migration that comes before one already applied is refused', (t) => {
    const copy = copyHome(t);
    const place = join(copy, 'sql/migrations');
    renameSync(join(place, migrations[1]), join(place, '0002_another_name.sql'));
    const { status, stderr } = run(['migrate'], { ...database, SKILLSD_HOME: copy });
    assert.equal(status, 78);
    assert.match(stderr, /0002_/);
  });

  await t.test('a gap in the numbers is refused', (t) => {
    const copy = copyHome(t);
    writeFileSync(join(copy, 'sql/migrations/0099_far_away.sql'), 'select 1;\n');
    const { status, stderr } = run(['migrate'], { ...database, SKILLSD_HOME: copy });
    assert.equal(status, 78);
    assert.match(stderr, /0099_far_away\.sql: the migration in this place must begin with/);
  });

  await t.test('a migration that fails half way leaves nothing of itself, and says the line', (t) => {
    const copy = copyHome(t);
    const next = `${String(migrations.length + 1).padStart(4, '0')}_broken.sql`;
    writeFileSync(join(copy, 'sql/migrations', next), 'create table half_way (x int);\nselect no_such_column\nfrom half_way;\n');
    const { status, stderr } = run(['migrate'], { ...database, SKILLSD_HOME: copy });
    assert.equal(status, 65);
    assert.match(stderr, new RegExp(`sql/migrations/${next}:2`));
    assert.equal(psql(database.SKILLSD_OWNER_URL, "select to_regclass('skills.half_way') is null").trim(), 't');
    assert.equal(count(database, 'migration'), migrations.length);
  });

  await t.test('files older than the database do nothing, and its service starts', (t) => {
    const copy = copyHome(t);
    const next = `${String(migrations.length + 1).padStart(4, '0')}_later.sql`;
    const file = join(copy, 'sql/migrations', next);
    writeFileSync(file, 'select 1;\n');
    assert.equal(run(['migrate'], { ...database, SKILLSD_HOME: copy }).status, 0);
    rmSync(file);
    const { status, stdout } = run(['migrate'], { ...database, SKILLSD_HOME: copy });
    assert.deepEqual([status, stdout], [0, 'the database is newer than these files: nothing to do\n']);
    assert.equal(run(['check'], { ...database, SKILLSD_HOME: copy }).status, 0);
  });
});

test('a folder without migrations and a database that is not there are told apart', { timeout: 60_000 }, async (t) => {
  const empty = copyHome(t);
  rmSync(join(empty, 'sql/migrations'), { recursive: true });
  assert.equal(run(['migrate'], { SKILLSD_HOME: empty }).status, 66);
  const away = run(['migrate'], { SKILLSD_OWNER_URL: 'postgresql://nobody@127.0.0.1:1/nothing' });
  assert.equal(away.status, 69);
  assert.notEqual(away.stderr, '');
  const unset = run(['migrate'], { SKILLSD_OWNER_URL: undefined });
  assert.equal(unset.status, 78);
  assert.match(unset.stderr, /SKILLSD_OWNER_URL/);
});

test('serve refuses a database that lacks a migration', { timeout: 60_000 }, async (t) => {
  const database = migratedDatabase(t);
  const copy = copyHome(t);
  writeFileSync(join(copy, 'sql/migrations/0099_far_away.sql'), 'select 1;\n');
  for (const command of ['check', 'serve']) {
    const { status, stdout, stderr } = run([command], { ...database, SKILLSD_HOME: copy });
    assert.equal(status, 78, command);
    assert.match(stdout + stderr, /migration 0099_far_away\.sql is missing: run `skillsd migrate`/);
  }
});

test('a changed domain is applied to a database that has one, as often as it changes', { timeout: 120_000 }, async (t) => {
  const database = freshDatabase(t);
  const copy = copyHome(t);
  const settings = { ...database, SKILLSD_HOME: copy };
  assert.equal(run(['migrate'], settings).status, 0);
  const policies = psql(database.SKILLSD_OWNER_URL, 'select count(*) from pg_policies');
  for (const comment of ['-- once\n', '-- twice\n']) {
    appendFileSync(join(copy, 'sql/domain/10_settings.sql'), comment);
    const { status, stdout, stderr } = run(['migrate'], settings);
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^applied sql\/domain /m);
  }
  assert.equal(psql(database.SKILLSD_OWNER_URL, 'select count(*) from pg_policies'), policies);
  assert.equal(run(['check'], settings).status, 0);
});
