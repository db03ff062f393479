// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { bearer, folder, load, run, serve, token, until } from '../lib/service.mjs';
import { askSecurely, connect, converse, makeCertificate } from '../lib/tls.mjs';

const get = (target, ...lines) => [`GET ${target} HTTP/1.1`, 'Host: x', ...lines, '', ''].join('\r\n');
const last = (target, ...lines) => get(target, 'Connection: close', ...lines);
const statuses = (text) => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

// A service with a certificate of its own: [service, certificate].
async function serveSecurely(t, changes = {}, options = {}) {
  const certificate = makeCertificate(folder(t), 'first', options);
  return [await serve(t, { ...certificate.settings, ...changes }), certificate];
}

test('TLS 1.2 and 1.3 are spoken, older versions and weak ciphers are not', { timeout: 60_000 }, async (t) => {
  const [service, { ca }] = await serveSecurely(t, {}, { kind: ['rsa:2048'] });
  for (const version of ['TLSv1.2', 'TLSv1.3']) {
    const socket = await connect(service, { ca, minVersion: version, maxVersion: version });
    assert.equal(socket.getProtocol(), version);
    const { text, error } = await converse(socket, last('/live'));
    assert.equal(error, undefined);
    assert.deepEqual(statuses(text), [200]);
    assert.match(text, /^Strict-Transport-Security: max-age=31536000\r$/m);
  }
  const weak = { ca, maxVersion: 'TLSv1.2', ciphers: '' };
  for (const version of ['TLSv1', 'TLSv1.1'])
    await assert.rejects(connect(service, { ca, minVersion: version, maxVersion: version, ciphers: 'DEFAULT:@SECLEVEL=0' }), /protocol|version/i, version);
  for (const ciphers of ['AES128-GCM-SHA256', 'ECDHE-RSA-AES128-SHA256', 'ECDHE-RSA-AES256-SHA', 'AES256-SHA', 'DHE-RSA-AES128-GCM-SHA256'])
    await assert.rejects(connect(service, { ...weak, ciphers: `${ciphers}:@SECLEVEL=0` }), /handshake/i, ciphers);
  for (const ciphers of ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-CHACHA20-POLY1305'])
    (await connect(service, { ...weak, ciphers })).destroy();
});

test('a client may not negotiate again', { timeout: 30_000 }, async (t) => {
  const [service, { ca }] = await serveSecurely(t);
  const socket = await connect(service, { ca, maxVersion: 'TLSv1.2' });
  const failed = await new Promise((resolve) => {
    socket.on('error', resolve);
    socket.renegotiate({}, (error) => resolve(error));
  });
  assert.match(String(failed), /renegotiation/i);
  socket.destroy();
});

test('pipelined requests, a kept connection, bodies in pieces and 100-continue work as they do without TLS', { timeout: 60_000 }, async (t) => {
  const [service, { ca }] = await serveSecurely(t);
  const many = await converse(await connect(service, { ca }), get('/live').repeat(99) + last('/live'));
  assert.deepEqual([statuses(many.text).length, new Set(statuses(many.text))], [100, new Set([200])]);
  const slow = [...last('/live')].flatMap((byte) => [byte, 1]);
  assert.deepEqual(statuses((await converse(await connect(service, { ca }), slow)).text), [200]);

  const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  for (let i = 0; i < 50; i++) assert.equal((await askSecurely(service, i % 2 ? '/live' : '/openapi.json', { ca, agent })).status, 200);
  assert.equal(Object.values(agent.freeSockets).flat().length, 1, 'the connection was not kept');

  const lines = ['POST /v1/activities HTTP/1.1', 'Host: x', 'Content-Type: application/json', 'Content-Length: 4', 'Expect: 100-continue'];
  const first = [...lines, '', ''].join('\r\n');
  const { text } = await converse(await connect(service, { ca }), [get('/live'), 50, first, 100, '{', 20, '"a}', 100, last('/live')]);
  assert.deepEqual(statuses(text), [200, 100, 401, 200]);
});

test('big replies and streams arrive whole, also at a slow reader and over HTTP/1.0', { timeout: 60_000 }, async (t) => {
  const [service, { ca }] = await serveSecurely(t);
  await until('ready', 20, async () => (await askSecurely(service, '/ready', { ca })).status === 200);
  const headers = bearer(token('officer'));
  const contract = await askSecurely(service, '/openapi.yaml', { ca });
  assert.equal(contract.text.length, Number(contract.headers['content-length']));
  const exported = await askSecurely(service, '/v1/record/entries', { ca, headers });
  assert.equal(exported.status, 200);
  assert.equal(exported.headers['transfer-encoding'], 'chunked');
  assert.ok(JSON.parse(exported.text).entries.length > 0);

  const socket = await connect(service, { ca });
  socket.pause();
  socket.write(get('/openapi.json').repeat(60) + last('/openapi.json'));
  await sleep(1000);
  const { text, error } = await converse(socket, [], 30);
  assert.equal(error, undefined);
  assert.equal(statuses(text).length, 61);
  const bodies = text.split(/HTTP\/1\.1 200 OK\r\n[^]*?\r\n\r\n/).slice(1);
  for (const body of bodies) assert.equal(JSON.parse(Buffer.from(body, 'latin1').toString()).openapi, '3.1.0');

  const { host, port } = { host: service.address.split(':')[0], port: service.address.split(':')[1] };
  const old = spawnSync('openssl', ['s_client', '-connect', `${host}:${port}`, '-quiet', '-ign_eof'], {
    input: `GET /v1/record/entries HTTP/1.0\r\nAuthorization: ${headers.authorization}\r\n\r\n`, encoding: 'utf8', timeout: 20_000,
  });
  assert.deepEqual(JSON.parse(old.stdout.slice(old.stdout.indexOf('\r\n\r\n') + 4)), JSON.parse(exported.text));
  assert.doesNotMatch(old.stderr, /unexpected eof/i, 'a whole reply ended like one that is cut');
});

test('a session is resumed with whichever worker comes next', { timeout: 30_000 }, async (t) => {
  const [service, { ca }] = await serveSecurely(t);
  const first = await connect(service, { ca, maxVersion: 'TLSv1.2' });
  const session = first.getSession();
  first.destroy();
  for (let i = 0; i < 10; i++) {
    const again = await connect(service, { ca, maxVersion: 'TLSv1.2', session });
    assert.ok(again.isSessionReused());
    again.destroy();
  }
});

test('a handshake that drips or never comes ends with the time of a request, and connections are counted', { timeout: 60_000 }, async (t) => {
  const [service, { ca }] = await serveSecurely(t, { SKILLSD_REQUEST_SECONDS: '5', SKILLSD_WORKERS: '1', SKILLSD_CONNECTIONS: '5' });
  const [host, port] = service.address.split(':');
  const mute = () => {
    const socket = net.connect(Number(port), host);
    const began = Date.now();
    const closed = new Promise((resolve) => socket.on('error', () => {}).on('close', () => resolve(Date.now() - began)));
    socket.resume();
    return { socket, closed };
  };
  const silent = [mute(), mute(), mute()];
  const dripping = mute();
  const hello = Buffer.from('16030100c8010000c40303' + '00'.repeat(100), 'hex');
  let at = 0;
  const drip = setInterval(() => !dripping.socket.destroyed && dripping.socket.write(hello.subarray(at, ++at)), 100);
  t.after(() => clearInterval(drip));
  await sleep(300);
  assert.equal((await askSecurely(service, '/live', { ca })).status, 200, 'the fifth connection');
  const fifth = await until('a place', 5, () => connect(service, { ca }));
  await assert.rejects(connect(service, { ca }), 'the sixth connection');
  fifth.destroy();
  for (const milliseconds of await Promise.all([...silent, dripping].map(({ closed }) => closed)))
    assert.ok(milliseconds > 4500 && milliseconds < 15_000, `${milliseconds} ms`);
  await until('an answer again', 5, async () => (await askSecurely(service, '/live', { ca })).status === 200);
});

test('a request that stays unfinished is answered 408, an idle connection is closed', { timeout: 30_000 }, async (t) => {
  const [service, { ca }] = await serveSecurely(t, { SKILLSD_REQUEST_SECONDS: '1', SKILLSD_IDLE_SECONDS: '1' });
  const late = await converse(await connect(service, { ca }), 'GET /live HTTP/1.1\r\nHost:');
  assert.deepEqual(statuses(late.text), [408]);
  const idle = await converse(await connect(service, { ca }), get('/live'));
  assert.deepEqual([statuses(idle.text), idle.error], [[200], undefined]);
});

test('plain HTTP at the TLS port is closed, and nothing else suffers', { timeout: 30_000 }, async (t) => {
  const [service, { ca }] = await serveSecurely(t);
  const [host, port] = service.address.split(':');
  for (const bytes of ['GET /live HTTP/1.1\r\nHost: x\r\n\r\n', '\0'.repeat(1000), '\x16\x03\x01'.padEnd(5000, '\xff')]) {
    const { text } = await converse(net.connect(Number(port), host), bytes, 5);
    assert.doesNotMatch(text, /HTTP/);
  }
  assert.equal((await askSecurely(service, '/live', { ca })).status, 200);
  assert.ok(!service.log.some(({ event }) => event === 'child_ended'));
});

test('SIGHUP brings a new certificate under load without one failed request, and a broken one changes nothing', { timeout: 60_000 }, async (t) => {
  const [service, first] = await serveSecurely(t);
  const second = makeCertificate(folder(t), 'second');
  const ca = [first.ca, second.ca];
  const kept = new https.Agent({ keepAlive: true, maxSockets: 4 });
  t.after(() => kept.destroy());
  const traffic = [load(4, () => askSecurely(service, '/live', { ca })), load(4, () => askSecurely(service, '/live', { ca, agent: kept }))];
  await sleep(300);

  writeFileSync(first.certificate, 'no certificate');
  process.kill(service.pid, 'SIGHUP');
  await until('three processes keep the old one', 10, () => service.log.filter(({ event }) => event === 'certificate_kept').length === 3);
  assert.equal((await askSecurely(service, '/live', { ca })).name, 'first');
  const kept_line = service.log.find(({ event }) => event === 'certificate_kept');
  assert.equal(kept_line.level, 'error');
  assert.ok(kept_line.message.includes(first.certificate));

  copyFileSync(second.certificate, first.certificate);
  copyFileSync(second.key, first.key);
  process.kill(service.pid, 'SIGHUP');
  await until('all have read it', 10, () => service.log.filter(({ event }) => event === 'certificate_read').length === 4);
  for (let i = 0; i < 10; i++) assert.equal((await askSecurely(service, '/live', { ca })).name, 'second');
  await sleep(300);
  for (const { replies, errors } of await Promise.all(traffic.map(({ stop }) => stop()))) {
    assert.deepEqual(errors, []);
    assert.ok(replies.length > 20);
    assert.deepEqual([...new Set(replies.map(({ status }) => status))], [200]);
  }
  const [worker] = await service.whole();
  process.kill(worker, 'SIGKILL');
  await until('a worker more', 10, () => service.log.filter(({ event }) => event === 'worker_started').length === 3);
  for (let i = 0; i < 10; i++) assert.equal((await askSecurely(service, '/live', { ca })).name, 'second', 'the worker started since has the old one');
});

test('a stop lets a request in progress finish, and does not wait for connections that only wait', { timeout: 60_000 }, async (t) => {
  const [service, { ca }] = await serveSecurely(t);
  const [host, port] = service.address.split(':');
  const half = await connect(service, { ca });
  half.write(['POST /v1/activities HTTP/1.1', 'Host: x', 'Content-Type: application/json', 'Content-Length: 2', '', '{'].join('\r\n'));
  const idle = converse(await connect(service, { ca }), get('/live'), 5);
  const mute = converse(net.connect(Number(port), host), [], 5);
  await sleep(500);
  service.child.kill('SIGTERM');
  const [waited, silent] = await Promise.all([idle, mute]);
  assert.deepEqual([statuses(waited.text), waited.error], [[200], undefined]);
  assert.deepEqual([silent.text, silent.error], ['', undefined]);
  assert.ok(service.running, 'it did not wait for the request in progress');
  const { text, error } = await converse(half, '}');
  assert.equal(error, undefined);
  assert.deepEqual(statuses(text), [401]);
  assert.match(text, /\r\nConnection: close\r\n/);
  assert.equal((await service.ended).status, 0);
});

test('files that do not serve end the start with a sentence', { timeout: 60_000 }, (t) => {
  const path = folder(t);
  const good = makeCertificate(path, 'good');
  const other = makeCertificate(path, 'other');
  const small = makeCertificate(path, 'small', { kind: ['rsa:1024'] });
  const text = join(path, 'text');
  const locked = join(path, 'locked');
  writeFileSync(text, 'neither certificate nor key\n');
  execFileSync('openssl', ['pkey', '-in', good.key, '-aes256', '-passout', 'pass:secret', '-out', locked]);
  const cases = [
    [{ SKILLSD_TLS_KEY: undefined }, /SKILLSD_TLS_CERTIFICATE and SKILLSD_TLS_KEY belong together/],
    [{ SKILLSD_TLS_CERTIFICATE: '' }, /SKILLSD_TLS_CERTIFICATE and SKILLSD_TLS_KEY belong together/],
    [{ SKILLSD_TLS_CERTIFICATE: join(path, 'none') }, /The certificate .*none cannot be read: No such file/],
    [{ SKILLSD_TLS_KEY: join(path, 'none') }, /The key .*none cannot be read: No such file/],
    [{ SKILLSD_TLS_CERTIFICATE: text }, /no usable certificate in .*text/],
    [{ SKILLSD_TLS_CERTIFICATE: path }, /no usable certificate in/],
    [{ SKILLSD_TLS_KEY: text }, /no usable key, .* in .*text/],
    [{ SKILLSD_TLS_KEY: locked }, /no usable key, or one behind a passphrase, in .*locked/],
    [{ SKILLSD_TLS_KEY: other.key }, /The key .*other\.key does not belong to the certificate .*good\.pem/],
    [small.settings, /no usable certificate in .*small\.pem: ee key too small/],
  ];
  for (const [changes, sentence] of cases) {
    const { status, stderr } = run(['serve'], { ...good.settings, ...changes });
    assert.equal(status, 78, stderr);
    assert.match(stderr, sentence);
  }
});

test('plain HTTP is for this machine alone, unless asked for', { timeout: 60_000 }, async (t) => {
  for (const address of ['0.0.0.0:0', '[::]:0']) {
    const { status, stderr } = run(['serve'], { SKILLSD_LISTEN: address });
    assert.equal(status, 78, stderr);
    assert.match(stderr, /SKILLSD_LISTEN is .* there is no TLS: set SKILLSD_TLS_CERTIFICATE .* SKILLSD_PLAIN_HTTP=1/);
  }
  const { settings } = makeCertificate(folder(t), 'first');
  for (const changes of [{ SKILLSD_LISTEN: 'localhost:0' }, { SKILLSD_LISTEN: '0.0.0.0:0', SKILLSD_PLAIN_HTTP: '1' }, { SKILLSD_LISTEN: '0.0.0.0:0', ...settings }]) {
    const service = await serve(t, changes);
    assert.equal(service.log.find(({ event }) => event === 'listening').scheme, changes.SKILLSD_TLS_KEY ? 'https' : 'http');
    await service.stop();
  }
});
