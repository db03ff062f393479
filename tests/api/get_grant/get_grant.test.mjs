// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { before } from 'node:test';
import { expect, pointers } from '../../lib/client.mjs';
import { accountOf, administrator, give, scoped, unitId } from '../../lib/access.mjs';
import { officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

let merseyside, admin, nation, made;
const read = (status, id, options = admin) => expect(status, 'GET', `/v1/grants/${id}`, options);

before(() => {
  merseyside = posted('merseyside', { HR: {}, ADMIN: {}, NATION: {}, A: { unit: 'u1' } });
  admin = administrator(merseyside.ADMIN, 'merseyside');
  nation = administrator(merseyside.NATION);
  const organisation = 'merseyside';
  made = {
    unit: give(merseyside.A, 'team:read', { organisation, unit: 'u1', ends_before: '2199-01-01' }),
    administration: give(merseyside.A, 'administration', { organisation }),
    national: give(merseyside.A, 'reports:national'),
  };
});

test('a grant for a unit, with its holder and its last day', async () => {
  const reply = await read(200, made.unit);
  const { account, organisation, unit, unit_code, scopes, starts_on, ends_on, state } = reply.json;
  assert.deepEqual({ account, organisation, unit, unit_code, scopes, starts_on, ends_on, state }, {
    account: accountOf(merseyside.A), organisation: 'merseyside', unit: unitId('merseyside', 'u1'), unit_code: 'u1', scopes: ['team:read'],
    starts_on: '2020-01-01', ends_on: '2198-12-31', state: 'in_effect' });
  assert.match(reply.json.holder, /^Test A-/);
  assert.equal(reply.headers.get('etag'), '"1"');
  await expect(304, 'GET', `/v1/grants/${made.unit}`, { ...admin, headers: { 'if-none-match': '"1"' } });
});

test('one of the nation reads what concerns no organisation, and who administers one', async () => {
  assert.equal((await read(200, made.national, nation)).json.organisation, null);
  assert.equal((await read(200, made.administration, nation)).json.organisation, 'merseyside');
  await read(404, made.unit, nation);
});

test('one of a force reads what concerns the force, and nothing else', async () => {
  await read(200, made.administration);
  await read(404, made.national);
  await read(404, randomUUID());
  for (const name of ['unit', 'administration']) await expect(name === 'unit' ? 404 : 200, 'GET', `/v1/grants/${made[name]}`, { as: 'administrator' });
});

test('bad parameters are named; without a token 401, without administration 403, for the own grant too', async () => {
  assert.deepEqual(pointers(await read(400, 'mine?colour=blue')), [':grant_id', '?colour']);
  await read(401, made.unit, {});
  for (const options of [officer(merseyside.A), merseyside.hr, { as: 'college' }, { as: 'auditor' }, scoped(merseyside.ADMIN, 'record:read')])
    await read(403, made.unit, options);
});
