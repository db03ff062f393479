// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { expect } from '../../lib/client.mjs';
import { header, importers, sendFile, whenEnded } from '../../lib/imports.mjs';

const organisation = 'dyfed-powys';
const { hr, make } = importers(organisation);

test('the list has what the caller may make, by state', async () => {
  const { id } = await sendFile(hr, 'people', 'csv', `${header}\n`, { dry_run: true });
  const { json } = await expect(200, 'GET', '/v1/imports?limit=500', hr);
  assert.ok(json.imports.some((each) => each.id === id));
  assert.ok(json.imports.every((each) => each.organisation === organisation));
  await whenEnded(hr, id);
  assert.deepEqual((await expect(200, 'GET', '/v1/imports?state=done&limit=1', hr)).json.imports.map(({ state }) => state), ['done']);
  await expect(400, 'GET', '/v1/imports?state=lost', hr);
});
