// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { problem } from '../../lib/access.mjs';
import { call, sql } from '../../lib/client.mjs';
import { header, importers, sendPart, whenEnded } from '../../lib/imports.mjs';
import { run } from '../../lib/posted.mjs';

const organisation = 'dyfed-powys';
const { cancel, hr, make, start } = importers(organisation);

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
  assert.equal(problem(await cancel(id, 409)), 'import_under_way');
});

test('a part has the format of its import, and between one byte and 1 MiB', async () => {
  const { id } = await make();
  assert.equal(problem(await sendPart(422, hr, id, 1, 'ndjson', '{}')), 'import_format header:Content-Type');
  assert.equal(problem(await sendPart(400, hr, id, 1, 'csv', '')), 'empty_body');
  assert.equal(problem(await sendPart(413, hr, id, 1, 'csv', 'x'.repeat(1048577))), 'body_too_large');
  assert.equal(problem(await call('PUT', `/v1/imports/${id}/parts/1`, { ...hr, raw: '{}', headers: { 'content-type': 'application/json' } })), 'unsupported_media_type');
  for (const part of ['0', '2001', 'one']) await sendPart(400, hr, id, part, 'csv', 'x');
  await cancel(id);
  assert.equal(problem(await sendPart(409, hr, id, 1, 'csv', 'x')), 'import_not_open');
});

test('bytes that are no text are kept as they are', async () => {
  const { id } = await make();
  const bytes = Buffer.from([0, 1, 0xff, 0x5c, 0x27, 0x0a]);
  await sendPart(200, hr, id, 1, 'csv', bytes);
  assert.deepEqual(sql("select encode(content, 'hex') from import_part join import using (import_id) where id = $1::uuid", id), [bytes.toString('hex')]);
  await cancel(id);
});
