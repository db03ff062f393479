// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { call, expect, sql } from '../../lib/client.mjs';
import { give, problem, scoped } from '../../lib/access.mjs';
import { posted, run } from '../../lib/posted.mjs';
import { importFile, sendFile, sendPart, whenEnded } from '../../lib/imports.mjs';

const organisation = 'dyfed-powys';
const wide = 'workforce:write competencies:assess';
const body = { kind: 'people', format: 'csv', mode: 'good_rows' };
const header = 'staff_number,given_name,family_name,worker_type,starts_on';
let force, hr, reader;

before(() => {
  force = posted(organisation, { HR: {}, R: {}, N: {}, GONE: {} });
  give(force.HR, wide, { organisation });
  give(force.R, 'workforce:read', { organisation });
  give(force.N, 'workforce:write');
  hr = scoped(force.HR, wide);
  reader = scoped(force.R, wide + ' workforce:read');
});

const make = async (more = {}, who = hr) => (await expect(201, 'POST', '/v1/imports', { ...who, body: { ...body, ...more } })).json;
const start = (id, status = 202, who = hr) => expect(status, 'POST', `/v1/imports/${id}/start`, who);

test('an import is made open, for the organisation that the request acts for', async () => {
  const made = await expect(201, 'POST', '/v1/imports', { ...hr, body: { ...body, title: 'Payroll of May' } });
  assert.equal(made.headers.get('location'), `/v1/imports/${made.json.id}`);
  const { state, title, kind, format, mode, dry_run, parts, rows_read } = made.json;
  assert.deepEqual([made.json.organisation, state, title, kind, format, mode, dry_run, parts, rows_read],
    [organisation, 'open', 'Payroll of May', 'people', 'csv', 'good_rows', false, 0, null]);
  await expect(200, 'POST', `/v1/imports/${made.json.id}/cancel`, hr);
});

test('without the scope for its kind it is refused', async () => {
  assert.equal((await expect(403, 'POST', '/v1/imports', { ...reader, body })).json.status, 403);
  give(force.R, 'competencies:assess', { organisation });
  assert.equal(problem(await expect(403, 'POST', '/v1/imports', { ...reader, body })), 'scope_not_granted');
  const { id } = await make({ kind: 'assertions' }, reader);
  await expect(200, 'POST', `/v1/imports/${id}/cancel`, reader);
});

test('a body that breaks the contract is refused with every place', async () => {
  const reply = await expect(422, 'POST', '/v1/imports', { ...hr, body: { kind: 'horses', format: 'xml', mode: 'maybe', dry_run: 'no', colour: 1 } });
  assert.equal(problem(reply), 'invalid_body /kind /format /mode /dry_run /colour');
});

test('parts come in any order, are replaced, and may be cut within a row', async () => {
  const { id } = await make();
  const file = `${header}\nD1-${run},Ann,Ash,police_staff,2024-01-08\nD2-${run},Ben,Birch,police_staff,2024-01-08\n`;
  const [first, second] = [file.slice(0, 70), file.slice(70)];
  await sendPart(200, hr, id, 2, 'csv', second);
  await sendPart(200, hr, id, 1, 'csv', 'something else');
  const { json } = await sendPart(200, hr, id, 1, 'csv', first);
  assert.deepEqual([json.part, json.bytes], [1, 70]);
  assert.equal((await start(id)).json.state, 'queued');
  const done = await whenEnded(hr, id);
  assert.deepEqual([done.state, done.parts, done.bytes, done.rows_read, done.added, done.people_touched, done.people_posted], ['done', 2, file.length, 2, 2, 2, 2]);
  assert.deepEqual(sql('select count(*) from import_part join import using (import_id) where id = $1::uuid', id), ['0'], 'the parts are gone');
  assert.equal(problem(await sendPart(409, hr, id, 3, 'csv', 'x')), 'import_not_open');
  assert.equal(problem(await start(id, 409)), 'import_not_open');
  assert.equal(problem(await expect(409, 'POST', `/v1/imports/${id}/cancel`, hr)), 'import_under_way');
});

test('an import without parts, or with one missing, is not started', async () => {
  const { id } = await make();
  assert.equal(problem(await start(id, 422)), 'import_empty');
  await sendPart(200, hr, id, 2, 'csv', 'x');
  assert.equal(problem(await start(id, 422)), 'import_part_missing');
  await expect(200, 'POST', `/v1/imports/${id}/cancel`, hr);
});

test('a part has the format of its import, and between one byte and 1 MiB', async () => {
  const { id } = await make();
  assert.equal(problem(await sendPart(422, hr, id, 1, 'ndjson', '{}')), 'import_format header:Content-Type');
  assert.equal(problem(await sendPart(400, hr, id, 1, 'csv', '')), 'empty_body');
  assert.equal(problem(await sendPart(413, hr, id, 1, 'csv', 'x'.repeat(1048577))), 'body_too_large');
  assert.equal(problem(await call('PUT', `/v1/imports/${id}/parts/1`, { ...hr, raw: '{}', headers: { 'content-type': 'application/json' } })), 'unsupported_media_type');
  for (const part of ['0', '2001', 'one']) await sendPart(400, hr, id, part, 'csv', 'x');
  await expect(200, 'POST', `/v1/imports/${id}/cancel`, hr);
  assert.equal(problem(await sendPart(409, hr, id, 1, 'csv', 'x')), 'import_not_open');
});

test('bytes that are no text are kept as they are', async () => {
  const { id } = await make();
  const bytes = Buffer.from([0, 1, 0xff, 0x5c, 0x27, 0x0a]);
  await sendPart(200, hr, id, 1, 'csv', bytes);
  assert.deepEqual(sql("select encode(content, 'hex') from import_part join import using (import_id) where id = $1::uuid", id), [bytes.toString('hex')]);
  await expect(200, 'POST', `/v1/imports/${id}/cancel`, hr);
});

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

test('what has been revoked since is gone when it runs', async () => {
  give(force.GONE, 'workforce:write', { organisation });
  const gone = scoped(force.GONE, wide);
  const { id } = await make({}, gone);
  await sendPart(200, gone, id, 1, 'csv', `${header}\nG1-${run},Ann,Ash,police_staff,2024-01-08\n`);
  sql(`update import set state = 'queued', queued_at = now() where id = $1::uuid;
       update access_grant set revoked_at = now() where account_id in (select account_id from account join person using (person_id) where person.id = $2::uuid)`, id, force.GONE);
  const failed = await whenEnded(hr, id);
  assert.deepEqual([failed.state, failed.reason], ['failed', 'Whoever made it may not make such an import any more.']);
  assert.deepEqual(sql('select count(*) from posting where staff_number = $1', `G1-${run}`), ['0']);
});

test('an import for the nation names its organisations', async () => {
  const nation = scoped(force.N, 'workforce:write');
  const row = (place, n) => `${place},N${n}-${run},Ann,Ash,police_staff,2024-01-08`;
  const done = await importFile(nation, 'people', 'csv', `organisation,${header}\n${row(organisation, 1)}\n${row('', 2)}\n`);
  assert.deepEqual([done.organisation, done.added, done.faults], [null, 1, [{ line: 3, column: 'organisation', reason: 'An organisation is required.' }]]);
});

test('what an import recorded is in the audit trail of each whom it concerns', async () => {
  const done = await importFile(hr, 'people', 'csv', `${header}\nT1-${run},Ann,Ash,police_staff,2024-01-08\n`);
  const events = sql(`select operation || ' ' || kind || ' ' || coalesce((parameters ->> 'added'), '') from audit_trail
    where target = $1 and people @> array(select person.id from person join posting using (person_id) where staff_number = $2)`, `/v1/imports/${done.id}`, `T1-${run}`);
  assert.deepEqual(events, ['start_import change 1']);
});

test('the list has what the caller may make, and templates come from the contract', async () => {
  const { id } = await sendFile(hr, 'people', 'csv', `${header}\n`, { dry_run: true });
  const { json } = await expect(200, 'GET', '/v1/imports?limit=500', hr);
  assert.ok(json.imports.some((each) => each.id === id));
  assert.ok(json.imports.every((each) => each.organisation === organisation));
  await whenEnded(hr, id);
  assert.deepEqual((await expect(200, 'GET', '/v1/imports?state=done&limit=1', hr)).json.imports.map(({ state }) => state), ['done']);
  const text = (await expect(200, 'GET', '/v1/import-templates/people', { ...hr, headers: { accept: 'text/csv' } })).text;
  const { json: template } = await expect(200, 'GET', '/v1/import-templates/people', hr);
  assert.equal(text, template.columns.map(({ name }) => name).join(',') + '\r\n');
  assert.deepEqual(template.columns.filter(({ required }) => required).map(({ name }) => name), header.split(','));
  await expect(400, 'GET', '/v1/import-templates/horses', hr);
});
