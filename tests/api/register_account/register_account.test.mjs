// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { before } from 'node:test';
import { expect, pointers, sql } from '../../lib/client.mjs';
import { administrator, issuer, problem, scoped, subject } from '../../lib/access.mjs';
import { officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// Wiltshire: A is an officer, C has a covert posting; ADMIN administers the force and NATION the nation.
let wiltshire, admin, nation;
const target = '/v1/accounts';
const register = (status, body, options = admin) => expect(status, 'POST', target, { ...options, body });
const fresh = (more = {}) => ({ issuer, subject: `registered-${randomUUID()}`, ...more });

before(() => {
  wiltshire = posted('wiltshire', { HR: {}, ADMIN: {}, NATION: {}, A: {}, C: { sensitive: 'yes' } });
  admin = administrator(wiltshire.ADMIN, 'wiltshire');
  nation = administrator(wiltshire.NATION);
});

test('the account of a person is managed by the force that registers it', async () => {
  const body = fresh({ person: wiltshire.A });
  const reply = await register(201, body);
  const { id, registered_at, name, ...told } = reply.json;
  assert.deepEqual(told, { ...body, title: null, organisation: 'wiltshire', closed_at: null });
  assert.match(name, /^Test A-/);
  assert.ok(Math.abs(Date.now() - Date.parse(registered_at)) < 60_000);
  assert.deepEqual([reply.headers.get('location'), reply.headers.get('etag')], [`${target}/${id}`, '"1"']);
  assert.deepEqual((await expect(200, 'GET', reply.headers.get('location'), admin)).json, reply.json);
});

test('an administrator registers neither another account of the own person nor one of somebody posted elsewhere', async () => {
  const elsewhere = posted('btp', { HR: {}, E: {} });
  sql(`insert into access_grant (account_id, organisation_id, scopes, granted_by)
       select account_id, o.organisation_id, '{administration}', 'test' from account join person using (person_id), organisation o
       where person.id = $1::uuid and o.code = 'wiltshire'`, elsewhere.E);
  const stranger = scoped(elsewhere.E, 'administration');
  assert.equal(problem(await register(403, fresh({ person: elsewhere.E }), stranger)), 'own_account');
  assert.equal(problem(await register(403, fresh({ person: wiltshire.ADMIN }))), 'own_account');
  assert.equal(problem(await register(422, fresh({ person: elsewhere.HR }))), 'account_person_not_found /person');
});

test('whoever signs in with it is that person, and may do nothing but keep the own record', async () => {
  const body = fresh({ person: wiltshire.A });
  const before = await expect(200, 'GET', '/v1/me', subject(body.subject, 'record:read'));
  assert.equal(before.json.person, null);
  await register(201, body);
  const { json } = await expect(200, 'GET', '/v1/me', subject(body.subject, 'record:read workforce:read administration'));
  assert.deepEqual([json.person.id, json.scopes, json.grants], [wiltshire.A, ['record:read'], []]);
  await expect(403, 'GET', '/v1/people', subject(body.subject, 'workforce:read'));
});

test('a system has a title and no record', async () => {
  const body = fresh({ title: 'Learning system' });
  const { json } = await register(201, body);
  assert.deepEqual([json.title, json.person, json.name, json.organisation], ['Learning system', null, null, 'wiltshire']);
  assert.equal((await expect(200, 'GET', '/v1/me', subject(body.subject, 'record:read'))).json.name, 'Learning system');
  await expect(403, 'GET', '/v1/record', subject(body.subject, 'record:read'));
});

test('an administrator of the nation registers systems alone, which no force manages', async () => {
  const { json } = await register(201, fresh({ title: 'National provider' }), nation);
  assert.equal(json.organisation, null);
  await expect(404, 'GET', `${target}/${json.id}`, admin);
  assert.equal(problem(await register(422, fresh({ person: wiltshire.A }), nation)), 'account_person_not_found /person');
});

test('a person or a title, not both and not neither', async () => {
  assert.equal(problem(await register(422, fresh())), 'account_person_or_title /person');
  assert.equal(problem(await register(422, fresh({ person: wiltshire.A, title: 'Both' }))), 'account_person_or_title /person');
});

test('people of other forces, people withheld and people whom there are not are all unknown', async () => {
  const stranger = (await expect(200, 'GET', '/v1/me', { as: 'officer' })).json.person.id;
  for (const person of [stranger, wiltshire.C, randomUUID()])
    assert.equal(problem(await register(422, fresh({ person }))), 'account_person_not_found /person');
});

test('a subject of an issuer stands for one account, whoever registered it', async () => {
  const body = fresh({ title: 'First' });
  await register(201, body);
  for (const options of [admin, nation, { as: 'administrator' }])
    assert.equal(problem(await register(409, { ...body, title: 'Second' }, options)), 'account_exists /subject');
  assert.deepEqual(sql('select title from account where subject = $1', body.subject), ['First']);
});

test('of an issuer that is not registered a force trusts nothing', async () => {
  const body = fresh({ issuer: 'https://elsewhere.invalid', title: 'Stranger' });
  assert.equal(problem(await register(422, body)), 'issuer_not_registered /issuer');
});

test('the same request again gives the same reply and no second account', async () => {
  const body = fresh({ title: 'Once' });
  const options = { ...admin, headers: { 'idempotency-key': randomUUID() } };
  const first = await register(201, body, options);
  assert.equal((await register(201, body, options)).text, first.text);
  assert.deepEqual(sql('select count(*) from account where subject = $1', body.subject), ['1']);
});

test('every fault of a body is named at once', async () => {
  const body = { issuer: '', subject: 'x'.repeat(256), person: 'me', title: '', organisation: 'wiltshire' };
  assert.deepEqual(pointers(await register(422, body)), ['/issuer', '/organisation', '/person', '/subject', '/title']);
  assert.deepEqual(pointers(await register(422, {})), ['/issuer', '/subject']);
});

test('without a token 401, without administration 403', async () => {
  const body = fresh({ person: wiltshire.A });
  await register(401, body, {});
  for (const options of [officer(wiltshire.A), wiltshire.hr, { as: 'college' }, { as: 'auditor' }, scoped(wiltshire.ADMIN, 'record:write'), scoped(wiltshire.A, 'administration')])
    await register(403, body, options);
  assert.deepEqual(sql('select count(*) from account where subject = $1', body.subject), ['0']);
});
