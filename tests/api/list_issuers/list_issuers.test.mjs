// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, expect } from '../../lib/client.mjs';
import { administratorOf, nation, registered } from '../../lib/issuers.mjs';

const urls = async (target, as) => (await all(target, as, 'issuers')).map(({ url }) => url);

test('The nation\'s administrators read all in use, by URL and page by page', async () => {
  const made = [await registered(), await registered({ organisations: ['kent'] }), await registered({ national: true, organisations: [] })];
  const listed = await urls('/v1/issuers?limit=2', nation);
  for (const { issuer } of made) assert.ok(listed.includes(issuer.url));
  assert.deepEqual(listed, [...new Set(listed)].sort());
});

test('Those of one organisation read its own alone', async () => {
  const northWales = administratorOf('north-wales');
  const own = await registered({}, northWales);
  const foreign = [await registered({ organisations: ['kent'] }), await registered({ organisations: ['north-wales', 'kent'] }), await registered({ national: true })];
  const rows = await all('/v1/issuers', northWales, 'issuers');
  assert.ok(rows.some(({ id }) => id === own.id));
  for (const { id } of foreign) assert.equal(rows.some((row) => row.id === id), false);
  for (const { organisations, national } of rows) assert.deepEqual([organisations.map(({ code }) => code), national], [['north-wales'], false]);
});

test('Retired ones are listed when they are asked for', async () => {
  const { id, issuer } = await registered();
  await expect(204, 'DELETE', `/v1/issuers/${id}`, { ...nation, headers: { 'if-match': '*' } });
  assert.equal((await urls('/v1/issuers', nation)).includes(issuer.url), false);
  for (const state of ['retired', 'all']) assert.ok((await urls(`/v1/issuers?state=${state}`, nation)).includes(issuer.url));
  await expect(400, 'GET', '/v1/issuers?state=gone', nation);
});

test('Nobody else reads them', async () => {
  for (const as of ['officer', 'manager', 'hr', 'college', 'auditor']) await expect(403, 'GET', '/v1/issuers', { as });
  await expect(401, 'GET', '/v1/issuers');
});
