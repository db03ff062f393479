// SPDX-License-Identifier: MIT
// Those that wait or run: tests/startup/report_jobs.test.mjs.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { problem } from '../../lib/access.mjs';
import { sql } from '../../lib/client.mjs';
import { ask, cancel, done, download, reader, reported, whenEnded } from '../../lib/report_jobs.mjs';

let made;
before(() => (made = reported('recalled')));

test('the file of one that is done is taken away', async () => {
  const { id } = await done(made.hr);
  assert.deepEqual((({ state, content }) => [state, content])((await cancel(200, made.hr, id)).json), ['expired', null]);
  assert.equal(problem(await download(410, made.hr, id)), 'report_expired');
  assert.deepEqual(sql('select count(*) from report_piece join report_job using (report_job_id) where id = $1::uuid', id), ['0']);
});

test('one that has failed or expired is not cancelled', async () => {
  const { json } = await ask(made.hr, { report: 'report_coverage', parameters: { framework: 'unknown' } });
  await whenEnded(made.hr, json.id);
  assert.equal(problem(await cancel(409, made.hr, json.id)), 'report_job_ended');
});

test('that of a colleague is not found, and stays', async () => {
  const { id } = await done(made.hr);
  await cancel(404, reader(made, 'S', 'reports:organisation'), id);
  await download(200, made.hr, id);
});
