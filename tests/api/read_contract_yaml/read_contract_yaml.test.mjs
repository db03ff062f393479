// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { call, expect } from '../../lib/client.mjs';

test('anyone reads the contract as YAML', async () => {
  const reply = await expect(200, 'GET', '/openapi.yaml');
  assert.match(reply.text, /3\.1\.0/);
  assert.match(reply.text, /list_frameworks/);
});

test('it is not sent again to who has it', async () => {
  const { headers } = await expect(200, 'GET', '/openapi.yaml');
  const again = await call('GET', '/openapi.yaml', { headers: { 'if-none-match': headers.get('etag') } });
  assert.equal(again.status, 304);
});

test('it is the very file', async () => {
  const { readFileSync } = await import('node:fs');
  const file = readFileSync(new URL('../../../api-spec/openapi.yaml', import.meta.url), 'utf8');
  assert.equal((await expect(200, 'GET', '/openapi.yaml')).text, file);
});
