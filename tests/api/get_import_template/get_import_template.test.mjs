// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { expect } from '../../lib/client.mjs';
import { header, importers } from '../../lib/imports.mjs';

const organisation = 'dyfed-powys';
const { hr } = importers(organisation);

test('a template comes from the contract: a header row, and every column described', async () => {
  const text = (await expect(200, 'GET', '/v1/import-templates/people', { ...hr, headers: { accept: 'text/csv' } })).text;
  const { json: template } = await expect(200, 'GET', '/v1/import-templates/people', hr);
  assert.equal(text, template.columns.map(({ name }) => name).join(',') + '\r\n');
  assert.deepEqual(template.columns.filter(({ required }) => required).map(({ name }) => name), header.split(','));
  assert.ok(template.columns.every(({ description }) => description.length > 0));
  await expect(400, 'GET', '/v1/import-templates/horses', hr);
});
