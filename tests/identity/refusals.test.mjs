// SPDX-License-Identifier: MIT
// Every token that must be refused: 401 with an RFC 6750 challenge that does not say why, and the reason in the log.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accepted, fetched, identityDatabase, register } from '../lib/identity.mjs';
import { Issuer, hmac, makeKey, signed, unsigned } from '../lib/issuer.mjs';
import { bearer, serve, until } from '../lib/service.mjs';

const ec = makeKey('ES256', 'ec');
const rsa = makeKey('RS256', 'rsa');
const stranger = makeKey('ES256', 'ec');
const encrypting = makeKey('ES256', 'encrypting');

// Hooks run in the order of their registration, and a service holds its database.
const cleanup = [];
after(() => Promise.all(cleanup.map((act) => act())));
const settings = identityDatabase({ SKILLSD_WORKERS: '1' });
const issuer = await new Issuer(ec, rsa, { ...encrypting, public: { ...encrypting.public, use: 'enc' } }).start();
const other = await new Issuer(makeKey('ES256', 'other')).start();
after(() => Promise.all([issuer.stop(), other.stop()]));
register(settings, issuer.url, '--organisation', 'dorset');
register(settings, other.url, '--organisation', 'kent', '--audience', 'skillsd-kent');

let service;
before(async () => {
  service = await serve({ after: (act) => cleanup.push(act) }, settings);
  await service.ready();
  await Promise.all([fetched(settings, issuer.url), fetched(settings, other.url)]);
  await accepted(service, issuer.token());
  await accepted(service, other.token({ claims: { aud: 'skillsd-kent' } }));
});

const now = Math.floor(Date.now() / 1000);
const claims = (more) => issuer.claims(more);
const segments = (token) => token.split('.');

const cases = {
  'of an issuer that is not registered': ['issuer', () => issuer.token({ claims: { iss: 'https://stranger.example' } })],
  'of the issuer with a slash more': ['issuer', () => issuer.token({ claims: { iss: `${issuer.url}/` } })],
  'without an issuer': ['issuer', () => issuer.token({ claims: { iss: undefined } })],
  'of one issuer with the key of another': ['no_key', () => issuer.token({ key: other.keys[0] })],
  'of one issuer with the key of another under its own kid': ['signature', () => signed({ ...other.keys[0], kid: 'ec' }, {}, claims())],
  'for the audience of another issuer': ['audience', () => issuer.token({ claims: { aud: 'skillsd-kent' } })],
  'for another audience': ['audience', () => issuer.token({ claims: { aud: 'elsewhere' } })],
  'with an algorithm that is not accepted': ['algorithm', () => issuer.token({ header: { alg: 'PS256' } })],
  'that has expired': ['expired', () => issuer.token({ claims: { exp: now - 1 } })],
  'that is not valid yet': ['not_yet_valid', () => issuer.token({ claims: { nbf: now + 300 } })],
  'issued in the future': ['issued_in_future', () => issuer.token({ claims: { iat: now + 300 } })],
  'without a signature (none)': ['form', () => unsigned({ alg: 'none', typ: 'at+jwt' }, claims())],
  'that says none over a signature': ['algorithm', () => issuer.token({ header: { alg: 'none' } })],
  'signed by HMAC with the public key': ['algorithm', () => hmac(JSON.stringify(ec.public), { alg: 'HS256', kid: 'ec' }, claims())],
  'signed by HMAC that claims to be RSA': ['signature', () => hmac(JSON.stringify(rsa.public), { alg: 'RS256', kid: 'rsa' }, claims())],
  'with an unknown kid': ['no_key', () => issuer.token({ header: { kid: 'nobody' } })],
  'with a critical extension': ['header_crit', () => issuer.token({ header: { crit: ['exp'] } })],
  'with a key in its header': ['header_jwk', () => signed(stranger, { jwk: stranger.public }, claims())],
  'with the address of a key set in its header': ['header_jku', () => issuer.token({ header: { jku: `${other.url}/jwks` } })],
  'that is nested': ['nested', () => issuer.token({ header: { cty: 'JWT' } })],
  'that is too long': ['too_long', () => issuer.token({ claims: { filling: 'x'.repeat(8000) } })],
  'with bad base64url': ['form', () => { const [a, b, c] = segments(issuer.token()); return `${a}.${b}=.${c}`; }],
  'with a payload that is no JSON': ['issuer', () => { const [a, , c] = segments(issuer.token()); return `${a}.${Buffer.from('{"iss":').toString('base64url')}.${c}`; }],
  'with another payload under its signature': ['signature', () => {
    const [a, , c] = segments(issuer.token());
    return `${a}.${Buffer.from(JSON.stringify(claims({ sub: 'somebody else' }))).toString('base64url')}.${c}`;
  }],
  'signed by a stranger under a known kid': ['signature', () => signed(stranger, {}, claims())],
  'with the kid of a key of another type': ['no_key', () => issuer.token({ header: { kid: 'rsa' } })],
  'with a key for encryption': ['no_key', () => issuer.token({ key: encrypting })],
  'of a type that is none of ours': ['type', () => issuer.token({ header: { typ: 'dpop+jwt' } })],
  'with a role that is no text': ['roles', () => issuer.token({ claims: { roles: ['clerk', 7] } })],
  'with more roles than anybody has': ['roles', () => issuer.token({ claims: { roles: Array.from({ length: 51 }, (_, i) => `r${i}`) } })],
};

for (const [what, [reason, make]] of Object.entries(cases))
  test(`A token ${what} is refused`, async () => {
    const seen = service.log.length;
    const reply = await service.ask('/v1/me', { headers: bearer(make()) });
    assert.equal(reply.status, 401, reply.text);
    assert.equal(reply.headers['www-authenticate'], 'Bearer realm="skillsd", error="invalid_token"');
    assert.equal(reply.json.detail, 'The bearer token is not valid here, or no longer.');
    const refusals = await until('it is in the log', 10, () => {
      const lines = service.log.slice(seen).filter(({ event }) => event === 'token_refused');
      return lines.length > 0 && lines;
    });
    assert.deepEqual(refusals.map((line) => line.reason), [reason]);
  });

test('A good token is still accepted', async () => {
  for (const key of [ec, rsa]) assert.equal((await service.ask('/v1/me', { headers: bearer(issuer.token({ key })) })).status, 200);
  assert.equal((await service.ask('/v1/me', { headers: bearer(issuer.token({ claims: { roles: 'clerk' } })) })).status, 200);
});

test('Random kids do not make the clerk hammer the provider', async () => {
  await new Promise((resolve) => setTimeout(resolve, 3500));
  const seen = issuer.asked.length;
  const end = Date.now() + 6000;
  while (Date.now() < end) {
    const kid = Math.random().toString(36);
    assert.equal((await service.ask('/v1/me', { headers: bearer(issuer.token({ header: { kid } })) })).status, 401);
  }
  const documents = issuer.asked.slice(seen).filter(({ path }) => path === '/jwks').length;
  assert.ok(documents >= 1 && documents <= 3, `${documents} key sets in six seconds`);
});
