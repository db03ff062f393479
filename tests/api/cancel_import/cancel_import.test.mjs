// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { problem } from '../../lib/access.mjs';
import { expect } from '../../lib/client.mjs';
import { header, importFile, importers, sendPart } from '../../lib/imports.mjs';
import { run } from '../../lib/posted.mjs';

const organisation = 'dyfed-powys';
const { cancel, hr, make, reader } = importers(organisation);

test('an import that is open is cancelled, once, and takes no more parts', async () => {
  const { id } = await make();
  await sendPart(200, hr, id, 1, 'csv', header);
  assert.equal((await cancel(id)).json.state, 'cancelled');
  assert.equal(problem(await sendPart(409, hr, id, 1, 'csv', 'x')), 'import_not_open');
  await cancel(id, 409);
  assert.equal((await expect(200, 'GET', `/v1/imports/${id}`, hr)).json.state, 'cancelled');
});

test('one that has run is not cancelled, nor one of nobody, nor by a reader', async () => {
  const done = await importFile(hr, 'people', 'csv', `${header}\n`, { dry_run: true });
  await cancel(done.id, 409);
  await cancel('00000000-0000-4000-8000-000000000000', 404);
  const { id } = await make();
  await cancel(id, 403, reader);
  await cancel(id);
});
