// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import net from 'node:net';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, bearer, load, psql, serve, token, until } from '../lib/service.mjs';

const real = new URL(process.env.SKILLSD_DATABASE_URL);

// Stands before the database, and can be taken away and brought back on the same port.
class Proxy {
  sockets = new Set();

  through(url) {
    return Object.assign(new URL(url), { host: `127.0.0.1:${this.port}` }).href;
  }

  async open() {
    this.server = net.createServer((client) => {
      const upstream = net.connect(Number(real.port), real.hostname);
      for (const [one, other] of [[client, upstream], [upstream, client]]) {
        this.sockets.add(one);
        one.pipe(other);
        one.on('error', () => other.destroy()).on('close', () => (this.sockets.delete(one), other.destroy()));
      }
    });
    await new Promise((resolve) => this.server.listen(this.port ?? 0, '127.0.0.1', resolve));
    this.port = this.server.address().port;
    return this;
  }

  async close() {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  // The network swallows everything and says nothing.
  freeze() {
    for (const socket of this.sockets) socket.unpipe().pause();
  }
}

const proxied = async (t) => {
  const proxy = await new Proxy().open();
  t.after(() => proxy.close());
  return proxy;
};

test('without a database it serves: live, not ready with the reason, 503 for requests; and it recovers by itself', { timeout: 60_000 }, async (t) => {
  const proxy = await proxied(t);
  const url = proxy.through(real);
  await proxy.close();
  const officer = bearer(token('officer'));
  const service = await serve(t, { SKILLSD_DATABASE_URL: url });

  assert.equal((await service.ask('/live')).status, 200);
  assert.equal((await service.ask('/metrics')).status, 200);
  const unready = await service.ask('/ready');
  assert.equal(unready.status, 503);
  assert.equal(unready.headers['content-type'], 'application/problem+json');
  assert.match(unready.json.detail, /\w+ .*\.$/, 'the reason is a sentence');
  assert.ok(Number(unready.headers['retry-after']) >= 1);

  const refused = await service.ask('/v1/frameworks', { headers: officer });
  assert.equal(refused.status, 503);
  assert.equal(refused.headers['content-type'], 'application/problem+json');
  assert.equal(refused.json.request_id, refused.headers['x-request-id']);
  assert.doesNotMatch(refused.text, /127\.0\.0\.1|skillsd_service|postgres/i, 'where the database is belongs in the log');
  assert.equal((await service.ask('/v1/frameworks')).status, 401, 'what needs no database is refused as ever');
  assert.ok(service.log.some(({ event }) => event === 'database_absent'));

  await proxy.open();
  await service.ready();
  await until('every worker answers', 10, async () => {
    const replies = await Promise.all(Array.from({ length: 12 }, () => service.ask('/v1/frameworks', { headers: officer })));
    return replies.every(({ status }) => status === 200);
  });
});

test('a database that goes away and comes back under load: one answer each, 503 or 504 meanwhile, right after', { timeout: 90_000 }, async (t) => {
  const proxy = await proxied(t);
  const service = await serve(t, { SKILLSD_DATABASE_URL: proxy.through(real) });
  await service.ready();
  const officer = bearer(token('officer'));
  const mark = `outage ${process.pid} ${Date.now()}`;
  let written = 0;
  const body = () => JSON.stringify({ title: `${mark} ${++written}`, happened_on: '2026-01-05', learned: 'What an outage looks like.' });
  const read = () => service.ask('/v1/frameworks', { headers: officer });
  const write = () => service.ask('/v1/activities', { method: 'POST', headers: { ...officer, 'content-type': 'application/json' }, body: body() });
  const reads = load(6, () => read().finally(() => sleep(5)));
  const writes = load(3, () => write().finally(() => sleep(5)));
  for (let outage = 0; outage < 3; outage++) {
    await sleep(700);
    await proxy.close();
    await sleep(700);
    await proxy.open();
    await until('reads recover', 15, async () => (await read()).status === 200);
  }
  await sleep(500);
  const seen = { reads: await reads.stop(), writes: await writes.stop() };
  for (const [what, { replies, errors }] of Object.entries(seen)) {
    assert.deepEqual(errors, [], `${what} without an answer`);
    const statuses = new Set(replies.map(({ status }) => status));
    const good = what === 'reads' ? 200 : 201;
    assert.deepEqual([...statuses].filter((status) => ![good, 503, 504].includes(status)), [], what);
    assert.ok(statuses.has(good) && statuses.has(503), `${what}: ${[...statuses]}`);
    for (const { headers, json } of replies.filter(({ status }) => status >= 500)) assert.equal(json.request_id, headers['x-request-id']);
  }
  const kept = new Set(psql(process.env.SKILLSD_OWNER_URL, `select title from skills.activity_version where title like '${mark}%'`).split('\n'));
  const lost = seen.writes.replies.filter(({ status }) => status === 201).filter(({ json }) => !kept.has(json.title));
  assert.deepEqual(lost.map(({ json }) => json.title), [], 'acknowledged and not there');
  await until('every connection recovers', 5, async () => (await Promise.all(Array.from({ length: 20 }, read))).every(({ status }) => status === 200));
});

test('a database that falls silent: requests are answered in time, and /live goes on', { timeout: 60_000 }, async (t) => {
  const proxy = await proxied(t);
  const service = await serve(t, { SKILLSD_DATABASE_URL: proxy.through(real) });
  await service.ready();
  const officer = bearer(token('officer'));
  assert.equal((await service.ask('/v1/frameworks', { headers: officer })).status, 200);
  proxy.freeze();
  const waiting = Array.from({ length: 6 }, () => ask(`${service.url}/v1/frameworks`, { headers: officer, seconds: 30 }));
  assert.equal((await service.ask('/live')).status, 200);
  const replies = await Promise.all(waiting);
  assert.deepEqual(replies.map(({ status }) => status).filter((status) => ![503, 504].includes(status)), []);
  await until('new connections are made', 15, async () => (await service.ask('/v1/frameworks', { headers: officer })).status === 200);
});
