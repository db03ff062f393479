// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { token } from '../../lib/client.mjs';
import { checkProblem, exchange, head, refused } from '../../lib/raw.mjs';

const get = (target, ...lines) => head(`GET ${target} HTTP/1.1`, 'Host: x', ...lines);
const last = (target, ...lines) => get(target, 'Connection: close', ...lines);
const authorization = `Authorization: Bearer ${token('officer')}`;
const post = (...lines) => ['POST /v1/activities HTTP/1.1', 'Host: x', authorization, 'Content-Type: application/json', ...lines];

test('pipelined requests are answered in their order', async () => {
  const targets = ['/live', '/v1/frameworks', '/nowhere', '/live', '/v1/frameworks?limit=1', '/openapi.json', '/live', '/v1/frameworks'];
  const requests = targets.map((target, i) => get(target, authorization, `X-Request-Id: pipe-${i}`, ...(i === targets.length - 1 ? ['Connection: close'] : [])));
  const replies = await exchange(requests.join(''));
  assert.deepEqual(replies.map(({ headers }) => headers['x-request-id']), targets.map((_, i) => `pipe-${i}`));
  assert.deepEqual(replies.map(({ status }) => status), [200, 200, 404, 200, 200, 200, 200, 200]);
});

test('a hundred in one piece, and one request a byte at a time', async () => {
  const many = await exchange(get('/live').repeat(99) + last('/live'));
  assert.deepEqual([many.length, new Set(many.map(({ status }) => status))], [100, new Set([200])]);
  const bytes = [...last('/live')].flatMap((byte) => [byte, 1]);
  assert.deepEqual((await exchange(bytes)).map(({ status }) => status), [200]);
});

const smuggled = get('/live');
const smuggling = {
  'both lengths': [400, head(...post('Content-Length: 6', 'Transfer-Encoding: chunked')) + '0\r\n\r\n' + smuggled],
  'both lengths, the other way round': [400, head(...post('Transfer-Encoding: chunked', 'Content-Length: 6')) + '0\r\n\r\n' + smuggled],
  'two lengths': [400, head(...post('Content-Length: 2', 'Content-Length: 40')) + '{}' + smuggled],
  'the same length twice': [400, head(...post('Content-Length: 2', 'Content-Length: 2')) + '{}' + smuggled],
  'a list of lengths': [400, head(...post('Content-Length: 2, 2')) + '{}' + smuggled],
  'a signed length': [400, head(...post('Content-Length: +2')) + '{}' + smuggled],
  'a negative length': [400, head(...post('Content-Length: -2')) + '{}' + smuggled],
  'a hexadecimal length': [400, head(...post('Content-Length: 0x2')) + '{}' + smuggled],
  'an empty length': [400, head(...post('Content-Length:')) + '{}' + smuggled],
  'a length beyond 64 bits': [400, head(...post('Content-Length: 18446744073709551618')) + '{}' + smuggled],
  'another transfer coding': [501, head(...post('Transfer-Encoding: gzip, chunked')) + '0\r\n\r\n' + smuggled],
  'chunked not last': [501, head(...post('Transfer-Encoding: chunked, identity')) + '0\r\n\r\n' + smuggled],
  'chunked in disguise': [501, head(...post('Transfer-Encoding: xchunked')) + '0\r\n\r\n' + smuggled],
  'transfer encoding twice': [400, head(...post('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')) + '0\r\n\r\n' + smuggled],
  'a space before the colon': [400, head(...post('Transfer-Encoding : chunked')) + '0\r\n\r\n' + smuggled],
  'a folded line': [400, head(...post('X-A: b', ' Transfer-Encoding: chunked')) + '0\r\n\r\n' + smuggled],
  'a control character in a name': [400, head(...post('Transfer-Encoding\x0b: chunked')) + '0\r\n\r\n' + smuggled],
  'a bare line feed': [400, post('Content-Length: 0').join('\n') + '\n\n' + smuggled],
  'a carriage return in a value': [400, head(...post('X-A: b\rTransfer-Encoding: chunked')) + '0\r\n\r\n' + smuggled],
  'a NUL in a value': [400, head(...post('X-A: b\0c', 'Content-Length: 0')) + smuggled],
  'chunks in HTTP/1.0': [400, head('POST /v1/activities HTTP/1.0', 'Transfer-Encoding: chunked') + '0\r\n\r\n' + smuggled],
};

for (const [what, [status, bytes]] of Object.entries(smuggling)) test(`smuggling is refused and the connection closed: ${what}`, () => refused(status, bytes));

const chunked = (body) => head(...post('Transfer-Encoding: chunked')) + body + smuggled;
const badChunks = {
  'no size': '\r\n{}\r\n0\r\n\r\n',
  'a size that is no number': 'zz\r\n{}\r\n0\r\n\r\n',
  'a signed size': '+2\r\n{}\r\n0\r\n\r\n',
  'a prefixed size': '0x2\r\n{}\r\n0\r\n\r\n',
  'a size beyond 64 bits': '10000000000000002\r\n{}\r\n0\r\n\r\n',
  'data longer than the size': '1\r\n{}\r\n0\r\n\r\n',
  'a bare line feed behind the size': '2\n{}\r\n0\r\n\r\n',
  'a trailer without a colon': '2\r\n{}\r\n0\r\ntrailer\r\n\r\n',
};

for (const [what, body] of Object.entries(badChunks)) test(`a bad chunk is refused: ${what}`, () => refused(400, chunked(body)));

test('good chunks are one body, and the next request is read behind them', async () => {
  const replies = await exchange(head(...post('Transfer-Encoding: chunked')) + '1;name=value\r\n{\r\n00001\r\n}\r\n0\r\nX-Trailer: x\r\n\r\n' + last('/live'));
  assert.deepEqual(replies.map(({ status }) => status), [422, 200]);
});

test('what is too long has its own status, and is refused before it is read whole', async () => {
  await refused(414, [`GET /${'a'.repeat(20_000)} HTTP/1.1\r\n`]);
  await refused(431, [`GET /live HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`]);
  await refused(431, [`GET /live HTTP/1.1\r\nHost: x\r\n${'X-A: b\r\n'.repeat(1500)}\r\n`]);
  await refused(413, head(...post('Content-Length: 1048577')));
  await refused(413, head(...post('Content-Length: 1048577', 'Expect: 100-continue')));
  await refused(413, head(...post('Transfer-Encoding: chunked')) + '100001\r\n');
  const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`;
  await refused(413, [head(...post('Transfer-Encoding: chunked')), ...Array.from({ length: 65 }, () => chunk)]);
});

test('a body of exactly the limit is read', async () => {
  const [reply] = await exchange([head(...post('Content-Length: 1048576', 'Connection: close')), ' '.repeat(1048574), '{}']);
  assert.equal(reply.status, 422);
});

test('a client that asks whether to go on is told to', async () => {
  const replies = await exchange([head(...post('Content-Length: 2', 'Expect: 100-continue', 'Connection: close')), 200, '{}']);
  assert.deepEqual(replies.map(({ status }) => status), [100, 422]);
  await refused(417, head(...post('Content-Length: 2', 'Expect: tea')));
});

test('the Host field is required once, and is a host', async () => {
  await refused(400, head('GET /live HTTP/1.1'));
  await refused(400, head('GET /live HTTP/1.1', 'Host: a', 'Host: a'));
  await refused(400, head('GET /live HTTP/1.1', 'Host: a b'));
  await refused(400, head('GET /live HTTP/1.1', 'Host: a/b'));
});

test('a request line that is not one is refused', async () => {
  for (const line of ['GET /live', 'GET  /live HTTP/1.1', 'GET /live HTTP/1.1 ', ' GET /live HTTP/1.1', 'G(T /live HTTP/1.1', 'GET live HTTP/1.1', 'GET /li\tve HTTP/1.1', 'GET /l\xefve HTTP/1.1', 'GET /live#part HTTP/1.1', 'GET /live http/1.1', 'GET /live HTTP/1.10', 'GET http:///live HTTP/1.1'])
    await refused(400, head(line, 'Host: x'));
  for (const version of ['HTTP/2.0', 'HTTP/0.9', 'HTTP/1.2']) await refused(505, head(`GET /live ${version}`, 'Host: x'));
  await refused(400, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n');
});

test('an absolute target is its path', async () => {
  const [reply] = await exchange(head('GET http://elsewhere.example/live HTTP/1.1', 'Host: x', 'Connection: close'));
  assert.equal(reply.status, 200);
});

test('HTTP/1.0 needs no Host, and its connection is closed after the reply', async () => {
  const replies = await exchange(head('GET /live HTTP/1.0') + head('GET /live HTTP/1.0'));
  assert.deepEqual(replies.map(({ status, headers }) => [status, headers.connection]), [[200, 'close']]);
});

test('HEAD gives the fields of GET and no body', async () => {
  const changing = ['date', 'x-request-id'];
  const fixed = ({ status, headers }) => [status, Object.entries(headers).filter(([name]) => !changing.includes(name)).sort()];
  for (const target of ['/live', '/openapi.json', '/openapi.yaml', '/v1/frameworks', '/v1/frameworks?limit=1', '/nowhere', '/v1/frameworks?x=1']) {
    const methods = ['GET', 'HEAD', 'GET'];
    const requests = methods.map((method, i) => head(`${method} ${target} HTTP/1.1`, 'Host: x', authorization, 'X-Request-Id: same', ...(i === 2 ? ['Connection: close'] : [])));
    const [full, empty, again] = await exchange(requests.join(''), { methods });
    assert.deepEqual(fixed(empty), fixed(full), target);
    assert.equal(empty.body, '');
    assert.equal(Number(empty.headers['content-length']), Buffer.byteLength(full.body));
    assert.equal(again.body, full.body);
  }
});

test('OPTIONS tells the methods of a path to everyone', async () => {
  const allowed = { '/v1/frameworks': 'GET, HEAD, OPTIONS', '/v1/activities': 'POST, GET, HEAD, OPTIONS', '/live': 'GET, HEAD, OPTIONS' };
  for (const [target, methods] of Object.entries(allowed)) {
    const [reply] = await exchange(head(`OPTIONS ${target} HTTP/1.1`, 'Host: x', 'Connection: close'));
    assert.equal(reply.status, 204);
    assert.deepEqual(reply.headers.allow.split(', ').sort(), methods.split(', ').sort());
    assert.equal(reply.headers['content-length'], undefined);
  }
  const [star] = await exchange(head('OPTIONS * HTTP/1.1', 'Host: x', 'Connection: close'));
  assert.equal(star.status, 204);
  const [nowhere] = await exchange(head('OPTIONS /nowhere HTTP/1.1', 'Host: x', 'Connection: close'));
  checkProblem(nowhere, 404);
});

test('another method is 405 and Allow names those that there are', async () => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'get']) {
    const [reply] = await exchange(head(`${method} /v1/frameworks HTTP/1.1`, 'Host: x', 'Content-Length: 0', 'Connection: close'));
    checkProblem(reply, 405);
    assert.equal(reply.headers.allow, 'GET, HEAD, OPTIONS');
  }
});

test('paths that are nearly right are 404', async () => {
  for (const target of ['/', '//', '/v1', '/v1/', '/v1/frameworks/', '//v1/frameworks', '/V1/frameworks', '/v1/frameworks%00', '/v1%2Fframeworks', '/v1/./frameworks', '/v1/items/../frameworks', '/live;x=1']) {
    const [reply] = await exchange(last(target, authorization));
    checkProblem(reply, 404);
  }
});

test('what the client accepts and what it sends must be offered', async () => {
  const accept = async (value) => (await exchange(last('/v1/frameworks', authorization, `Accept: ${value}`)))[0];
  for (const value of ['image/png', 'application/json;q=0', 'text/html, image/*;q=0.5']) checkProblem(await accept(value), 406);
  assert.equal((await accept('text/csv')).headers['content-type'].split(';')[0], 'text/csv');
  assert.equal((await accept('text/csv;q=0.1, application/json')).headers['content-type'], 'application/json');
  assert.equal((await accept('image/png, */*;q=0.1')).headers['content-type'], 'application/json');
  const send = async (...lines) => (await exchange(head('POST /v1/activities HTTP/1.1', 'Host: x', authorization, 'Content-Length: 2', 'Connection: close', ...lines) + '{}'))[0];
  for (const lines of [[], ['Content-Type: text/plain'], ['Content-Type: application/xml'], ['Content-Type: application/jsonx'], ['Content-Type: application/json', 'Content-Encoding: gzip']])
    checkProblem(await send(...lines), 415);
  for (const type of ['application/json', 'application/json; charset=utf-8', 'Application/JSON']) checkProblem(await send(`Content-Type: ${type}`), 422);
});

test('unknown, repeated and badly encoded parameters are named', async () => {
  const cases = {
    '/v1/frameworks?colour=blue': ['?colour', 'unknown_parameter'],
    '/v1/frameworks?LIMIT=1': ['?LIMIT', 'unknown_parameter'],
    '/v1/frameworks?limit=1&limit=1': ['?limit', 'repeated'],
    '/v1/frameworks?limit=1&%6cimit=2': ['?limit', 'repeated'],
    '/v1/frameworks?limit=%31%': ['?limit', 'malformed'],
    '/v1/frameworks?limit=%3': ['?limit', 'malformed'],
    '/v1/frameworks?limit=%zz': ['?limit', 'malformed'],
    '/v1/frameworks?limit=%00': ['?limit', 'malformed'],
    '/v1/frameworks?limit=1%001': ['?limit', 'malformed'],
    '/v1/activities?q=%ff': ['?q', 'malformed'],
    '/v1/activities?q=%c0%af': ['?q', 'malformed'],
    '/v1/activities?q=%ed%a0%80': ['?q', 'malformed'],
    '/v1/items/%00': [':item', 'malformed'],
    '/v1/items/%f5': [':item', 'malformed'],
    '/v1/items/%zz': [':item', 'malformed'],
  };
  for (const [target, [pointer, code]] of Object.entries(cases)) {
    const [reply] = await exchange(last(target, authorization));
    checkProblem(reply, 400);
    assert.deepEqual(reply.json.errors.map((fault) => [fault.pointer, fault.code]), [[pointer, code]], target);
  }
  const [reply] = await exchange(last('/v1/frameworks?lim%69t=%31', authorization));
  assert.equal(reply.status, 200);
  assert.equal(reply.json.frameworks.length, 1);
});

test('a request id that is given is kept if it is harmless', async () => {
  const [kept] = await exchange(last('/nowhere', 'X-Request-Id: abc-123'));
  assert.equal(kept.json.request_id, 'abc-123');
  for (const id of ['a b', '"', '<script>', 'x'.repeat(300), '\xff']) {
    const [drawn] = await exchange(last('/nowhere', `X-Request-Id: ${id}`));
    checkProblem(drawn, 404);
    assert.match(drawn.json.request_id, /^[0-9a-f-]{36}$/);
  }
});

test('a service that was sent all this still lives', async () => {
  const [reply] = await exchange(last('/ready'));
  assert.equal(reply.status, 200);
});
