// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, pointers, sql } from '../../lib/client.mjs';
import { force, officer } from '../../lib/force.mjs';

// Hampshire: the boss manages u0; P moved from u2 to u0 when promoted, Q from u0 to u2, L has left; M came from the Civil Nuclear Constabulary.
let people, hr, manager;
const target = (person) => `/v1/people/${person}`;
const read = async (person, options = hr) => (await expect(200, 'GET', target(person), options)).json;

before(() => {
  const sergeant = { worker_type: 'police_officer', rank: 'sergeant' };
  ({ people, hr } = force('hampshire', [
    { staff_number: 'HR' }, { staff_number: 'BOSS', unit: 'u0', ...sergeant },
    { staff_number: 'P', unit: 'u2', ...sergeant, rank: 'constable', ends_on: '2023-03-31' },
    { staff_number: 'P', unit: 'u0', ...sergeant, starts_on: '2023-04-01', role_profile: 'data-scientist.data-scientist' },
    { staff_number: 'Q', unit: 'u0', ends_on: '2023-03-31' }, { staff_number: 'Q', unit: 'u2', starts_on: '2023-04-01' },
    { staff_number: 'L', unit: 'u0', ends_on: '2022-06-30', leaver_type: 'other' }, { staff_number: 'M', starts_on: '2024-01-01' }]));
  sql(`insert into access_grant (account_id, organisation_id, unit_id, scopes, granted_by)
       select account_id, organisation_id, unit_id, '{team:read}', 'test'
       from account join person using (person_id), unit join organisation o using (organisation_id)
       where person.id = $1::uuid and unit.code = 'u0' and o.code = 'hampshire'
         and not exists (select from access_grant g where g.account_id = account.account_id)`, people.BOSS);
  sql(`insert into posting (person_id, organisation_id, staff_number, worker_type, starts_on, ends_before)
       select person_id, organisation_id, 'C-M', 'police_staff', '2021-01-01', '2024-01-01'
       from person, organisation
       where person.id = $1::uuid and code = 'cnc' and not exists (select from posting p where p.staff_number = 'C-M')`, people.M);
  manager = { as: 'manager', person: people.BOSS };
});

test('HR reads a person with the postings, the latest first', async () => {
  const { id, family_name, synthetic, postings } = await read(people.P);
  assert.deepEqual([id, family_name, synthetic], [people.P, 'P', false]);
  assert.deepEqual(postings.map(({ unit, rank, starts_on, ends_on }) => [unit.code, rank, starts_on, ends_on]),
    [['u0', 'sergeant', '2023-04-01', null], ['u2', 'constable', '2020-01-01', '2023-03-31']]);
  assert.deepEqual(postings.map(({ role_profile }) => role_profile?.code), ['data-scientist.data-scientist', undefined]);
});

test('HR still reads who has left, and the postings of their own force alone', async () => {
  assert.equal((await read(people.L)).postings[0].ends_on, '2022-06-30');
  assert.deepEqual((await read(people.M)).postings.map(({ organisation }) => organisation.code), ['hampshire']);
});

test('a line manager reads who is in the unit today, and of them the postings to it', async () => {
  assert.deepEqual((await read(people.P, manager)).postings.map(({ unit }) => unit.code), ['u0']);
  for (const person of [people.Q, people.L, people.HR]) await expect(404, 'GET', target(person), manager);
});

test('an unchanged person is not sent again', async () => {
  const etag = (await expect(200, 'GET', target(people.P), hr)).headers.get('etag');
  await expect(304, 'GET', target(people.P), { ...hr, headers: { 'if-none-match': etag } });
});

test('a person of another force is not found, like one whom there is not', async () => {
  const stranger = (await expect(200, 'GET', '/v1/me', { as: 'officer' })).json.person.id;
  await expect(404, 'GET', target(stranger), hr);
  await expect(404, 'GET', target(people.P), { as: 'hr' });
  await expect(404, 'GET', target('00000000-0000-4000-8000-000000000000'), hr);
});

test('without an office it is refused, for oneself too', async () => {
  await expect(401, 'GET', target(people.P));
  await expect(403, 'GET', target(people.P), officer(people.P));
  await expect(403, 'GET', target(people.P), { as: 'hr', person: people.Q });
  for (const as of ['college', 'auditor']) await expect(403, 'GET', target(people.P), { as });
});

test('bad parameters are all named at once', async () => {
  assert.deepEqual(pointers(await expect(400, 'GET', target('me') + '?colour=blue', hr)), [':person_id', '?colour']);
});
