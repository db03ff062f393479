// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expect, sql } from '../../lib/client.mjs';
import { administratorOf, nation, registered } from '../../lib/issuers.mjs';

const retire = (status, id, { as = nation, match = '*' } = {}) =>
  expect(status, 'DELETE', `/v1/issuers/${id}`, { ...as, headers: match ? { 'if-match': match } : {} });

test('It is retired and kept, with its roles', async () => {
  const { id, etag } = await registered({ roles: [{ role: 'a', scopes: ['record:read'] }] });
  await retire(428, id, { match: null });
  await retire(204, id, { match: etag });
  const { json, headers } = await expect(200, 'GET', `/v1/issuers/${id}`, nation);
  assert.ok(json.retired_at);
  assert.equal(headers.get('etag'), '"2"');
  assert.equal(json.roles.length, 1);
  assert.deepEqual(sql('select count(*) from issuer where id = $1::uuid', id), ['1']);
});

test('It is retired once, and only in the version that holds', async () => {
  const { id } = await registered();
  await retire(412, id, { match: '"7"' });
  await retire(204, id);
  assert.match((await retire(409, id)).json.type, /issuer_retired$/);
});

test('One that the caller may not manage is not there', async () => {
  const northWales = administratorOf('north-wales');
  await retire(204, (await registered({}, northWales)).id, { as: northWales });
  await retire(404, (await registered({ organisations: ['kent'] })).id, { as: northWales });
  await retire(404, '11111111-1111-4111-8111-111111111111');
  await retire(403, (await registered()).id, { as: { as: 'auditor' } });
});
