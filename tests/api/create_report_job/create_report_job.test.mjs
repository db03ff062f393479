// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { problem, scoped, subject } from '../../lib/access.mjs';
import { call, expect, sql } from '../../lib/client.mjs';
import { contract } from '../../lib/contract.mjs';
import { ask as workbookOf, read as workbook } from '../../lib/workbook.mjs';
import { ask, cancel, day, done, download, insertJob, reader, reported, whenEnded } from '../../lib/report_jobs.mjs';

let made;
before(() => (made = reported('asked')));

const plain = (target, accept) => expect(200, 'GET', target, { ...made.hr, headers: { ...made.hr.headers, accept } });
const refused = async (asked, status = 422) => problem(await ask(made.hr, asked, status));

test('the answer is a job that waits, and says where it is', async () => {
  const { json, headers } = await ask(made.hr);
  assert.equal(headers.get('location'), `/v1/report-jobs/${json.id}`);
  assert.deepEqual([json.report, json.parameters, json.format, json.organisation, json.state, json.rows, json.content],
    ['report_strength', { as_of: day, by: 'rank' }, 'json', made.code, 'waiting', 0, null]);
});

test('as JSON and as CSV its file is what the request itself gives: three people, one of them a sergeant', async () => {
  const json = await download(200, made.hr, (await done(made.hr)).id);
  const same = (await plain(`/v1/reports/strength?as_of=${day}&by=rank`, 'application/json')).json;
  const { known_at, edition } = json.json.meta; // of the moment
  assert.deepEqual(json.json, { ...same, meta: { ...same.meta, known_at, edition } });
  assert.deepEqual(json.json.rows.map((row) => [row.rank, row.headcount]), [[null, 3], ['sergeant', 1], ['none', 2]]);
  const csv = await download(200, made.hr, (await done(made.hr, { format: 'csv' })).id);
  assert.equal(csv.text, (await plain(`/v1/reports/strength?as_of=${day}&by=rank`, 'text/csv')).text);
});

test('as a workbook it has the same cells', async () => {
  const job = await done(made.hr, { format: 'xlsx' });
  const [file, same] = [await download(200, made.hr, job.id), await workbookOf(200, `/v1/reports/strength?as_of=${day}&by=rank`, made.hr)].map(({ bytes }) => workbook(bytes));
  assert.deepEqual(file.Data, same.Data);
  assert.deepEqual(file.Definitions, same.Definitions);
});

test('numbers and defaults are those of the request', async () => {
  const parameters = { year_ending: 2026 };
  const job = await done(made.hr, { report: 'report_retention', parameters, format: 'csv' });
  assert.equal((await download(200, made.hr, job.id)).text, (await plain(`/v1/reports/retention?year_ending=2026`, 'text/csv')).text);
});

test('whatever the contract offers as a report can be asked for', async () => {
  const { operations } = await contract();
  const tagged = operations.filter(({ definition }) => definition.tags.includes('reports') && definition.responses['200']?.content['text/csv'] && !definition['x-bytes']);
  assert.ok(tagged.length > 20, `${tagged.length} reports`);
  const national = { as: 'college' };
  for (const { id, definition } of tagged) {
    const who = definition.security.some(({ token }) => token.includes('reports:national')) ? national : made.hr;
    const { status, json } = await call('POST', '/v1/report-jobs', { ...who, body: { report: id, parameters: { nothing: 1 }, format: 'csv' } });
    assert.equal(status, 422, id);
    assert.ok(json.errors.every(({ pointer }) => pointer.startsWith('/parameters/')), `${id}: ${JSON.stringify(json.errors)}`);
  }
});

test('what is not a report is not found: an unknown name, a list, and what is about oneself alone', async () => {
  for (const report of ['nothing', 'list_people', 'get_skills', 'create_report_job']) assert.equal(await refused({ report, parameters: {} }), 'invalid_body /report', report);
});

test('parameters are held against the contract of the report, each fault with its place', async () => {
  const parameters = { framework: 7, from: '2025-13', until: '2025-06', nothing: true, limit: 5, 'Acting-Organisation': made.code };
  const faults = (await refused({ report: 'report_upskilling', parameters, format: 'csv' })).split(' ').slice(1).sort();
  assert.deepEqual(faults, ['/parameters/Acting-Organisation', '/parameters/framework', '/parameters/from', '/parameters/limit', '/parameters/nothing']);
  assert.equal(await refused({ report: 'report_coverage', parameters: {} }), 'invalid_body /parameters/framework');
});

test('a format that is none is refused by the contract of the job', async () => {
  assert.equal(await refused({ format: 'pdf' }), 'invalid_body /format');
});

test('its scope is asked for as the report itself does: by the token, and by what is granted', async () => {
  const headers = made.hr.headers;
  assert.equal(problem(await ask({ ...scoped(made.people.HR, 'workforce:read'), headers }, {}, 403)), 'insufficient_scope');
  assert.equal(problem(await ask({ ...scoped(made.people.O, 'reports:organisation'), headers }, {}, 403)), 'scope_not_granted');
  assert.equal(problem(await ask(made.hr, { report: 'national_figures', parameters: { measure: 'strength' } }, 403)), 'insufficient_scope');
});

test('what is refused only by the report when it runs is told as the request would have been answered', async () => {
  const { json } = await ask(made.hr, { report: 'report_coverage', parameters: { framework: 'unknown' } });
  const failed = await whenEnded(made.hr, json.id);
  const { status, json: same } = await expect(404, 'GET', '/v1/reports/coverage?framework=unknown', made.hr);
  assert.deepEqual([failed.state, failed.problem.type, failed.problem.status], ['failed', same.type, status]);
});

test('a grant that has been revoked meanwhile stops it, and the job says so', async () => {
  reader(made, 'S', 'workforce:read');
  const id = insertJob(made, 'S');
  const failed = await whenEnded({ ...scoped(made.people.S, 'workforce:read'), headers: made.hr.headers }, id);
  assert.deepEqual([failed.state, failed.problem.type, failed.problem.status], ['failed', '/problems#scope_not_granted', 403]);
});

test('who keeps fifty files makes no more before one of them is gone', async () => {
  const { hr } = reported('kept');
  const { id } = await done(hr);
  sql(`insert into report_job (report, parameters, format, organisation_id, required, issuer, subject, state, expires_at)
       select report, parameters, format, organisation_id, required, issuer, subject, state, expires_at
       from report_job, generate_series(2, 50) where id = $1::uuid`, id);
  assert.equal(problem(await ask(hr, {}, 409)), 'report_jobs_kept');
  await cancel(200, hr, id);
  await ask(hr);
});

test('the same key gives the same job', async () => {
  const headers = { ...made.hr.headers, 'idempotency-key': `report-${made.code}` };
  const [one, two] = [await ask({ ...made.hr, headers }), await ask({ ...made.hr, headers })];
  assert.equal(one.json.id, two.json.id);
});

test('nothing is kept of the token when it has ended, and the token never', async () => {
  const { id } = await done(made.hr);
  const kept = sql('select scopes, roles, person_claim, people from report_job where id = $1::uuid', id);
  assert.deepEqual(kept, ['|||{}']);
});

test('the making and the running are in the audit trail, the running as the report', async () => {
  const { id } = await done(made.hr);
  const events = sql(`select operation || ' ' || kind || ' ' || target || ' ' || coalesce(parameters ->> 'by', '') || ' ' || array_to_string(scopes, ',')
    from audit_trail where target = $1 or request_id = $2 order by happened_at`, `/v1/report-jobs/${id}`, `report-job-${id}`);
  assert.deepEqual(events, [`create_report_job change /v1/report-jobs/${id}  reports:organisation`, 'report_strength report /v1/reports/strength rank reports:organisation']);
});

test('a system without a person has its jobs too', async () => {
  const system = subject(`reporter-${made.code}`, 'reports:organisation');
  sql(`with made as (insert into account (issuer, subject, title) values ($1, $2, 'A reporter') returning account_id)
       insert into access_grant (account_id, organisation_id, scopes, granted_by)
       select account_id, organisation_id, '{reports:organisation}', 'test' from made, organisation where code = $3`,
    process.env.SKILLSD_OIDC_ISSUER, `reporter-${made.code}`, made.code);
  assert.equal((await done(system)).organisation, made.code);
});
