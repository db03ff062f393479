// SPDX-License-Identifier: MIT
// What the clerk's errands take while whoever made it takes it back: two sessions at once, in a database of this test's own that no clerk works on.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import test, { after, before } from 'node:test';
import { migratedDatabase, psql, run, until } from '../lib/service.mjs';

const cleanups = [];
let owner, query;

before(() => {
  const settings = migratedDatabase({ after: (clean) => cleanups.unshift(clean) });
  owner = settings.SKILLSD_OWNER_URL;
  query = (sql) => psql(owner, `set search_path = skills; ${sql}`).trim();
});
after(async () => {
  for (const clean of cleanups) await clean();
});

// A session that is told one thing after the other; gives what each of them answers.
function session(t, name) {
  const child = spawn('psql', ['-qAtX', '-v', 'ON_ERROR_STOP=1', '-d', owner], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, PGAPPNAME: name } });
  t.after(() => child.kill());
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece) => (text += piece));
  child.stdin.write('set search_path = skills;\n');
  return async (sql) => {
    text = '';
    child.stdin.write(`${sql};\n\\echo said\n`);
    await until(`an answer to ${sql}`, 20, () => text.endsWith('said\n'));
    return text.slice(0, -'said\n'.length).trim();
  };
}

// One session takes back what waits, and has not committed when the other one takes what is next.
async function race(t, takeBack, take) {
  const [maker, errand] = [session(t, 'maker'), session(t, 'errand')];
  await maker('begin');
  await maker(takeBack);
  let taken;
  errand(take).then((answer) => (taken = answer));
  await until('it is taken, or waited for', 20, () =>
    taken !== undefined || query("select count(*) from pg_stat_activity where application_name = 'errand' and wait_event_type = 'Lock'") === '1');
  await maker('commit');
  await until('an answer', 20, () => taken !== undefined);
  return taken;
}

test('a report job that is being cancelled is not taken', { timeout: 60_000 }, async (t) => {
  const id = query(`insert into report_job (report, parameters, format, required, issuer, subject)
                    values ('report_strength', '{}', 'csv', 'reports:organisation', 'test', 'test') returning id`);
  const takeBack = `select set_config('app.issuer', 'test', true), set_config('app.subject', 'test', true); select cancel_report_job('${id}')`;
  assert.equal(await race(t, takeBack, 'select id from take_report_job()'), '');
  assert.equal(query(`select state, attempts from report_job where id = '${id}'`), 'cancelled|0');
});

test('an import that is being cancelled is not taken', { timeout: 60_000 }, async (t) => {
  const key = query(`insert into import (kind, format, mode, dry_run, cleared, issuer, subject, scopes, made_by, state, queued_at)
                     values ('people', 'csv', 'good_rows', false, false, 'test', 'test', 'workforce:write', 'test', 'queued', now()) returning import_id`);
  assert.equal(await race(t, `update import set state = 'cancelled', ended_at = now() where import_id = ${key} and state in ('open', 'queued')`, 'select key from take_import()'), '');
  assert.equal(query(`select state, attempts from import where import_id = ${key}`), 'cancelled|0');
});

test('an import whose facts are recorded keeps the number of its rows when it is taken again', () => {
  const key = query(`insert into import (kind, format, mode, dry_run, cleared, issuer, subject, scopes, made_by, state, queued_at, attempts, rows_read)
                     values ('people', 'csv', 'good_rows', false, false, 'test', 'test', 'workforce:write', 'test', 'posting', now(), 1, 7) returning import_id`);
  assert.equal(query('select key, state, attempt from take_import()'), `${key}|posting|2`);
  query(`select give_back_import(${key}, 2)`);
  assert.equal(query(`select state, attempts, rows_read from import where import_id = ${key}`), 'posting|1|7');
});
