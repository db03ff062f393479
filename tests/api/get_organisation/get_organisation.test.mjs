// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { expect, pointers } from '../../lib/client.mjs';

const as = 'officer';
const read = async (organisation) => (await expect(200, 'GET', `/v1/organisations/${organisation}`, { as })).json;

test('an organisation is known by its code, and by its identifier in either case', async () => {
  const byCode = await read('btp');
  assert.deepEqual([byCode.name, byCode.kind, byCode.nation, byCode.ends_on], ['British Transport Police', 'national', 'Great Britain', null]);
  assert.deepEqual(await read(byCode.id), byCode);
  assert.deepEqual(await read(byCode.id.toUpperCase()), byCode);
});

test('a force that neither took over nor was taken over says so', async () => {
  const { predecessors, successors, ons_code, stats19_code } = await read('devon-and-cornwall');
  assert.deepEqual([predecessors, successors, ons_code, stats19_code], [[], [], 'E23000035', '50']);
});

test('an unchanged organisation is not sent again', async () => {
  const etag = (await expect(200, 'GET', '/v1/organisations/nca', { as })).headers.get('etag');
  await expect(304, 'GET', '/v1/organisations/nca', { as, headers: { 'if-none-match': etag } });
});

test('systems read it too: it names no person', async () => {
  for (const role of ['college', 'auditor']) await expect(200, 'GET', '/v1/organisations/nca', { as: role });
});

test('it refuses strangers, what is not there and bad parameters', async () => {
  await expect(401, 'GET', '/v1/organisations/btp');
  await expect(404, 'GET', '/v1/organisations/no-such', { as });
  await expect(404, 'GET', '/v1/organisations/00000000-0000-4000-8000-000000000000', { as });
  assert.deepEqual(pointers(await expect(400, 'GET', '/v1/organisations/_btp?colour=blue', { as })), [':organisation', '?colour']);
});
