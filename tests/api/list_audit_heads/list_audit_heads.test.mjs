// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { csv, expect } from '../../lib/client.mjs';

const body = { title: 'To be sealed', happened_on: '2026-01-05', learned: 'That heads are signed.' };

// The newest head, once there is one.
async function heads() {
  await expect(201, 'POST', '/v1/activities', { as: 'officer', body });
  for (let end = Date.now() + 30_000; ; await sleep(250)) {
    const { json } = await expect(200, 'GET', '/v1/audit/heads', { as: 'officer' });
    if (json.heads.length || Date.now() > end) return json.heads;
  }
}

test('anyone signed in gets heads that a key of the published set has signed', async () => {
  const [head] = await heads();
  const { keys } = JSON.parse(readFileSync(process.env.SKILLSD_AUDIT_JWKS, 'utf8'));
  const jwk = keys.find(({ kid }) => kid === head.kid);
  assert.ok(jwk && !jwk.d, 'its key is among the public ones');
  const [header, payload, signature] = head.signature.split('.');
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  assert.ok(verify('sha256', Buffer.from(`${header}.${payload}`), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')));
  const said = JSON.parse(Buffer.from(payload, 'base64url'));
  assert.deepEqual([said.sequence, said.chain], [head.sequence, head.chain]);
  assert.equal(new Date(said.sealed_at).getTime(), new Date(head.sealed_at).getTime());
});

test('they are paged, newest first, and offered as CSV', async () => {
  await heads();
  const { json } = await expect(200, 'GET', '/v1/audit/heads?limit=500', { as: 'college' });
  const sequences = json.heads.map(({ sequence }) => sequence);
  assert.deepEqual(sequences, [...sequences].sort((a, b) => b - a));
  const page = await expect(200, 'GET', '/v1/audit/heads?limit=1', { as: 'hr', headers: { accept: 'text/csv' } });
  assert.ok(Number(csv(page.text)[0].sequence) >= sequences[0]);
});

test('nobody else does', async () => {
  await expect(401, 'GET', '/v1/audit/heads');
});
