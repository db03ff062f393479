// SPDX-License-Identifier: MIT
// `skillsd issuer`: the first issuer and the first administrator, by the owner of the schema; and a provider over TLS.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import { test } from 'node:test';
import { accepted, identified, identityDatabase, keySet, owner, register } from '../lib/identity.mjs';
import { Issuer, makeKey } from '../lib/issuer.mjs';
import { bearer, folder, run, until } from '../lib/service.mjs';

const settings = identityDatabase();
const url = 'https://login.example/tenant';
const issuer = (...parts) => run(['issuer', ...parts], settings);
const usual = ['--audience', 'skillsd', '--title', 'Test'];

test('What cannot be meant is refused with a sentence and registers nothing', () => {
  const cases = [
    [64, /usage/, []], [64, /usage/, [url]], [64, /usage/, [url, ...usual, '--nonsense']], [64, /usage/, [url, 'https://b.example', ...usual]],
    [64, /--organisation, or --national/, [url, ...usual]],
    [64, /--national issuer/, [url, ...usual, '--organisation', 'kent', '--administrator', 'root']],
    [64, /scope administration/, [url, ...usual, '--national', '--administrator', 'root', '--scopes', 'record:read']],
    [64, /must be https/, ['http://login.example', ...usual, '--national']], [64, /must be https/, [`${url}?a=b`, ...usual, '--national']],
    [64, /must be https/, ['https://a@login.example', ...usual, '--national']], [64, /must be https/, [`${url}/${'x'.repeat(500)}`, ...usual, '--national']],
    [64, /1 to 200/, [url, '--audience', 'skillsd', '--title', '', '--national']],
    [65, /no organisation "atlantis"/, [url, ...usual, '--organisation', 'atlantis']], [65, /no scope "everything"/, [url, ...usual, '--national', '--scopes', 'everything']],
  ];
  for (const [status, sentence, parts] of cases) {
    const result = issuer(...parts);
    assert.equal(result.status, status, `${parts}: ${result.stderr}`);
    assert.match(result.stderr, sentence);
    assert.equal(result.stdout, '');
  }
  assert.equal(owner(settings, 'select count(*) from issuer').trim(), '0');
});

test('An issuer is registered once, with its organisations', () => {
  const id = register(settings, url, '--organisation', 'kent', '--organisation', 'essex');
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.equal(owner(settings, `select string_agg(code, ' ' order by code) from issuer_organisation join organisation using (organisation_id)`).trim(), 'essex kent');
  const again = issuer(url, ...usual, '--national');
  assert.equal(again.status, 65);
  assert.match(again.stderr, /registered already/);
});

test('The first administrator administers the nation', async (t) => {
  const login = await new Issuer(makeKey()).start();
  t.after(() => login.stop());
  register(settings, login.url, '--national', '--administrator', 'root');
  const service = await identified(t, settings, login.url);
  const token = login.token({ claims: { sub: 'root', scope: 'administration' } });
  await accepted(service, token);
  const listed = await service.ask('/v1/issuers', { headers: bearer(token) });
  assert.deepEqual(listed.json.issuers.map((row) => row.url).sort(), [login.url, url].sort());
  const another = await service.ask('/v1/issuers', { headers: bearer(login.token({ claims: { sub: 'somebody', scope: 'administration' } })) });
  assert.equal(another.status, 403);
});

test('A certificate that nobody vouches for is refused, and one of SKILLSD_CA_FILE accepted', async (t) => {
  const place = folder(t);
  const [key, certificate] = [join(place, 'key.pem'), join(place, 'cert.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  const login = new Issuer(makeKey());
  login.server = https.createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, response) => login.answer(request, response));
  await login.start();
  t.after(() => login.stop());
  login.url = `https://localhost:${login.port}`;
  register(settings, login.url, '--organisation', 'kent');

  const first = await identified(t, settings);
  await until('the fault is known', 10, () => /SSL|certificate/.test(keySet(settings, login.url)?.fault));
  await first.stop();
  owner(settings, 'update issuer_key_set set due_at = now()');
  const second = await identified(t, { ...settings, SKILLSD_CA_FILE: certificate }, login.url);
  await accepted(second, login.token());
});
