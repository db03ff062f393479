// SPDX-License-Identifier: MIT
// Report jobs that are held while they run, in a database of this test's own: cancelled, out of time, their process killed, the service stopped. The statements of its service
// differ from the shipped ones in two places: report_strength waits for a lock that the test can hold, and gives its rows a thousand times when asked by
// unit, and so often that no file may hold them when by rank; and list_people is tagged as a report, so that there is one that names people.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { bearer, copyHome, migratedDatabase, psql, run, serve, token, until } from '../lib/service.mjs';

const seconds = 8;
const cleanups = [];
let settings, service, hr, query;

function change(home, file, from, to) {
  const path = join(home, file), text = readFileSync(path, 'utf8');
  assert.ok(text.includes(from), `${file} has not: ${from}`);
  writeFileSync(path, text.replace(from, to));
}

before(async () => {
  const t = { after: (clean) => cleanups.unshift(clean) };
  const home = copyHome(t);
  settings = { ...migratedDatabase(t), SKILLSD_HOME: home, SKILLSD_REPORT_JOB_SECONDS: String(seconds), SKILLSD_REPORT_JOB_MIB: '4' };
  change(home, 'sql/queries/report_strength.sql', 'from asked\nleft join cells on true',
    "from asked\ncross join (select pg_advisory_xact_lock_shared(4711)) as held\nleft join cells on true\ncross join generate_series(1, case :by when 'unit' then 1000 when 'rank' then 100000 else 1 end) as time");
  change(home, 'api-spec/paths/people.yaml', 'x-audit: record\n    tags: [people]\n    summary: Lists the people', 'x-audit: record\n    tags: [reports]\n    summary: Lists the people');
  const { status, stderr } = run(['demo', '--people', '60'], settings);
  assert.equal(status, 0, stderr);
  query = (sql) => psql(settings.SKILLSD_OWNER_URL, `set search_path = skills; ${sql}`).trim();
  hr = bearer(token('hr', settings));
  await start();
});

async function start() {
  service = await serve({ after: (clean) => cleanups.unshift(clean) }, settings);
  await service.ready();
}
after(async () => {
  for (const clean of cleanups) await clean();
});

// Holds every report_strength, or what else waits for a lock, until it is released, at the latest when the test ends.
async function hold(t, lock = 'select pg_advisory_lock(4711)') {
  const child = spawn('psql', ['-qAtX', '-d', settings.SKILLSD_OWNER_URL], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill());
  child.stdin.write(`${lock};\nselect 'held';\n`);
  await once(child.stdout, 'data');
  return async () => {
    child.stdin.end();
    await once(child, 'close');
  };
}

const post = (target, body) => service.ask(target, { method: 'POST', headers: { ...hr, 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
const ask = async (report = 'report_strength', parameters = {}, format = 'csv') => {
  const reply = await post('/v1/report-jobs', { report, parameters, format });
  assert.equal(reply.status, 202, reply.text);
  return reply.json.id;
};
const get = (target) => service.ask(target, { headers: hr });
const read = async (id) => (await get(`/v1/report-jobs/${id}`)).json;
const when = (id, state, most = 30) => until(`job ${id} is ${state}`, most, async () => {
  const job = await read(id);
  return job.state === state && job;
});
const code = ({ problem }) => problem.type.split('#')[1];
const running = () => Number(query("select count(*) from pg_stat_activity where application_name = 'skillsd report' and datname = current_database()"));

// The reporter is the clerk's child, and the clerk is the last child of the supervisor.
function reporter() {
  const clerk = service.workers().at(-1);
  const [pid] = readFileSync(`/proc/${clerk}/task/${clerk}/children`, 'utf8').trim().split(' ');
  assert.notEqual(pid, '', 'no report is being made');
  return Number(pid);
}

test('one that runs is cancelled: its statement is ended, and others are answered meanwhile', { timeout: 60_000 }, async (t) => {
  const release = await hold(t);
  const id = await ask();
  await when(id, 'running');
  assert.equal((await get('/v1/me')).status, 200);
  assert.equal((await get('/v1/reports/retention')).status, 200);
  assert.equal((await post(`/v1/report-jobs/${id}/cancel`)).json.state, 'cancelled');
  await until('its statement is ended', 5, () => running() === 0);
  await release();
  assert.equal((await read(id)).state, 'cancelled');
});

test('ten may wait or run, one of them runs, and one that waits is cancelled before it does', { timeout: 60_000 }, async (t) => {
  const release = await hold(t);
  const ids = [];
  for (let i = 0; i < 10; i++) ids.push(await ask());
  const refused = await post('/v1/report-jobs', { report: 'report_strength', format: 'csv' });
  assert.deepEqual([refused.status, refused.json.type], [409, '/problems#report_jobs_under_way']);
  await when(ids[0], 'running');
  assert.deepEqual((await get('/v1/report-jobs?state=running')).json.report_jobs.map(({ id }) => id), [ids[0]]);
  const waited = (await post(`/v1/report-jobs/${ids[1]}/cancel`)).json;
  assert.deepEqual([waited.state, waited.started_at], ['cancelled', null]);
  await release();
  await when(ids[9], 'done');
  assert.equal((await read(ids[1])).state, 'cancelled');
});

test('one that takes too long has failed, as the request would have', { timeout: 60_000 }, async (t) => {
  const release = await hold(t);
  const failed = await when(await ask(), 'failed', seconds + 10);
  await release();
  assert.deepEqual([code(failed), failed.problem.status, failed.content], ['timed_out', 504, null]);
});

test('one whose process is killed is begun anew, and its file is whole', { timeout: 60_000 }, async (t) => {
  const release = await hold(t);
  const id = await ask();
  await when(id, 'running');
  process.kill(reporter(), 'SIGKILL');
  await until('its statement is gone', 10, () => running() === 0);
  await release();
  const done = await when(id, 'done');
  assert.equal(query(`select attempts from report_job where id = '${id}'`), '2');
  assert.equal((await get(done.content)).text, (await service.ask('/v1/reports/strength', { headers: { ...hr, accept: 'text/csv' } })).text);
});

test('one whose process is killed three times has failed, and the next one is run', { timeout: 90_000 }, async (t) => {
  const release = await hold(t);
  const id = await ask();
  for (let attempt = 1; attempt <= 3; attempt++) {
    await until(`attempt ${attempt} runs`, 20, () => query(`select attempts from report_job where id = '${id}'`) === String(attempt) && running() > 0);
    process.kill(reporter(), 'SIGKILL');
  }
  const failed = await when(id, 'failed', 20);
  await release();
  assert.equal(code(failed), 'report_job_broke_off');
  await when(await ask(), 'done');
});

test('one that four deployments interrupt is begun anew each time, and is done', { timeout: 120_000 }, async (t) => {
  const release = await hold(t);
  const id = await ask();
  for (let deployment = 1; deployment <= 4; deployment++) {
    await when(id, 'running');
    await until('its statement waits', 10, () => running() > 0);
    assert.equal((await service.stop()).status, 0);
    assert.equal(query(`select state, attempts, started_at from report_job where id = '${id}'`), 'waiting|0|', `deployment ${deployment}`);
    await until('its statement is gone', 10, () => running() === 0);
    await start();
  }
  await release();
  await when(id, 'done');
  assert.equal(query(`select attempts from report_job where id = '${id}'`), '1');
});

test('so is an import', { timeout: 120_000 }, async (t) => {
  const release = await hold(t, 'begin; lock table skills.posting in share mode');
  const body = 'staff_number,given_name,family_name,worker_type,starts_on\nDEPLOYED,Hazel,Lowfield,police_staff,2026-01-05\n';
  const sent = await service.ask('/v1/import-files?kind=people&mode=good_rows', { method: 'POST', headers: { ...hr, 'content-type': 'text/csv' }, body });
  assert.equal(sent.status, 202, sent.text);
  const state = () => query(`select state || ' ' || attempts from import where id = '${sent.json.id}'`);
  for (let deployment = 1; deployment <= 4; deployment++) {
    await until('it is loading', 20, () => state() === 'loading 1');
    assert.equal((await service.stop()).status, 0);
    assert.equal(state(), 'queued 0', `deployment ${deployment}`);
    await start();
  }
  await release();
  await until('it is done', 20, () => state() === 'done 1');
  assert.equal(query("select count(*) from posting where staff_number = 'DEPLOYED'"), '1');
});

test('a file of many pieces comes as it was written, row by row', { timeout: 60_000 }, async () => {
  const done = await when(await ask('report_strength', { by: 'unit' }), 'done');
  const { text } = await get(done.content);
  assert.ok(done.bytes > 600_000, `only ${done.bytes} bytes`);
  assert.deepEqual([Buffer.byteLength(text), text.split('\r\n').length - 2], [done.bytes, done.rows]);
  assert.equal(query(`select string_agg(piece || ' ' || (length(content) = 262144), ',' order by piece) from report_piece join report_job using (report_job_id) where id = '${done.id}'`),
    Array.from({ length: Math.ceil(done.bytes / 262144) }, (_, i) => `${i + 1} ${(i + 1) * 262144 <= done.bytes}`).join(','));
});

test('one whose file would be larger than it may be has failed, and nothing of it is kept', { timeout: 60_000 }, async () => {
  for (const format of ['csv', 'xlsx']) {
    const failed = await when(await ask('report_strength', { by: 'rank' }, format), 'failed');
    assert.deepEqual([code(failed), failed.problem.status, failed.bytes, failed.content], ['report_too_large', 422, 0, null], format);
    assert.equal(query(`select count(*) from report_piece join report_job using (report_job_id) where id = '${failed.id}'`), '0', format);
  }
});

test('a report that names people is given whole, and each of them finds that it was made and fetched', { timeout: 60_000 }, async () => {
  const done = await when(await ask('list_people', {}, 'json'), 'done');
  const reply = await get(done.content);
  const posted = reply.json.people.map(({ id }) => id);
  assert.ok(posted.length > 30, `only ${posted.length} people`);
  assert.equal(reply.headers['content-type'], 'application/json');
  assert.equal((await get('/v1/people?limit=500')).json.people.length, posted.length);
  const events = query(`select operation || ' ' || kind || ' ' || cardinality(people) || ' ' || array_to_string(array(select unnest(scopes) order by 1), ',')
    from audit_trail where request_id in ('report-job-${done.id}', '${reply.headers['x-request-id']}') order by happened_at`).split('\n');
  const scopes = 'competencies:assess,workforce:read';
  assert.deepEqual(events, ['list_people', 'download_report'].map((operation) => `${operation} record ${posted.length - 1} ${scopes}`), 'all but HR itself');
});
