// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '../../lib/client.mjs';
import { administratorOf, nation, registered } from '../../lib/issuers.mjs';

test('It tells what was registered, and what became of its keys', async () => {
  const { id, issuer } = await registered();
  let reply;
  for (let time = 0; time < 100; time++, await sleep(100)) {
    reply = await expect(200, 'GET', `/v1/issuers/${id}`, nation);
    if (reply.json.keys.fault) break;
  }
  const { keys } = reply.json;
  assert.deepEqual({ ...reply.json, keys: null }, { ...issuer, keys: null });
  assert.match(keys.fault, /^The provider cannot be asked: /);
  assert.deepEqual([keys.kids, keys.fetched_at], [[], null]);
  assert.ok(keys.tried_at);
});

test('The ETag is of what can be changed', async () => {
  const { id, etag } = await registered();
  await expect(304, 'GET', `/v1/issuers/${id}`, { ...nation, headers: { 'if-none-match': etag } });
});

test('An issuer that the caller may not manage is not there', async () => {
  const northWales = administratorOf('north-wales');
  const own = await registered();
  await expect(200, 'GET', `/v1/issuers/${own.id}`, northWales);
  for (const more of [{ organisations: ['kent'] }, { organisations: ['north-wales', 'kent'] }, { national: true, organisations: ['north-wales'] }])
    await expect(404, 'GET', `/v1/issuers/${(await registered(more)).id}`, northWales);
  await expect(404, 'GET', '/v1/issuers/11111111-1111-4111-8111-111111111111', nation);
  await expect(400, 'GET', '/v1/issuers/x', nation);
  await expect(403, 'GET', `/v1/issuers/${own.id}`, { as: 'hr' });
  await expect(401, 'GET', `/v1/issuers/${own.id}`);
});
