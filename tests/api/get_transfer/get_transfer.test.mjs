// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect } from '../../lib/client.mjs';
import { officer } from '../../lib/force.mjs';
import { cancel, open, workforce } from '../../lib/workforce.mjs';

let force, other, transfer;
before(async () => {
  force = workforce('cambridgeshire', { A: {} });
  other = workforce('leicestershire');
  transfer = (await open(201, force, { person: force.A, organisation: 'leicestershire', starts_on: '2025-06-01' })).json;
});
const read = (status, as, headers = {}, id = transfer.id) => expect(status, 'GET', `/v1/transfers/${id}`, { ...as, headers });

test('either organisation reads it, by its version', async () => {
  const reply = await read(200, other.hr);
  const etag = reply.headers.get('etag');
  await read(304, other.hr, { 'if-none-match': etag });
  await cancel(200, transfer.id, force.hr);
  assert.notEqual((await read(200, other.hr, { 'if-none-match': etag })).headers.get('etag'), etag);
});

test('nobody else does', async () => {
  await read(404, workforce('cleveland').hr);
  await read(404, force.hr, {}, '00000000-0000-4000-8000-000000000000');
  await read(403, officer(force.A));
});
