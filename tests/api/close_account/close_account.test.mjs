// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { before } from 'node:test';
import { expect, pointers, url } from '../../lib/client.mjs';
import { accountOf, administrator, issuer, problem, scoped, subject } from '../../lib/access.mjs';
import { officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// M came from Sussex to Surrey with an account of Sussex.
let surrey, sussex, admin, nation;
const close = (status, id, tag = '"1"', options = admin) =>
  expect(status, 'DELETE', `/v1/accounts/${id}`, { ...options, headers: tag ? { 'if-match': tag } : {} });
const register = async (more = { person: surrey.A }, options = admin) =>
  (await expect(201, 'POST', '/v1/accounts', { ...options, body: { issuer, subject: `closing-${randomUUID()}`, ...more } })).json;

before(() => {
  sussex = posted('sussex', { HR: {}, M: { ends_on: '2023-12-31', leaver_type: 'transfer' } });
  surrey = posted('surrey', { HR: {}, ADMIN: {}, NATION: {}, A: {}, M: { person_id: sussex.M, starts_on: '2024-01-01', subject: '' } });
  admin = administrator(surrey.ADMIN, 'surrey');
  nation = administrator(surrey.NATION);
});

test('nothing is in effect for a closed account, and it stays to be read', async () => {
  const { id, subject: name } = await register();
  const holder = subject(name, 'record:read');
  await expect(200, 'GET', '/v1/record', holder);
  assert.equal((await close(204, id)).text, '');
  await expect(403, 'GET', '/v1/record', holder);
  const { json } = await expect(200, 'GET', '/v1/me', holder);
  assert.deepEqual([json.person, json.posting, json.scopes, json.grants], [null, null, [], []]);
  const after = await expect(200, 'GET', `/v1/accounts/${id}`, admin);
  assert.equal(typeof after.json.closed_at, 'string');
  assert.equal(after.headers.get('etag'), '"2"');
});

test('a second time is 409, whatever If-Match says', async () => {
  const { id } = await register();
  await close(204, id, '*');
  for (const tag of ['"1"', '"2"', '*']) assert.equal(problem(await close(409, id, tag)), 'already_closed');
});

test('of many who close it at once one does', async () => {
  const { id } = await register();
  const options = { method: 'DELETE', headers: { authorization: `Bearer ${admin.as.token}`, 'if-match': '"1"' } };
  const replies = await Promise.all(Array.from({ length: 6 }, () => fetch(`${url}/v1/accounts/${id}`, options)));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [204, ...Array(5).fill(409)]);
  for (const reply of replies.filter(({ status }) => status === 409)) assert.equal(problem({ json: await reply.json() }), 'already_closed');
});

test('it wants If-Match with the version that holds', async () => {
  const { id } = await register();
  await close(428, id, null);
  assert.equal(problem(await close(412, id, '"2"')), 'version_changed');
  await close(204, id);
});

test('nobody closes the own account, nor one that another manages', async () => {
  assert.equal(problem(await close(403, accountOf(surrey.ADMIN))), 'own_account');
  assert.equal(problem(await close(403, accountOf(surrey.M))), 'account_of_others');
});

test('an administrator of the nation closes systems that no force manages, and nothing else', async () => {
  const { id } = await register({ title: 'National provider' }, nation);
  await close(404, id);
  await close(204, id, '"1"', nation);
  await close(404, accountOf(surrey.A), '*', nation);
  await close(404, accountOf(surrey.A), '*', { as: 'administrator' });
  await close(404, randomUUID(), '*');
});

test('bad parameters are named; without a token 401, without administration 403', async () => {
  const { id } = await register();
  assert.deepEqual(pointers(await close(400, 'me?reason=x')), [':account_id', '?reason']);
  await close(401, id, '"1"', {});
  for (const options of [officer(surrey.A), surrey.hr, { as: 'college' }, scoped(surrey.ADMIN, 'record:write')]) await close(403, id, '"1"', options);
  assert.equal((await expect(200, 'GET', `/v1/accounts/${id}`, admin)).json.closed_at, null);
});
