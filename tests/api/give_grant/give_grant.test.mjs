// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { before } from 'node:test';
import { expect, pointers, sql } from '../../lib/client.mjs';
import { accountOf, administrator, give, issuer, organisationId, problem, scoped, subject, unitId } from '../../lib/access.mjs';
import { londonDay } from '../../lib/days.mjs';
import { officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// Northumbria: BOSS leads u1 and A works there, HR leads u2; C has a covert posting. ADMIN administers the force, NATION the nation.
let northumbria, admin, nation, account, units;
const target = '/v1/grants';
const grant = (status, body, options = admin) => expect(status, 'POST', target, { ...options, body });
const forForce = (scopes, more = {}) => ({ account: account.A, organisation: 'northumbria', scopes, ...more });

before(() => {
  northumbria = posted('northumbria', { HR: { unit: 'u2' }, ADMIN: {}, NATION: {}, BOSS: { unit: 'u1' }, A: { unit: 'u1' }, B: { unit: 'u2' }, C: { sensitive: 'yes' } });
  admin = administrator(northumbria.ADMIN, 'northumbria');
  nation = administrator(northumbria.NATION);
  account = Object.fromEntries(['ADMIN', 'NATION', 'BOSS', 'A', 'B', 'C'].map((name) => [name, accountOf(northumbria[name])]));
  units = { u1: unitId('northumbria', 'u1'), example: unitId('example', 'LP') };
});

test('no account of the own person is given a grant', async () => {
  const [second] = sql(`insert into account (issuer, subject, person_id, registered_for)
                        select $1, $2, person_id, organisation_id from person, organisation where person.id = $3::uuid and code = 'northumbria'
                        returning account.id`, issuer, `second-${randomUUID()}`, northumbria.ADMIN);
  assert.equal(problem(await grant(403, forForce(['workforce:read'], { account: second }))), 'own_account');
});

test('a unit needs its organisation', async () => {
  assert.equal(problem(await grant(422, { account: account.A, unit: units.u1, scopes: ['team:read'] })), 'grant_unit_without_organisation /organisation');
});

test('a grant for a force says who gave what to whom, when and why', async () => {
  const reply = await grant(201, forForce(['workforce:read', 'reports:organisation'], { account: account.B, ends_on: londonDay(30), reason: 'Stands in for HR.' }));
  const { id, holder, granted_by, granted_at, ...told } = reply.json;
  assert.deepEqual(told, {
    account: account.B, organisation: 'northumbria', unit: null, unit_code: null, scopes: ['reports:organisation', 'workforce:read'],
    starts_on: londonDay(0), ends_on: londonDay(30), state: 'in_effect', reason: 'Stands in for HR.', revoked_at: null });
  assert.match(`${holder} ${granted_by}`, /^Test B-\S+ Test ADMIN-\S+$/);
  assert.ok(Math.abs(Date.now() - Date.parse(granted_at)) < 60_000);
  assert.deepEqual([reply.headers.get('location'), reply.headers.get('etag')], [`${target}/${id}`, '"1"']);
  assert.deepEqual((await expect(200, 'GET', `${target}/${id}`, admin)).json, reply.json);
});

test('it is in effect at the next request', async () => {
  const boss = scoped(northumbria.BOSS, 'team:read');
  await expect(403, 'GET', '/v1/people', boss);
  await grant(201, forForce(['team:read'], { account: account.BOSS, unit: units.u1 }));
  assert.deepEqual((await expect(200, 'GET', `/v1/people/${northumbria.A}`, boss)).json.id, northumbria.A);
  await expect(404, 'GET', `/v1/people/${northumbria.B}`, boss);
});

test('the organisation is known by its identifier too, and a scope named twice is refused', async () => {
  const { json } = await grant(201, forForce(['audit:read'], { organisation: organisationId('northumbria') }));
  assert.deepEqual([json.organisation, json.scopes], ['northumbria', ['audit:read']]);
  assert.deepEqual(pointers(await grant(422, forForce(['audit:read', 'audit:read']))), ['/scopes']);
});

test('each scope is given for what it is about', async () => {
  const unit = { unit: units.u1 };
  for (const scope of ['team:read', 'competencies:assess', 'sensitive:read']) await grant(201, forForce([scope], unit));
  for (const scope of ['workforce:read', 'reports:organisation', 'audit:read', 'completions:write', 'administration', 'reports:national'])
    assert.equal(problem(await grant(422, forForce([scope], unit))), 'scope_not_grantable /scopes', scope);
  for (const scope of ['team:read', 'reports:national', 'frameworks:write'])
    assert.equal(problem(await grant(422, forForce(['audit:read', scope]))), 'scope_not_grantable /scopes', scope);
  assert.deepEqual(pointers(await grant(422, forForce(['record:read']))), ['/scopes/0']);
});

test('a later first day is a future grant; the last day may not be before the first', async () => {
  assert.equal((await grant(201, forForce(['audit:read'], { starts_on: londonDay(2) }))).json.state, 'future');
  assert.equal((await grant(201, forForce(['audit:read'], { starts_on: londonDay(-9), ends_on: londonDay(-3) }))).json.state, 'ended');
  assert.equal(problem(await grant(422, forForce(['audit:read'], { starts_on: londonDay(2), ends_on: londonDay(1) }))), 'ends_before_it_starts /ends_on');
});

test('unknown accounts, organisations and units, and those of others', async () => {
  const stranger = accountOf((await expect(200, 'GET', '/v1/me', { as: 'officer' })).json.person.id);
  for (const other of [stranger, account.C, randomUUID()])
    assert.equal(problem(await grant(422, forForce(['audit:read'], { account: other }))), 'grant_unknown_account /account');
  assert.equal(problem(await grant(422, forForce(['audit:read'], { organisation: 'nowhere' }))), 'grant_unknown_organisation /organisation');
  for (const unit of [units.example, randomUUID()])
    assert.equal(problem(await grant(422, forForce(['team:read'], { unit }))), 'grant_unknown_unit /unit');
});

test('a closed account is given nothing', async () => {
  const body = { issuer, subject: `closed-${randomUUID()}`, person: northumbria.A };
  const { id } = (await expect(201, 'POST', '/v1/accounts', { ...admin, body })).json;
  await expect(204, 'DELETE', `/v1/accounts/${id}`, { ...admin, headers: { 'if-match': '"1"' } });
  assert.equal(problem(await grant(422, forForce(['audit:read'], { account: id }))), 'account_closed /account');
});

test('nobody gives themselves anything', async () => {
  assert.equal(problem(await grant(403, forForce(['workforce:read'], { account: account.ADMIN }))), 'own_account');
  assert.equal(problem(await grant(403, { account: account.NATION, scopes: ['reports:national'] }, nation)), 'own_account');
  assert.deepEqual(sql('select count(*) from access_grant join account using (account_id) where account.id = $1::uuid', account.ADMIN), ['1']);
});

test('an administrator of a force gives nothing for another force or for the nation', async () => {
  for (const body of [forForce(['workforce:read'], { organisation: 'kent' }), { account: account.A, scopes: ['reports:national'] }])
    assert.equal(problem(await grant(403, body)), 'scope_not_granted');
});

test('an administrator of the nation gives national scopes, and of a force administration alone', async () => {
  const name = `system-${randomUUID()}`;
  const system = (await expect(201, 'POST', '/v1/accounts', { ...nation, body: { issuer, subject: name, title: 'Analyst' } })).json.id;
  const holder = subject(name, 'reports:national administration');
  await grant(201, { account: system, scopes: ['reports:national'] }, nation);
  await expect(200, 'GET', '/v1/national/editions', holder);
  assert.equal(problem(await grant(422, { account: system, scopes: ['workforce:read'] }, nation)), 'scope_not_grantable /scopes');
  for (const scopes of [['workforce:read'], ['administration', 'workforce:read'], ['audit:read']])
    assert.equal(problem(await grant(403, { account: system, organisation: 'northumbria', scopes }, nation)), 'scope_not_granted');
  await grant(201, { account: system, organisation: 'northumbria', scopes: ['administration'] }, nation);
  await expect(200, 'GET', '/v1/grants', holder);
});

test('the same request again gives the same reply and no second grant', async () => {
  const options = { ...admin, headers: { 'idempotency-key': randomUUID() } };
  const body = forForce(['audit:read'], { reason: `once ${randomUUID()}` });
  const first = await grant(201, body, options);
  assert.equal((await grant(201, body, options)).text, first.text);
  assert.deepEqual(sql('select count(*) from access_grant where reason = $1', body.reason), ['1']);
});

test('every fault of a body is named at once', async () => {
  const body = { account: 'me', organisation: '', unit: 'u1', scopes: [], starts_on: 'soon', ends_on: '2026-02-30', reason: '', colour: 'blue' };
  assert.deepEqual(pointers(await grant(422, body)), ['/account', '/colour', '/ends_on', '/organisation', '/reason', '/scopes', '/starts_on', '/unit']);
  assert.deepEqual(pointers(await grant(422, {})), ['/account', '/scopes']);
});

test('without a token 401, without administration 403; for a unit it is nothing', async () => {
  const body = forForce(['audit:read'], { reason: `refused ${randomUUID()}` });
  give(northumbria.B, 'administration', { organisation: 'northumbria', unit: 'u2' });
  await grant(401, body, {});
  for (const options of [officer(northumbria.A), northumbria.hr, { as: 'college' }, scoped(northumbria.ADMIN, 'record:write'), scoped(northumbria.B, 'administration')])
    await grant(403, body, options);
  assert.deepEqual(sql('select count(*) from access_grant where reason = $1', body.reason), ['0']);
});
