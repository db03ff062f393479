// SPDX-License-Identifier: MIT
// Tokens of the local signer for any subject, in effect or expired: what `skillsd token` gives for people of the demo only.
import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

// mint('test-surrey-A1', 'record:read') -> a token of an hour; mint(subject, scope, -60) -> one that ended a minute ago.
export function mint(subject, scope, seconds = 3600) {
  const jwk = JSON.parse(readFileSync(process.env.SKILLSD_DEMO_KEY, 'utf8'));
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: process.env.SKILLSD_OIDC_ISSUER, aud: process.env.SKILLSD_OIDC_AUDIENCE, sub: subject, scope, jti: randomUUID(),
    client_id: 'tests', iat: Math.min(now, now + seconds - 1), exp: now + seconds,
  };
  const text = `${encode({ alg: 'ES256', typ: 'at+jwt', kid: jwk.kid })}.${encode(claims)}`;
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}
