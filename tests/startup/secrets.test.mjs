// SPDX-License-Identifier: MIT
// No secret in the process list, in a core dump or in the log, whatever is asked.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { bearer, folder, run, serve, token, until } from '../lib/service.mjs';
import { makeCertificate } from '../lib/tls.mjs';

const processes = (service) => [service.pid, ...service.workers()];
const passwordOf = (url) => decodeURIComponent(new URL(url).password);

test('the process list shows no secret, and no process may dump its core', { timeout: 60_000 }, async (t) => {
  const service = await serve(t);
  await service.ready();
  await service.whole();
  for (const pid of processes(service)) {
    assert.equal(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().split(' ').slice(1).join(' '), 'serve');
    assert.match(readFileSync(`/proc/${pid}/comm`, 'utf8'), /^skillsd$/m);
    assert.match(readFileSync(`/proc/${pid}/limits`, 'utf8'), /^Max core file size +0 +0 /m);
  }
});

test('the log holds neither token nor password, after good requests and bad ones', { timeout: 60_000 }, async (t) => {
  const service = await serve(t, { SKILLSD_LOG_LEVEL: 'debug' });
  await service.ready();
  const good = token('officer');
  const [header, claims, signature] = good.split('.');
  const tampered = `${header}.${claims}.${signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}`;
  const text = 'a private thought that nobody logs';
  const asked = [
    ['/v1/me', { headers: bearer(good) }, 200],
    ['/v1/frameworks', { headers: bearer(good) }, 200],
    ['/v1/me', { headers: bearer(tampered) }, 401],
    ['/v1/me', { headers: { authorization: `Basic ${good}` } }, 401],
    ['/v1/me', { headers: { authorization: `${good}` } }, 401],
    [`/v1/me?access_token=${good}`, { headers: bearer(good) }, 400],
    [`/v1/frameworks/${good}`, { headers: bearer(good) }, 400],
    [`/${good}`, {}, 404],
    ['/v1/activities', { method: 'POST', headers: { ...bearer(good), 'content-type': 'application/json' }, body: JSON.stringify({ title: text }) }, 422],
    ['/v1/activities', { method: 'POST', headers: { ...bearer(good), 'content-type': 'application/json' }, body: `{"title": "${text}` }, 400],
    ['/live', { headers: { 'x-request-id': `${good}` } }, 200],
  ];
  for (const [target, options, status] of asked) assert.equal((await service.ask(target, options)).status, status, target.slice(0, 40));
  process.kill(service.pid, 'SIGHUP');
  const { stderr, stdout } = await service.stop();
  const all = stdout + stderr;
  assert.ok(service.log.filter(({ event }) => event === 'request').length >= asked.length);
  for (const secret of [good, signature, claims, text, passwordOf(process.env.SKILLSD_DATABASE_URL), passwordOf(process.env.SKILLSD_OWNER_URL)])
    assert.ok(!all.includes(secret), `the log holds ${secret.slice(0, 12)}...`);
});

test('a database that refuses the password does not bring it into the log', { timeout: 60_000 }, async (t) => {
  const url = new URL(process.env.SKILLSD_DATABASE_URL);
  url.password = 'wrong-but-secret-0451';
  const service = await serve(t, { SKILLSD_DATABASE_URL: url.href, SKILLSD_LOG_LEVEL: 'debug' });
  await until('it is said', 20, () => service.log.some(({ reason }) => /password authentication failed/.test(reason ?? '')));
  assert.equal((await service.ask('/ready')).status, 503);
  const { stderr, stdout } = await service.stop();
  assert.ok(!(stdout + stderr).includes('wrong-but-secret-0451'));
});

test('a private key that cannot be used is not printed', (t) => {
  const { key, settings } = makeCertificate(folder(t), 'first');
  const { status, stderr } = run(['serve'], { ...settings, SKILLSD_TLS_CERTIFICATE: key });
  assert.equal(status, 78);
  for (const line of readFileSync(key, 'utf8').split('\n').filter((line) => line && !line.startsWith('-'))) assert.ok(!stderr.includes(line));
});
