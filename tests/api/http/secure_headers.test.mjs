// SPDX-License-Identifier: MIT
// Every reply, whoever makes it, tells a browser to keep its hands off.
import assert from 'node:assert/strict';
import test from 'node:test';
import { token } from '../../lib/client.mjs';
import { exchange, head } from '../../lib/raw.mjs';

const officer = `Authorization: Bearer ${token('officer')}`;
const request = (line, ...lines) => head(`${line} HTTP/1.1`, 'Host: x', 'Connection: close', ...lines);

function checkHeaders({ headers }, cacheControl) {
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['content-security-policy'], "default-src 'none'; frame-ancestors 'none'");
  assert.equal(headers['referrer-policy'], 'no-referrer');
  assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
  assert.equal(headers['cache-control'], cacheControl);
  assert.ok(!('strict-transport-security' in headers), 'a promise of TLS over plain HTTP');
}

// [status, Cache-Control, bytes sent, method]
const replies = {
  'a handler': [200, 'no-store', request('GET /live')],
  'a statement': [200, 'private, no-store', request('GET /v1/frameworks', officer)],
  'a HEAD': [200, 'no-store', request('HEAD /live'), 'HEAD'],
  'OPTIONS': [204, 'no-store', request('OPTIONS /live')],
  'no token': [401, 'private, no-store', request('GET /v1/me')],
  'a scope that is missing': [403, 'private, no-store', request('GET /v1/national/figures?measure=strength', officer)],
  'no such path': [404, 'private, no-store', request('GET /nowhere')],
  'no such method': [405, 'private, no-store', request('DELETE /live')],
  'no representation': [406, 'private, no-store', request('GET /v1/frameworks', officer, 'Accept: image/png')],
  'a bad parameter': [400, 'private, no-store', request('GET /v1/frameworks?limit=x', officer)],
  'a header too large': [431, 'no-store', request('GET /live', `X-A: ${'a'.repeat(20_000)}`)],
  'a target too long': [414, 'no-store', request(`GET /${'a'.repeat(20_000)}`)],
  'a body too large': [413, 'no-store', request('POST /v1/activities', officer, 'Content-Length: 99999999')],
  'no HTTP at all': [400, 'no-store', 'hello\r\n\r\n'],
};

for (const [name, [status, cacheControl, bytes, method]] of Object.entries(replies))
  test(`${name} is answered ${status} with all of them`, async () => {
    const [reply] = await exchange(bytes, { methods: [method] });
    assert.equal(reply.status, status);
    checkHeaders(reply, cacheControl);
  });

test('a reply that is not modified has them too', async () => {
  const [first] = await exchange(request('GET /openapi.yaml'));
  const [second] = await exchange(request('GET /openapi.yaml', `If-None-Match: ${first.headers.etag}`));
  assert.equal(second.status, 304);
  checkHeaders(first, 'no-cache');
  checkHeaders(second, 'no-cache');
});
