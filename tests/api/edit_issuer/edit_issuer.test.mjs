// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expect, pointers, sql } from '../../lib/client.mjs';
import { administratorOf, nation, registered } from '../../lib/issuers.mjs';

const patch = (status, id, body, { as = nation, match = '*' } = {}) =>
  expect(status, 'PATCH', `/v1/issuers/${id}`, { ...as, body, headers: match ? { 'if-match': match } : {} });

test('What is absent stays, null takes away, lists are replaced as a whole', async () => {
  const { id, issuer } = await registered({ person_claim: 'employee_number', role_claim: 'groups' });
  const { json } = await patch(200, id, { title: 'Renamed', person_claim: null, role_claim: null, scopes: ['record:read'], organisations: ['kent'] });
  assert.deepEqual({ ...json, keys: 0 }, { ...issuer, title: 'Renamed', person_claim: null, role_claim: 'roles', scopes: ['record:read'], organisations: json.organisations, keys: 0 });
  assert.deepEqual(json.organisations.map(({ code }) => code), ['kent']);
});

test('A role that stays is not touched, one that goes ends today, one that comes begins today', async () => {
  const { id, issuer } = await registered({ roles: [{ role: 'a', scopes: ['record:read'], starts_on: '2020-01-01' }, { role: 'b', scopes: ['record:read'] }] });
  const kept = issuer.roles.find(({ role }) => role === 'a');
  const { json } = await patch(200, id, { roles: [kept, { role: 'c', scopes: ['workforce:read'] }] });
  assert.deepEqual(json.roles.map(({ role }) => role), ['a', 'c']);
  assert.deepEqual(json.roles[0], kept);
  const rows = sql(`select role || ' ' || coalesce((ends_before = london_today())::text, 'open') from issuer_role join issuer using (issuer_id) where id = $1::uuid order by role`, id);
  assert.deepEqual(rows, ['a open', 'b true', 'c open']);
});

test('A patch that changes nothing makes no version', async () => {
  const { id, etag, issuer } = await registered({ roles: [{ role: 'a', scopes: ['record:read'] }] });
  const reply = await patch(200, id, { title: issuer.title, roles: issuer.roles, scopes: issuer.scopes });
  assert.equal(reply.headers.get('etag'), etag);
});

test('A change needs the version that holds', async () => {
  const { id, etag } = await registered();
  await patch(428, id, { title: 'x' }, { match: null });
  assert.equal((await patch(200, id, { title: 'x' }, { match: etag })).headers.get('etag'), '"2"');
  await patch(412, id, { title: 'y' }, { match: etag });
});

test('What is wrong is told with its place', async () => {
  const { id } = await registered({ roles: [{ role: 'a', scopes: ['record:read'] }] });
  const cases = [[{ organisations: ['kent'] }, '/roles'], [{ organisations: ['atlantis'] }, '/organisations'], [{ scopes: [] }, '/roles'], [{ organisations: [], roles: [] }, '/organisations'],
    [{ title: null }, '/title'], [{ url: 'https://other.example' }, '/url'], [{ retired: true }, '/retired'], [{}, '']];
  for (const [body, pointer] of cases) assert.deepEqual(pointers(await patch(422, id, body)), [pointer], JSON.stringify(body));
});

test('A retired issuer is brought back and not changed otherwise', async () => {
  const { id } = await registered();
  await expect(204, 'DELETE', `/v1/issuers/${id}`, { ...nation, headers: { 'if-match': '*' } });
  assert.match((await patch(409, id, { title: 'x' })).json.type, /issuer_retired$/);
  assert.equal((await patch(200, id, { retired: false })).json.retired_at, null);
});

test('An administrator of one organisation changes its own, and not into more', async () => {
  const northWales = administratorOf('north-wales');
  const own = await registered({}, northWales);
  assert.equal((await patch(200, own.id, { title: 'Ours' }, { as: northWales })).json.title, 'Ours');
  for (const body of [{ national: true }, { organisations: ['north-wales', 'kent'] }, { organisations: ['kent'] }, { scopes: ['reports:national'] }])
    await patch(403, own.id, body, { as: northWales });
  await patch(404, (await registered({ organisations: ['kent'] })).id, { title: 'x' }, { as: northWales });
  await patch(404, '11111111-1111-4111-8111-111111111111', { title: 'x' });
  await patch(403, own.id, { title: 'x' }, { as: { as: 'hr' } });
});

test('Once the nation makes it national its organisation manages it no more', async () => {
  const northWales = administratorOf('north-wales');
  const own = await registered({}, northWales);
  await patch(200, own.id, { national: true });
  await patch(404, own.id, { title: 'x' }, { as: northWales });
});
