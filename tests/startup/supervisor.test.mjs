// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { bearer, folder, load, serve, token, until } from '../lib/service.mjs';

const metric = (text, name) => {
  const values = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)`, 'gm'))];
  assert.ok(values.length > 0, `/metrics has no ${name}`);
  return values.reduce((sum, [, value]) => sum + Number(value), 0);
};

const nameOf = (pid) => readFileSync(`/proc/${pid}/stat`, 'utf8');

const someWorker = async (service) => (await service.whole())[0];

test('a worker killed under load is started anew, nobody is refused and the metrics go on', { timeout: 60_000 }, async (t) => {
  const service = await serve(t);
  await service.ready();
  const officer = bearer(token('officer'));
  const traffic = load(8, () => service.ask('/v1/frameworks', { headers: officer }));
  await sleep(500);
  const before = metric((await service.ask('/metrics')).text, 'skillsd_requests_total');
  const victim = await someWorker(service);
  process.kill(victim, 'SIGKILL');
  await until('three processes again', 20, () => service.workers().length === 3 && !service.workers().includes(victim));
  await sleep(500);
  const { replies, errors } = await traffic.stop();
  assert.deepEqual(errors.filter(({ code }) => code === 'ECONNREFUSED'), []);
  assert.ok(errors.length <= 8, `${errors.length} requests lost: more than were in progress`);
  assert.deepEqual([...new Set(replies.map(({ status }) => status))], [200]);
  const { text } = await service.ask('/metrics');
  assert.ok(metric(text, 'skillsd_requests_total') >= before + 8, 'the requests counted by the dead worker are forgotten');
  assert.equal(metric(text, 'skillsd_worker_restarts_total'), 1);
  assert.ok(service.log.some(({ event, signal }) => event === 'child_ended' && signal === '9'));
});

test('a clerk that is killed is started anew', { timeout: 60_000 }, async (t) => {
  const service = await serve(t);
  const clerk = (await service.whole()).at(-1);
  await until('the clerk', 20, () => service.log.some(({ event }) => event === 'clerk_started'));
  process.kill(clerk, 'SIGKILL');
  await until('a second clerk', 20, () => service.log.filter(({ event }) => event === 'clerk_started').length === 2);
  assert.equal(service.log.find(({ event }) => event === 'child_ended').child, 'clerk');
});

test('a worker that hangs is replaced, and others answer meanwhile', { timeout: 60_000 }, async (t) => {
  const service = await serve(t);
  await service.ready();
  const hung = await someWorker(service);
  process.kill(hung, 'SIGSTOP');
  const began = Date.now();
  await until('it stands still', 5, () => nameOf(hung).includes(') T '));
  const traffic = load(1, () => service.ask('/live').finally(() => sleep(20)));
  await until('the worker is replaced', 30, () => !service.workers().includes(hung) && service.workers().length === 3);
  assert.ok(Date.now() - began < 25_000, `it took ${Date.now() - began} ms`);
  const { replies, errors } = await traffic.stop();
  assert.deepEqual(errors, []);
  assert.ok(replies.length > 50, `only ${replies.length} answered`);
  assert.ok(replies.every(({ status }) => status === 200));
  assert.ok(service.log.some(({ event }) => event === 'worker_hangs'));
});

// A request whose body is not sent yet; finish() sends it and gives the whole reply.
async function halfRequest(service, officer) {
  const [host, port] = service.address.split(':');
  const socket = net.connect(Number(port), host);
  let text = '';
  socket.setEncoding('utf8').on('data', (piece) => (text += piece));
  const closed = new Promise((resolve, reject) => socket.on('close', () => resolve(text)).on('error', reject));
  socket.write(`POST /v1/activities HTTP/1.1\r\nHost: x\r\nAuthorization: ${officer.authorization}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n`);
  await until('it is being read', 10, () => text.includes('100 Continue'));
  text = '';
  socket.write('{');
  return { socket, finish: () => (socket.write('}'), closed), closed: closed.catch(() => text) };
}

test('SIGTERM lets requests in progress finish, refuses new ones and exits 0', { timeout: 60_000 }, async (t) => {
  const service = await serve(t);
  await service.ready();
  const half = await halfRequest(service, bearer(token('officer')));
  service.child.kill('SIGTERM');
  await until('new connections are refused', 20, () => service.ask('/live').then(() => false, ({ code }) => code === 'ECONNREFUSED'));
  assert.ok(service.running, 'it did not wait for the request in progress');
  const reply = await half.finish();
  assert.match(reply, /^HTTP\/1\.1 422 /);
  assert.match(reply, /\r\nConnection: close\r\n/i);
  const { status, signal } = await service.ended;
  assert.deepEqual({ status, signal }, { status: 0, signal: null });
  assert.equal(service.log.at(-1).event, 'stopped');
});

test('a second SIGTERM ends it at once', { timeout: 60_000 }, async (t) => {
  const service = await serve(t);
  await service.ready();
  const half = await halfRequest(service, bearer(token('officer')));
  service.child.kill('SIGTERM');
  await until('stopping', 5, () => service.log.some(({ event }) => event === 'stopping'));
  await sleep(300);
  assert.ok(service.running);
  const began = Date.now();
  service.child.kill('SIGTERM');
  const { status } = await service.ended;
  assert.ok(Date.now() - began < 10_000, `it took ${Date.now() - began} ms`);
  assert.equal(status, 0);
  await half.closed;
});

test('no process outlives a supervisor that is killed', { timeout: 60_000 }, async (t) => {
  const service = await serve(t);
  await service.ready();
  const children = await service.whole();
  service.child.kill('SIGKILL');
  await service.ended;
  const alive = (pid) => {
    try {
      return !/\) Z /.test(nameOf(pid));
    } catch {
      return false;
    }
  };
  await until('the children end', 20, () => !children.some(alive));
});

test('SIGHUP takes a rotated key set, and the old key is worth nothing', { timeout: 60_000 }, async (t) => {
  const place = folder(t);
  const keys = (name) => ({ SKILLSD_DEMO_KEY: join(place, `${name}-key.json`), SKILLSD_JWKS: join(place, `${name}.json`) });
  const old = bearer(token('officer', keys('old')));
  const fresh = bearer(token('officer', keys('fresh')));
  const jwks = join(place, 'jwks.json');
  writeFileSync(jwks, readFileSync(join(place, 'old.json')));
  const service = await serve(t, { SKILLSD_JWKS: jwks, SKILLSD_DEMO: '0', SKILLSD_DEMO_KEY: undefined });
  await service.ready();
  const status = async (headers) => (await service.ask('/v1/frameworks', { headers })).status;
  assert.deepEqual([await status(old), await status(fresh)], [200, 401]);
  writeFileSync(`${jwks}.new`, readFileSync(join(place, 'fresh.json')));
  renameSync(`${jwks}.new`, jwks);
  service.child.kill('SIGHUP');
  // Either worker may answer, so both must have changed.
  await until('the fresh key everywhere', 20, async () => (await Promise.all(Array.from({ length: 12 }, () => status(fresh)))).every((s) => s === 200));
  await until('the old key nowhere', 20, async () => (await Promise.all(Array.from({ length: 12 }, () => status(old)))).every((s) => s === 401));
});
