// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { problem } from '../../lib/access.mjs';
import { expect } from '../../lib/client.mjs';
import { done, download, reader, reported } from '../../lib/report_jobs.mjs';

let made;
before(() => (made = reported('followed')));

test('one that is done says how many rows and bytes it has, what the report says of itself, and until when', async () => {
  const job = await done(made.hr, { format: 'csv' });
  const { text } = await download(200, made.hr, job.id);
  assert.deepEqual([job.rows, job.bytes, job.problem], [3, Buffer.byteLength(text), null]);
  assert.match(job.meta.definition, /^People posted to the organisation on the day/);
  assert.equal(Date.parse(job.expires_at) - Date.parse(job.ended_at), 7 * 24 * 3600 * 1000);
  assert.equal(job.content, `/v1/report-jobs/${job.id}/content`);
});

test('that of a colleague is not found', async () => {
  const { id } = await done(made.hr);
  assert.equal(problem(await expect(404, 'GET', `/v1/report-jobs/${id}`, reader(made, 'S', 'reports:organisation'))), 'not_found');
});
