// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect, pointers } from '../../lib/client.mjs';
import { accountOf, administrator, give, organisationId, scoped } from '../../lib/access.mjs';
import { officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// Warwickshire: A has a grant in each state, for the force or for u1; M of Wiltshire has one for Warwickshire and one for Wiltshire.
let warwickshire, wiltshire, admin, nation, made;
const target = '/v1/grants';
const list = async (query = '', options = admin) => (await expect(200, 'GET', `${target}?${query}`, options)).json.grants;
const names = (rows) => rows.map(({ id }) => Object.keys(made).find((name) => made[name] === id));
const ofA = (more = '') => list(`account=${accountOf(warwickshire.A)}${more}`);

before(async () => {
  warwickshire = posted('warwickshire', { HR: {}, ADMIN: {}, NATION: {}, A: { unit: 'u1' } });
  wiltshire = posted('wiltshire', { HR: {}, M: {} });
  admin = administrator(warwickshire.ADMIN, 'warwickshire');
  nation = administrator(warwickshire.NATION);
  const [organisation, far] = ['warwickshire', `${new Date().getFullYear() + 2}-01-01`];
  const { A } = warwickshire;
  made = {
    ended: give(A, 'workforce:read', { organisation, ends_before: '2021-01-01' }),
    future: give(A, 'workforce:read', { organisation, starts_on: far }),
    revoked: give(A, 'audit:read', { organisation }),
    unit: give(A, 'team:read competencies:assess', { organisation, unit: 'u1' }),
    whole: give(A, 'audit:read', { organisation, ends_before: far }),
    lent: give(wiltshire.M, 'reports:organisation', { organisation }),
    elsewhere: give(wiltshire.M, 'reports:organisation', { organisation: 'wiltshire' }),
    national: give(A, 'reports:national'),
  };
  await expect(204, 'DELETE', `${target}/${made.revoked}`, { ...admin, headers: { 'if-match': '"1"' } });
});

test('the grants in effect today, latest first', async () => {
  assert.deepEqual(names(await ofA()), ['whole', 'unit']);
  const [whole, unit] = await ofA();
  assert.deepEqual([whole.organisation, whole.unit, whole.unit_code, whole.granted_by], ['warwickshire', null, null, 'test']);
  assert.deepEqual([unit.unit_code, unit.scopes, unit.ends_on], ['u1', ['team:read', 'competencies:assess'], null]);
});

test('in each state, and all', async () => {
  for (const state of ['ended', 'future', 'revoked']) assert.deepEqual(names(await ofA(`&state=${state}`)), [state]);
  const every = await ofA('&state=all');
  assert.deepEqual(names(every), ['whole', 'unit', 'revoked', 'future', 'ended']);
  assert.deepEqual(every.map(({ state }) => state), ['in_effect', 'in_effect', 'revoked', 'future', 'ended']);
});

test('by scope and by organisation', async () => {
  assert.deepEqual(names(await ofA('&scope=team:read')), ['unit']);
  assert.deepEqual(names(await ofA('&scope=audit:read&state=all')), ['whole', 'revoked']);
  assert.deepEqual(names(await ofA(`&organisation=${organisationId('warwickshire')}`)), ['whole', 'unit']);
  assert.deepEqual(await ofA('&organisation=wiltshire'), []);
});

test('pages of any size give the same list', async () => {
  const query = `account=${accountOf(warwickshire.A)}&state=all`;
  for (const limit of [1, 2, 5]) assert.deepEqual(await all(`${target}?${query}&limit=${limit}`, admin, 'grants'), await list(query));
});

test('a grant to somebody of another force stands there, and the holder stays unnamed', async () => {
  const lent = (await list('limit=500')).find(({ id }) => id === made.lent);
  assert.deepEqual([lent.account, lent.holder, lent.organisation], [null, null, 'warwickshire']);
});

test('what concerns another force or the nation is not there', async () => {
  const shown = (await list('limit=500&state=all')).map(({ id }) => id);
  for (const name of ['elsewhere', 'national']) assert.ok(!shown.includes(made[name]), name);
});

test('for the nation: grants for no organisation, and those of administrators', async () => {
  const rows = await all(`${target}?limit=500&state=all`, nation, 'grants');
  assert.ok(rows.some(({ id }) => id === made.national));
  assert.ok(rows.some(({ organisation }) => organisation === 'warwickshire'));
  for (const { organisation, scopes } of rows) assert.ok(organisation === null || scopes.includes('administration'));
});

test('bad parameters are all named at once', async () => {
  const reply = await expect(400, 'GET', `${target}?account=me&organisation=%20&scope=record:read&state=x&limit=501&after=!&colour=blue`, admin);
  assert.deepEqual(pointers(reply), ['?account', '?after', '?colour', '?limit', '?organisation', '?scope', '?state']);
});

test('without a token 401, without administration 403', async () => {
  await expect(401, 'GET', target);
  for (const options of [officer(warwickshire.A), warwickshire.hr, { as: 'college' }, { as: 'auditor' }, scoped(warwickshire.ADMIN, 'record:read')])
    await expect(403, 'GET', target, options);
});
