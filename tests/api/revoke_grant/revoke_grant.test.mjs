// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { before } from 'node:test';
import { expect, pointers, sql, url } from '../../lib/client.mjs';
import { administrator, give, problem, scoped } from '../../lib/access.mjs';
import { officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

let nottinghamshire, admin, nation;
const organisation = 'nottinghamshire';
const revoke = (status, id, tag = '"1"', options = admin) =>
  expect(status, 'DELETE', `/v1/grants/${id}`, { ...options, headers: tag ? { 'if-match': tag } : {} });
const granted = (scopes = 'audit:read', more = { organisation }) => give(nottinghamshire.A, scopes, more);
const state = async (id, options = admin) => (await expect(200, 'GET', `/v1/grants/${id}`, options)).json.state;

before(() => {
  nottinghamshire = posted('nottinghamshire', { HR: {}, ADMIN: {}, NATION: {}, A: {}, B: {} });
  admin = administrator(nottinghamshire.ADMIN, organisation);
  nation = administrator(nottinghamshire.NATION);
});

test('a revoked grant is gone at the next request, and stays to be read with the time', async () => {
  const holder = scoped(nottinghamshire.B, 'workforce:read');
  const id = give(nottinghamshire.B, 'workforce:read', { organisation });
  await expect(200, 'GET', '/v1/people', holder);
  assert.equal((await revoke(204, id)).text, '');
  await expect(403, 'GET', '/v1/people', holder);
  const after = await expect(200, 'GET', `/v1/grants/${id}`, admin);
  assert.deepEqual([after.json.state, after.headers.get('etag')], ['revoked', '"2"']);
  assert.ok(Math.abs(Date.now() - Date.parse(after.json.revoked_at)) < 60_000);
  assert.deepEqual(sql(`select person.id from access_grant g join account a on a.account_id = g.revoked_by join person using (person_id)
    where g.id = $1::uuid`, id), [nottinghamshire.ADMIN]);
});

test('one that has not begun, or has ended, is revoked too', async () => {
  for (const more of [{ starts_on: '2199-01-01' }, { ends_before: '2021-01-01' }]) {
    const id = granted('audit:read', { organisation, ...more });
    await revoke(204, id);
    assert.equal(await state(id), 'revoked');
  }
});

test('a second time is 409, whatever If-Match says', async () => {
  const id = granted();
  await revoke(204, id, '*');
  for (const tag of ['"1"', '"2"', '*']) assert.equal(problem(await revoke(409, id, tag)), 'already_revoked');
});

test('of many who revoke it at once one does', async () => {
  const id = granted();
  const options = { method: 'DELETE', headers: { authorization: `Bearer ${admin.as.token}`, 'if-match': '"1"' } };
  const replies = await Promise.all(Array.from({ length: 6 }, () => fetch(`${url}/v1/grants/${id}`, options)));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [204, ...Array(5).fill(409)]);
  for (const reply of replies.filter(({ status }) => status === 409)) assert.equal(problem({ json: await reply.json() }), 'already_revoked');
});

test('it wants If-Match with the version that holds', async () => {
  const id = granted();
  await revoke(428, id, null);
  assert.equal(problem(await revoke(412, id, '"2"')), 'version_changed');
  assert.equal(await state(id), 'in_effect');
});

test('nobody takes anything from themselves', async () => {
  const own = sql('select g.id from access_grant g join account using (account_id) join person using (person_id) where person.id = $1::uuid', nottinghamshire.ADMIN)[0];
  assert.equal(problem(await revoke(403, own)), 'own_account');
  await revoke(204, own, '"1"', nation);
  await expect(403, 'GET', '/v1/grants', admin);
  give(nottinghamshire.ADMIN, 'administration', { organisation });
});

test('what concerns another force, the nation or a force alone is revoked by its own administrator', async () => {
  const [elsewhere, national, force] = [granted('audit:read', { organisation: 'kent' }), granted('reports:national', {}), granted()];
  for (const id of [elsewhere, national, randomUUID()]) await revoke(404, id, '*');
  await revoke(404, force, '*', nation);
  await revoke(204, national, '"1"', nation);
  assert.equal(await state(force), 'in_effect');
});

test('bad parameters are named; without a token 401, without administration 403, for the own grant too', async () => {
  const id = granted();
  assert.deepEqual(pointers(await revoke(400, 'mine?reason=x')), [':grant_id', '?reason']);
  await revoke(401, id, '"1"', {});
  for (const options of [officer(nottinghamshire.A), nottinghamshire.hr, { as: 'college' }, scoped(nottinghamshire.ADMIN, 'record:write')])
    await revoke(403, id, '"1"', options);
  assert.equal(await state(id), 'in_effect');
});
