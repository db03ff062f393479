// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test, { before } from 'node:test';
import { give, problem, scoped } from '../../lib/access.mjs';
import { expect, sql } from '../../lib/client.mjs';
import { officer } from '../../lib/force.mjs';
import { ask, day, done, download, reader, reported, whenEnded } from '../../lib/report_jobs.mjs';
import { eventsOf } from '../../lib/trail.mjs';

let made;
before(() => (made = reported('fetched')));

test('it comes with its media type, a name that tells what it is, and the digest as its tag, whatever is accepted', async () => {
  const job = await done(made.hr, { format: 'csv' });
  const { headers, text } = await expect(200, 'GET', job.content, { ...made.hr, headers: { ...made.hr.headers, accept: 'application/json' } });
  assert.equal(headers.get('content-type'), 'text/csv; charset=utf-8; header=present');
  assert.equal(headers.get('content-disposition'), `attachment; filename="report-strength-${day}.csv"`);
  assert.equal(headers.get('etag'), `"${createHash('sha256').update(text).digest('hex')}"`);
});

test('the download is an event of the audit trail, by the scope that the report was for', async () => {
  const { id } = await done(made.hr);
  const [event, ...others] = eventsOf(await download(200, made.hr, id));
  assert.deepEqual([event.operation, event.kind, event.scopes, event.parameters, event.people], ['download_report', 'report', ['reports:organisation'], { report_job_id: id }, []]);
  assert.deepEqual(others, []);
});

test('of a report that names people both the making and the download are reads of their records, for whoever is in it', async () => {
  const { id } = await done(made.hr, { report: 'report_skills_matrix', parameters: { framework: 'cop-cvf-2024', as_of: day } });
  const reply = await download(200, made.hr, id);
  const others = [made.people.O, made.people.S].sort();
  assert.deepEqual([...new Set(reply.json.rows.map(({ person }) => person))].sort(), [made.people.HR, ...others].sort());
  const events = [...eventsOf(reply), ...eventsOf({ headers: new Headers({ 'x-request-id': `report-job-${id}` }) })];
  assert.deepEqual(events.map(({ operation, kind, people, scopes }) => [operation, kind, people.sort(), scopes]),
    [['download_report', 'record', others, ['workforce:read']], ['report_skills_matrix', 'record', others, ['workforce:read']]]);
  const readings = await expect(200, 'GET', '/v1/record/readers', officer(made.people.S));
  assert.deepEqual(readings.json.readers.map(({ operation }) => operation), ['download_report', 'report_skills_matrix']);
});

test('before it is done, and of one that has failed, there is none', async () => {
  const { json } = await ask(made.hr, { report: 'report_coverage', parameters: { framework: 'unknown' } });
  await whenEnded(made.hr, json.id);
  assert.equal(problem(await download(409, made.hr, json.id)), 'report_not_done');
});

test('when its time is over it is gone, although the clerk has not taken it away yet', async () => {
  const { id } = await done(made.hr);
  sql("update report_job set expires_at = now() where id = $1::uuid", id);
  assert.equal(problem(await download(410, made.hr, id)), 'report_expired');
  const { json: job } = await expect(200, 'GET', `/v1/report-jobs/${id}`, made.hr);
  assert.deepEqual([job.state, job.content ?? null], ['expired', null]);
});

test('then the clerk takes it away, and with it who was in it', async () => {
  const { id } = await done(made.hr);
  sql("update report_job set expires_at = now(), people = array[gen_random_uuid()] where id = $1::uuid", id);
  sql('select expire_report_jobs()');
  assert.deepEqual(sql(`select state, people, (select count(*) from report_piece where report_piece.report_job_id = report_job.report_job_id)
                        from report_job where id = $1::uuid`, id), ['expired|{}|0']);
});

test('that of a colleague is not found', async () => {
  const { id } = await done(made.hr);
  await download(404, reader(made, 'S', 'reports:organisation'), id);
});

test('whose access has been taken away does not get it', async () => {
  give(made.people.O, 'workforce:read', { organisation: made.code });
  const grant = give(made.people.O, 'reports:organisation', { organisation: made.code });
  const who = { ...scoped(made.people.O, 'workforce:read reports:organisation'), headers: made.hr.headers };
  const { id } = await done(who);
  await download(200, who, id);
  sql('update access_grant set revoked_at = now() where id = $1::uuid', grant);
  assert.equal(problem(await download(403, who, id)), 'report_reaches_further');
});

test('when somebody in it has become covert since, only whoever is cleared gets it', async () => {
  const { people } = made;
  give(people.HR, 'sensitive:read', { organisation: made.code });
  const cleared = { ...scoped(people.HR, 'workforce:read sensitive:read'), headers: made.hr.headers };
  const asked = { report: 'report_skills_matrix', parameters: { framework: 'cop-cvf-2024', as_of: day } };
  const [plain, full] = [(await done(made.hr, asked)).id, (await done(cleared, asked)).id];
  await download(200, made.hr, plain);
  sql(`update posting set sensitive = true where person_id = (select person_id from person where id = $1::uuid);
       select see_person(person_id) from person where id = $1::uuid`, people.O);
  assert.equal(problem(await download(403, made.hr, plain)), 'report_reaches_further');
  await download(200, cleared, full);
  sql(`update posting set sensitive = false where person_id = (select person_id from person where id = $1::uuid);
       select see_person(person_id) from person where id = $1::uuid`, people.O);
});

test('whose token has less than the one that it was asked for with does not get it', async () => {
  give(made.people.S, 'reports:organisation sensitive:read', { organisation: made.code });
  const by = (scope) => ({ ...scoped(made.people.S, scope), headers: made.hr.headers });
  const { id } = await done(by('reports:organisation sensitive:read'));
  assert.equal(problem(await download(403, by('reports:organisation'), id)), 'report_reaches_further');
  await download(200, by('reports:organisation sensitive:read'), id);
});
