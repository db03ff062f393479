// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import http from 'node:http';
import test from 'node:test';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { bearer, run, serve, token, until } from '../lib/service.mjs';

const limits = (address, principal, more = {}) => ({ SKILLSD_RATE_ADDRESS: String(address), SKILLSD_RATE_PRINCIPAL: String(principal), ...more });

// Nothing is at this path: the address is counted, and no database is asked.
const nowhere = '/nowhere';

// Asks `count` times, `width` at once, each on a connection of its own, so that many workers accept them. Gives the replies and the seconds that it took.
async function burst(service, target, options, count, width = 40) {
  const agent = new http.Agent({ maxSockets: width });
  const began = Date.now();
  const replies = await Promise.all(Array.from({ length: count }, () => service.ask(target, { ...options, agent })));
  agent.destroy();
  return { replies, seconds: (Date.now() - began) / 1000 };
}

const countOf = (replies, status) => replies.filter((reply) => reply.status === status).length;

// The quota of a minute passes, and what came back while it was asked for.
function assertPassed(passed, quota, seconds) {
  assert.ok(passed >= quota && passed <= quota + 1 + (quota * seconds) / 60, `${passed} passed of a quota of ${quota} in ${seconds} s`);
}

const left = (reply) =>
  Object.fromEntries([...(reply.headers.ratelimit ?? '').matchAll(/"(\w+)";r=(\d+);t=(\d+)/g)].map(([, name, r, t]) => [name, { r: Number(r), t: Number(t) }]));

function assertLimited(reply, policy) {
  assert.equal(reply.status, 429, reply.text);
  assert.equal(reply.headers['content-type'], 'application/problem+json');
  assert.equal(reply.json.type, '/problems#rate_limited');
  assert.equal(reply.json.request_id, reply.headers['x-request-id']);
  assert.deepEqual(reply.json.errors.map(({ pointer, code }) => [pointer, code]), [['', policy]]);
  assert.equal(left(reply)[policy].r, 0);
  assert.ok(Number(reply.headers['retry-after']) >= left(reply)[policy].t && left(reply)[policy].t >= 1, 'Retry-After comes before the end of the window');
}

const counter = async (service, name) => Number((await service.ask('/metrics')).text.match(new RegExp(`^${name} (\\d+)$`, 'm'))[1]);

for (const workers of [1, 8]) {
  test(`a principal has the quota of a minute, with ${workers} worker(s)`, { timeout: 60_000 }, async (t) => {
    const service = await serve(t, limits(0, 120, { SKILLSD_WORKERS: String(workers) }));
    await service.ready();
    const asked = () => service.log.filter(({ event, operation }) => event === 'request' && operation === 'list_frameworks');
    // Of several workers one may take every connection, so it is asked until another one has taken some.
    const began = Date.now(), replies = [];
    await until(`${Math.min(workers, 2)} workers have answered`, 30, async () => {
      replies.push(...(await burst(service, '/v1/frameworks', { headers: bearer(token('officer')) }, 400)).replies);
      await until('all are in the log', 20, () => asked().length === replies.length);
      return new Set(asked().map(({ process }) => process)).size >= Math.min(workers, 2);
    });
    const passed = countOf(replies, 200);
    assertPassed(passed, 120, (Date.now() - began) / 1000);
    assert.equal(passed + countOf(replies, 429), replies.length);
    for (const reply of replies.filter(({ status }) => status === 429)) assertLimited(reply, 'principal');
    assert.equal(asked().filter(({ problem }) => problem === 'rate_limited').length, replies.length - passed);
    assert.equal(await counter(service, 'skillsd_rate_limited_total'), replies.length - passed);
    assert.equal((await service.ask('/v1/frameworks', { headers: bearer(token('hr')) })).status, 200, 'another principal is limited too');
  });

  test(`an address has the quota of a minute, with ${workers} worker(s)`, { timeout: 60_000 }, async (t) => {
    const service = await serve(t, limits(120, 0, { SKILLSD_WORKERS: String(workers) }));
    const { replies, seconds } = await burst(service, nowhere, {}, 400);
    assertPassed(countOf(replies, 404), 120, seconds);
    assert.equal(countOf(replies, 404) + countOf(replies, 429), 400);
    for (const reply of replies.filter(({ status }) => status === 429)) assertLimited(reply, 'address');
    assert.equal((await service.ask(nowhere, { localAddress: '127.0.0.2' })).status, 404, 'another address is limited too');
  });
}

test('a worker that is started anew finds the buckets as they were', { timeout: 60_000 }, async (t) => {
  const service = await serve(t, limits(2, 0, { SKILLSD_WORKERS: '1' })); // one comes back in half a minute
  await burst(service, nowhere, {}, 10);
  const [victim] = await service.whole();
  process.kill(victim, 'SIGKILL');
  await until('another worker', 20, () => service.workers().length === 2 && !service.workers().includes(victim));
  assertLimited(await service.ask(nowhere), 'address');
});

test('the fields count down, and say when there is more', { timeout: 60_000 }, async (t) => {
  const service = await serve(t, limits(60, 30));
  await service.ready();
  const officer = { headers: bearer(token('officer')) };
  const began = Date.now();
  const seen = [];
  for (let i = 0; i < 5; i++) seen.push(await service.ask('/v1/frameworks', officer));
  const back = (Date.now() - began) / 1000 + 1;
  for (const reply of seen) assert.equal(reply.headers['ratelimit-policy'], '"address";q=60;w=60, "principal";q=30;w=60');
  assert.match(seen[0].headers.ratelimit, /^"address";r=59;t=1, "principal";r=29;t=2$/);
  const last = left(seen.at(-1));
  assert.ok(last.address.r >= 55 && last.address.r <= 55 + back, seen.at(-1).headers.ratelimit);
  assert.ok(last.principal.r >= 25 && last.principal.r <= 25 + back / 2, seen.at(-1).headers.ratelimit);
  const { replies } = await burst(service, '/v1/frameworks', officer, 40);
  const limited = replies.find(({ status }) => status === 429);
  assertLimited(limited, 'principal');
  assert.ok(left(limited).address.r > 0);
  await sleep(Number(limited.headers['retry-after']) * 1000);
  assert.equal((await service.ask('/v1/frameworks', officer)).status, 200, 'Retry-After was too short');
});

test('every reply says how it stands, whatever it is', { timeout: 60_000 }, async (t) => {
  const service = await serve(t, limits(1000, 1000));
  await service.ready();
  const officer = bearer(token('officer'));
  const { headers: contract } = await service.ask('/openapi.json');
  const stranger = bearer(run(['token', '--as', 'officer', '--scope', 'nothing']).stdout.trim());
  const cases = [
    [200, 'address', '/openapi.json', {}],
    [304, 'address', '/openapi.json', { headers: { 'if-none-match': contract.etag } }],
    [204, 'address', '/v1/me', { method: 'OPTIONS' }],
    [404, 'address', nowhere, {}],
    [405, 'address', '/v1/me', { method: 'DELETE' }],
    [401, 'address', '/v1/me', {}],
    [401, 'address', '/v1/me', { headers: bearer('a.b.c') }],
    [200, 'address,principal', '/v1/me', { headers: officer }],
    [200, 'address,principal', '/v1/me', { headers: officer, method: 'HEAD' }],
    [403, 'address,principal', '/v1/activities', { headers: stranger }],
    [406, 'address,principal', '/v1/me', { headers: { ...officer, accept: 'image/png' } }],
    [400, 'address,principal', '/v1/frameworks?limit=x', { headers: officer }],
    [200, 'address,principal', '/v1/record/entries', { headers: officer }],
  ];
  for (const [status, policies, target, options] of cases) {
    const reply = await service.ask(target, options);
    assert.equal(reply.status, status, `${target}: ${reply.text}`);
    assert.equal(Object.keys(left(reply)).join(), policies, `${options.method ?? 'GET'} ${target} ${status}`);
    assert.equal([...(reply.headers['ratelimit-policy'] ?? '').matchAll(/"(\w+)";q=1000;w=60/g)].map(([, name]) => name).join(), policies);
  }
});

test('what the platform asks for is never limited', { timeout: 60_000 }, async (t) => {
  const service = await serve(t, limits(2, 2, { SKILLSD_WORKERS: '1' })); // whose word for it that it is ready counts
  await service.ready();
  await burst(service, nowhere, {}, 10);
  for (let i = 0; i < 10; i++)
    for (const target of ['/live', '/ready', '/metrics']) {
      const reply = await service.ask(target);
      assert.equal(reply.status, 200, target);
      assert.equal(reply.headers.ratelimit, undefined);
      assert.equal(reply.headers['ratelimit-policy'], undefined);
    }
  assertLimited(await service.ask('/openapi.json'), 'address');
});

test('guessing tokens ends in 429 before a signature is looked at', { timeout: 60_000 }, async (t) => {
  const service = await serve(t, limits(200, 100));
  await service.ready();
  const officer = token('officer');
  const forged = officer.slice(0, -1) + (officer.endsWith('A') ? 'Q' : 'A');
  assert.equal(left(await service.ask('/v1/me')).address.r, 199, 'a request without a token costs more than one');
  const { replies, seconds } = await burst(service, '/v1/me', { headers: bearer(forged) }, 200);
  const guessed = countOf(replies, 401);
  assert.ok(guessed >= 20 && guessed <= 22 + (seconds * 200) / 600, `${guessed} tokens were looked at in ${seconds} s`);
  assert.equal(countOf(replies, 429), 200 - guessed);
  for (const reply of replies.filter(({ status }) => status === 429)) assertLimited(reply, 'address');
  const refused = await until('all are in the log', 20, () => {
    const lines = service.log.filter(({ event }) => event === 'token_refused');
    return lines.length === guessed && lines;
  });
  assert.deepEqual([...new Set(refused.map(({ reason }) => reason))], ['signature']);
  assert.equal(await counter(service, 'skillsd_token_refused_total'), guessed + 1);
  assertLimited(await service.ask('/v1/me', { headers: bearer(officer) }), 'address');
  assert.equal((await service.ask('/v1/me', { headers: bearer(officer), localAddress: '127.0.0.3' })).status, 200);
});

test('behind a proxy the last address forwarded counts, and nowhere else', { timeout: 60_000 }, async (t) => {
  const behind = await serve(t, limits(3, 0, { SKILLSD_FORWARDED: '1' }));
  const from = (service, forwarded) => service.ask(nowhere, { headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } });
  const statuses = async (service, forwarded) => {
    const seen = [];
    for (let i = 0; i < 4; i++) seen.push((await from(service, forwarded)).status);
    return seen;
  };
  const limited = [404, 404, 404, 429];
  assert.deepEqual(await statuses(behind, '192.0.2.1'), limited);
  assert.deepEqual(await statuses(behind, '192.0.2.2'), limited);
  assert.equal((await from(behind, '198.51.100.9, 192.0.2.1')).status, 429, 'another than the last element counts');
  assert.equal((await from(behind, '192.0.2.1, 198.51.100.9')).status, 404);
  assert.equal((await from(behind, ['192.0.2.3', '192.0.2.2'])).status, 429, 'the last of two fields does not count');
  assert.deepEqual(await statuses(behind, '2001:db8:0:1::1'), limited);
  assert.equal((await from(behind, '2001:db8:0:1:ffff::9')).status, 429, 'an IPv6 address counts for itself only');
  assert.equal((await from(behind, '2001:db8:0:2::1')).status, 404);
  assert.deepEqual(await statuses(behind, 'unknown'), limited);
  assert.equal((await from(behind)).status, 429, 'what is malformed does not count for the peer');
  const direct = await serve(t, limits(3, 0));
  const seen = [];
  for (let i = 0; i < 4; i++) seen.push((await from(direct, `192.0.2.${i}`)).status);
  assert.deepEqual(seen, limited, 'a client names its own address');
});

const hasIpv6 = Object.values(networkInterfaces()).flat().some(({ address }) => address === '::1');

test('an IPv6 address is limited as any other', { timeout: 60_000, skip: !hasIpv6 && 'this machine has no ::1' }, async (t) => {
  const service = await serve(t, limits(12, 0, { SKILLSD_LISTEN: '[::1]:0' }));
  const { replies, seconds } = await burst(service, nowhere, {}, 50);
  assertPassed(countOf(replies, 404), 12, seconds);
});

test('a limit of 0 is none, and says nothing', { timeout: 60_000 }, async (t) => {
  const officer = { headers: bearer(token('officer')) };
  const off = await serve(t, limits(0, 0));
  await off.ready();
  const { replies } = await burst(off, '/v1/me', officer, 100);
  assert.equal(countOf(replies, 200), 100);
  for (const reply of replies) assert.ok(!('ratelimit' in reply.headers) && !('ratelimit-policy' in reply.headers));
  const half = await serve(t, limits(0, 50));
  await half.ready();
  assert.equal((await half.ask('/v1/me', officer)).headers['ratelimit-policy'], '"principal";q=50;w=60');
  assert.ok(!('ratelimit' in (await half.ask(nowhere)).headers));
});

test('the log of a limited request does not say whose it was', { timeout: 60_000 }, async (t) => {
  const service = await serve(t, limits(1, 0, { SKILLSD_FORWARDED: '1' }));
  for (let i = 0; i < 3; i++) await service.ask(nowhere, { headers: { 'x-forwarded-for': '198.51.100.77' } });
  await until('two in the log', 10, () => service.log.filter(({ problem }) => problem === 'rate_limited').length === 2);
  assert.ok(!service.out.stderr.includes('198.51.100.77'));
});
