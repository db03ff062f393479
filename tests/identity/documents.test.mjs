// SPDX-License-Identifier: MIT
// What providers publish, good and bad: only good keys are taken, the last good ones stay, and a bad provider costs little.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { accepted, identified, identityDatabase, keySet, owner, register, status } from '../lib/identity.mjs';
import { Issuer, makeKey } from '../lib/issuer.mjs';
import { until } from '../lib/service.mjs';

const discovery = '/.well-known/openid-configuration';
const settings = identityDatabase();
const issuer = await new Issuer(makeKey()).start();
after(() => issuer.stop());
register(settings, issuer.url, '--organisation', 'dorset');

const json = (value) => ({ body: JSON.stringify(value) });

// What the clerk finds when it asks with these answers in place.
async function foundWith(answers) {
  const before = keySet(settings, issuer.url).tried_at;
  issuer.answers = answers;
  owner(settings, 'update issuer_key_set set due_at = now()');
  owner(settings, 'notify skillsd_keys');
  return until('it was asked', 15, () => {
    const found = keySet(settings, issuer.url);
    return found.tried_at !== before && found;
  });
}

const bad = {
  'a discovery document of another issuer': [{ [discovery]: json({ issuer: 'https://other.example', jwks_uri: `${issuer.url}/jwks` }) }, /another issuer/],
  'an issuer with a slash more': [{ [discovery]: json({ issuer: `${issuer.url}/`, jwks_uri: `${issuer.url}/jwks` }) }, /another issuer/],
  'no issuer at all': [{ [discovery]: json({ jwks_uri: `${issuer.url}/jwks` }) }, /another issuer/],
  'no jwks_uri': [{ [discovery]: json({ issuer: issuer.url }) }, /no jwks_uri/],
  'a jwks_uri over plain http elsewhere': [{ [discovery]: json({ issuer: issuer.url, jwks_uri: 'http://192.0.2.1/jwks' }) }, /may be asked/],
  'a jwks_uri that is a file': [{ [discovery]: json({ issuer: issuer.url, jwks_uri: 'file:///etc/passwd' }) }, /may be asked/],
  'a jwks_uri with a user': [{ [discovery]: json({ issuer: issuer.url, jwks_uri: 'http://127.0.0.1@192.0.2.1/jwks' }) }, /may be asked/],
  'a discovery document that is no JSON': [{ [discovery]: { body: '<html>' } }, /not a JSON object/],
  'a huge discovery document': [{ [discovery]: json({ issuer: issuer.url, filling: 'x'.repeat(300_000) }) }, /longer than 262144/],
  'a redirect': [{ [discovery]: { status: 302, headers: { location: `${issuer.url}/elsewhere` }, body: '' }, '/elsewhere': json({ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` }) }, /answers 302/],
  'an error': [{ [discovery]: { status: 500, body: 'secret details' } }, /^The provider answers 500\.$/],
  'an empty answer': [{ '/jwks': { body: '' } }, /nothing/],
  'a key set without keys': [{ '/jwks': json({ keys: [] }) }, /holds no key/],
  'a key set that is no JSON': [{ '/jwks': { body: '{' } }, /not JSON/],
  'a key set of foreign keys': [{ '/jwks': json({ keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'AAAA', kid: 'a' }, { kty: 'oct', k: 'AAAA', kid: 'b' }] }) }, /holds no key/],
  'a key set of private keys': [{ '/jwks': json({ keys: [{ ...makeKey().private.export({ format: 'jwk' }), kid: 'p' }] }) }, /holds no key/],
  'more keys than an issuer has': [{ '/jwks': json({ keys: Array.from({ length: 70 }, () => makeKey().public) }) }, /more keys than the 64/],
  'a slow provider': [{ [discovery]: () => {} }, /cannot be asked: Timeout/],
};

test('A provider that publishes nonsense keeps the keys it had, and its fault is told', async (t) => {
  const service = await identified(t, settings, issuer.url);
  const token = issuer.token();
  await accepted(service, token);
  const good = keySet(settings, issuer.url).digest;
  for (const [what, [answers, fault]] of Object.entries(bad))
    await t.test(what, async () => {
      const start = Date.now();
      const found = await foundWith(answers);
      assert.match(found.fault ?? '', fault);
      assert.doesNotMatch(found.fault, /secret/);
      assert.equal(found.digest, good);
      assert.equal(await status(service, token), 200);
      assert.ok(Date.now() - start < 12_000);
    });
  issuer.answers = {};
  assert.equal((await foundWith({})).fault, null);
  const faults = service.log.filter(({ event }) => event === 'keys_not_fetched');
  assert.ok(faults.length >= 10 && faults.length <= Object.keys(bad).length, 'each fault is logged once');
  assert.equal(issuer.asked.some(({ path }) => path === '/elsewhere'), false, 'no redirect is followed');
  for (const { headers } of issuer.asked) assert.deepEqual([headers.cookie, headers.authorization, headers.referer], [undefined, undefined, undefined]);
});

test('Of a key set only the public members of usable keys are kept', async (t) => {
  const service = await identified(t, settings, issuer.url);
  const good = issuer.keys[0];
  const mixed = [{ ...good.public, x5c: ['AAAA'], note: 'kept by nobody' }, { ...makeKey().private.export({ format: 'jwk' }), kid: 'private' }, { kty: 'oct', k: 'c2VjcmV0', kid: 'secret' }, makeKey('RS256', 'rsa').public];
  const found = await foundWith({ '/jwks': json({ keys: mixed }) });
  assert.equal(found.fault, null);
  assert.deepEqual(found.jwks.keys.map((key) => key.kid).sort(), [good.kid, 'rsa'].sort());
  for (const key of found.jwks.keys) for (const member of ['d', 'k', 'p', 'x5c', 'note']) assert.equal(member in key, false, member);
  assert.equal(await status(service, issuer.token()), 200);
  issuer.answers = {};
});

test('A provider that is away waits longer from attempt to attempt', async (t) => {
  await identified(t, settings, issuer.url);
  let found;
  for (let attempt = 0; attempt < 3; attempt++) found = await foundWith({ [discovery]: { status: 503, body: 'away' } });
  const wait = (Date.parse(found.due_at) - Date.parse(found.tried_at)) / 1000;
  assert.ok(found.failures >= 3 && wait >= 0.9 * 2 ** found.failures && wait <= 1.1 * 2 ** found.failures, `${wait} s after ${found.failures} failures`);
  issuer.answers = {};
});

test('A service that knows no issuer yet answers 503 and not 401', async (t) => {
  const { serve } = await import('../lib/service.mjs');
  const url = new URL(settings.SKILLSD_DATABASE_URL);
  url.port = '1';
  const service = await serve(t, { ...settings, SKILLSD_DATABASE_URL: url.href });
  assert.equal(await status(service, issuer.token()), 503);
});
