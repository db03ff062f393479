// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { call, expect } from '../../lib/client.mjs';

test('anyone reads the contract as JSON', async () => {
  const reply = await expect(200, 'GET', '/openapi.json');
  assert.match(reply.text, /3\.1\.0/);
  assert.match(reply.text, /list_frameworks/);
});

test('it is not sent again to who has it', async () => {
  const { headers } = await expect(200, 'GET', '/openapi.json');
  const again = await call('GET', '/openapi.json', { headers: { 'if-none-match': headers.get('etag') } });
  assert.equal(again.status, 304);
});
