// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { expect } from '../../lib/client.mjs';

const fieldsOf = (text) => text.trimEnd().split('\n').map((line) => line.match(/^([A-Z][A-Za-z-]+): (.+)$/).slice(1));

test('whom to tell of a weakness is said without a token, in the form of RFC 9116', async () => {
  const { text, headers } = await expect(200, 'GET', '/.well-known/security.txt');
  assert.equal(headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.equal(headers.get('cache-control'), 'public, max-age=86400');
  const fields = fieldsOf(text);
  assert.deepEqual(fields.map(([name]) => name), ['Contact', 'Expires', 'Preferred-Languages']);
  assert.deepEqual([fields[0][1], fields[2][1]], [process.env.SKILLSD_SECURITY_CONTACT, 'en']);
});

test('it expires in the future, in less than a year', async () => {
  const { text } = await expect(200, 'GET', '/.well-known/security.txt');
  const expires = fieldsOf(text)[1][1];
  assert.match(expires, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const days = (Date.parse(expires) - Date.now()) / 86_400_000;
  assert.ok(days > 80 && days < 365, `${days} days`);
});

test('nothing but reading is allowed there', async () => {
  const reply = await expect(405, 'POST', '/.well-known/security.txt', { body: {} });
  assert.match(reply.headers.get('allow'), /GET/);
});
