// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { bearer, folder, run, serve, token } from '../lib/service.mjs';

const claims = (jwt) => JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));

test('without SKILLSD_DEMO=1 no token is made, nor a key, nor people', (t) => {
  const key = join(folder(t), 'key.json');
  for (const demo of ['0', undefined])
    for (const parts of [['token', '--as', 'officer'], ['demo', '--people', '1']]) {
      const { status, stdout, stderr } = run(parts, { SKILLSD_DEMO: demo, SKILLSD_DEMO_KEY: key });
      assert.equal(status, 77, parts[0]);
      assert.equal(stdout, '');
      assert.match(stderr, /SKILLSD_DEMO=1/);
    }
  assert.equal(existsSync(key), false);
});

test('a token names issuer, audience and scope, and ends within the time asked for', () => {
  const officer = claims(token('officer'));
  assert.equal(officer.iss, process.env.SKILLSD_OIDC_ISSUER);
  assert.equal([officer.aud].flat()[0], process.env.SKILLSD_OIDC_AUDIENCE);
  assert.ok(officer.sub);
  const short = claims(run(['token', '--as', 'college', '--seconds', '60', '--scope', 'a b']).stdout.trim());
  assert.equal(short.scope, 'a b');
  assert.equal(short.exp - short.iat, 60);
});

test('roles and numbers that do not exist are refused', () => {
  for (const parts of [['--as', 'king'], ['--as', 'officer', '--person', 'x'], ['--as', 'officer', '--seconds', '0'], ['--as', 'officer', '--seconds', '86401'], ['--as', 'officer', 'x']])
    assert.equal(run(['token', ...parts]).status, 64, parts.join(' '));
  const nobody = run(['token', '--as', 'officer', '--person', '00000000-0000-4000-8000-000000000000']);
  assert.notEqual(nobody.status, 0);
  assert.equal(nobody.stdout, '');
});

test('the key that the signer makes is readable by its owner only', (t) => {
  const place = folder(t);
  const settings = { SKILLSD_DEMO_KEY: join(place, 'key.json'), SKILLSD_JWKS: join(place, 'jwks.json') };
  token('officer', settings);
  assert.equal(statSync(settings.SKILLSD_DEMO_KEY).mode & 0o777, 0o600);
});

test('a service in demo mode says so loudly, and another says nothing', { timeout: 60_000 }, async (t) => {
  const loud = await serve(t);
  assert.match(loud.out.stderr, /\*{20,}/);
  assert.match(loud.out.stderr, /must not face the public/);
  assert.ok(loud.log.some(({ event, level }) => event === 'demo' && level === 'warning'));
  const quiet = await serve(t, { SKILLSD_DEMO: '0' });
  assert.doesNotMatch(quiet.out.stderr, /\*{20,}/);
  assert.ok(!quiet.log.some(({ event }) => event === 'demo'));
});

test('a token of another key, audience or issuer opens nothing', { timeout: 60_000 }, async (t) => {
  const service = await serve(t);
  await service.ready();
  const place = folder(t);
  const other = { SKILLSD_DEMO_KEY: join(place, 'key.json'), SKILLSD_JWKS: join(place, 'jwks.json') };
  const status = async (jwt) => (await service.ask('/v1/frameworks', { headers: bearer(jwt) })).status;
  assert.equal(await status(token('officer')), 200);
  assert.equal(await status(token('officer', other)), 401);
  assert.equal(await status(token('officer', { SKILLSD_OIDC_AUDIENCE: 'another' })), 401);
  assert.equal(await status(token('college').replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'))), 401);
});
