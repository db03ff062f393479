// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, pointers, sql, token } from '../../lib/client.mjs';
import { force, officer } from '../../lib/force.mjs';

// Greater Manchester: HR; TWO, who has grants here and at the British Transport Police; GONE, whose posting is over and whose grant is too.
let people, hr, btp;
const me = async (options) => (await expect(200, 'GET', '/v1/me', options)).json;
const acting = (id) => ({ as: 'hr', person: people.TWO, headers: { 'acting-organisation': id } });

before(async () => {
  ({ people, hr } = force('greater-manchester', [
    { staff_number: 'HR', unit: 'u1' }, { staff_number: 'TWO' }, { staff_number: 'GONE', ends_on: '2024-12-31', leaver_type: 'other' }]));
  btp = (await expect(200, 'GET', '/v1/organisations/btp', hr)).json.id;
  const grant = (person, organisation, scopes, ends) =>
    sql(`insert into access_grant (account_id, organisation_id, scopes, starts_on, ends_before, granted_by)
         select account_id, o.organisation_id, $3::text[], '2020-01-01', nullif($4, '')::date, 'test'
         from account join person using (person_id), organisation o
         where person.id = $1::uuid and o.code = $2
           and not exists (select from access_grant g where g.account_id = account.account_id and g.organisation_id = o.organisation_id)`,
    person, organisation, scopes, ends);
  grant(people.TWO, 'greater-manchester', '{workforce:read}', '');
  grant(people.TWO, 'btp', '{reports:organisation}', '');
  grant(people.GONE, 'greater-manchester', '{workforce:read}', '2021-01-01');
});

test('an officer without grants has their own record and nothing else', async () => {
  const told = await me({ as: 'officer' });
  assert.deepEqual(told.scopes, ['record:read', 'record:write']);
  assert.deepEqual([told.acting_organisation, told.grants, told.posting.rank], [null, [], 'constable']);
  assert.equal(told.name, `${told.person.given_name} ${told.person.family_name}`);
});

test('HR acts for the one organisation of the grant', async () => {
  const told = await me(hr);
  assert.deepEqual([told.name, told.person.id, told.person.synthetic], ['Test HR', people.HR, false]);
  assert.deepEqual([told.posting.staff_number, told.posting.unit.code, told.posting.organisation.code], ['HR', 'u1', 'greater-manchester']);
  assert.deepEqual(told.scopes, ['competencies:assess', 'record:read', 'record:write', 'reports:organisation', 'workforce:read', 'workforce:write']);
  assert.equal(told.acting_organisation.code, 'greater-manchester');
});

test('a scope is in effect if it is in the token and granted', async () => {
  assert.deepEqual((await me(officer(people.HR))).scopes, ['record:read', 'record:write']);
  assert.deepEqual((await me({ as: { token: token('hr', people.HR, 'workforce:read audit:read') } })).scopes, ['workforce:read']);
});

test('a manager sees the unit of the grant, a system has a name and no person', async () => {
  const manager = await me({ as: 'manager' });
  assert.ok(manager.scopes.includes('team:read') && manager.grants[0].unit.code);
  assert.equal(manager.grants[0].organisation.code, 'example');
  const college = await me({ as: 'college' });
  assert.deepEqual([college.name, college.person, college.posting, college.scopes], ['College of Policing', null, null, ['reports:national']]);
});

test('who has grants for two organisations finds both, and names the one to act for', async () => {
  const open = await me({ as: 'hr', person: people.TWO });
  assert.deepEqual(open.grants.map(({ organisation }) => organisation.code), ['btp', 'greater-manchester']);
  assert.deepEqual([open.acting_organisation, open.scopes], [null, ['record:read', 'record:write']]);
  const chosen = await me(acting(btp));
  assert.deepEqual([chosen.acting_organisation.code, chosen.scopes], ['btp', ['record:read', 'record:write', 'reports:organisation']]);
  const other = await me(acting(open.grants[1].organisation.id));
  assert.deepEqual([other.acting_organisation.code, other.scopes], ['greater-manchester', ['record:read', 'record:write', 'workforce:read']]);
});

test('a grant and a posting that are over are told no more', async () => {
  const told = await me({ as: 'hr', person: people.GONE });
  assert.deepEqual([told.posting, told.grants, told.scopes], [null, [], ['record:read', 'record:write']]);
});

test('it refuses strangers and a header that is no identifier', async () => {
  await expect(401, 'GET', '/v1/me');
  await expect(401, 'GET', '/v1/me', { as: { token: token('officer').slice(0, -8) + 'AAAAAAAA' } });
  assert.deepEqual(pointers(await expect(400, 'GET', '/v1/me?colour=blue', acting('btp'))), ['?colour', 'header:Acting-Organisation']);
});
