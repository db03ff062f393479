// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, csv, expect, pointers, sql } from '../../lib/client.mjs';
import { force, officer } from '../../lib/force.mjs';

// Gloucestershire: the unit u0 with u1 below it, and beside them u2. The boss manages u0; L has left, N is to come, P was promoted.
let people, hr, manager, unit;
const names = (rows) => rows.map(({ staff_number }) => staff_number);
const list = async (query = '', options = hr) => names(await all(`/v1/people?${query}`, options, 'people'));

before(async () => {
  const constable = { worker_type: 'police_officer', rank: 'constable' };
  ({ people, hr } = force('gloucestershire', [
    { staff_number: 'HR' }, { staff_number: 'BOSS', unit: 'u0', worker_type: 'police_officer', rank: 'sergeant' },
    { staff_number: 'A', unit: 'u1', parent_unit: 'u0', ...constable, given_name: 'Zoë' }, { staff_number: 'B', unit: 'u2', ...constable },
    { staff_number: 'L', unit: 'u1', ends_on: '2022-06-30', leaver_type: 'other' }, { staff_number: 'N', unit: 'u1', starts_on: '2150-01-01' },
    { staff_number: 'P', unit: 'u2', ...constable, ends_on: '2023-03-31' },
    { staff_number: 'P', unit: 'u0', worker_type: 'police_officer', rank: 'sergeant', starts_on: '2023-04-01' }]));
  sql(`insert into access_grant (account_id, organisation_id, unit_id, scopes, granted_by)
       select account_id, organisation_id, unit_id, '{team:read}', 'test'
       from account join person using (person_id), unit join organisation o using (organisation_id)
       where person.id = $1::uuid and unit.code = 'u0' and o.code = 'gloucestershire'
         and not exists (select from access_grant g where g.account_id = account.account_id)`, people.BOSS);
  manager = { as: 'manager', person: people.BOSS };
  const { json } = await expect(200, 'GET', '/v1/organisations/gloucestershire/units', hr);
  unit = Object.fromEntries(json.units.map(({ code, id }) => [code, id]));
});

test('HR reads those posted today, by name, and nobody of another force', async () => {
  const rows = await all('/v1/people', hr, 'people');
  assert.deepEqual(names(rows), ['A', 'B', 'BOSS', 'HR', 'P']);
  const { id, given_name, organisation, rank, worker_type, starts_on, ends_on, synthetic } = rows[0];
  assert.deepEqual([id, given_name, organisation, rank, worker_type, starts_on, ends_on, synthetic],
    [people.A, 'Zoë', 'gloucestershire', 'constable', 'police_officer', '2020-01-01', null, false]);
});

test('a day has those who were posted on it, its first and last day included', async () => {
  assert.deepEqual(await list('as_of=2022-06-30'), ['A', 'B', 'BOSS', 'HR', 'L', 'P']);
  assert.deepEqual(await list('as_of=2022-07-01'), ['A', 'B', 'BOSS', 'HR', 'P']);
  assert.deepEqual(await list('as_of=2150-01-01'), ['A', 'B', 'BOSS', 'HR', 'N', 'P']);
  assert.deepEqual(await list('as_of=2019-12-31'), []);
  assert.deepEqual(await list('as_of=2023-03-31&rank=constable'), ['A', 'B', 'P']);
  assert.deepEqual(await list('as_of=2023-04-01&rank=constable'), ['A', 'B']);
});

test('unit, worker type, rank and text narrow the list', async () => {
  assert.deepEqual(await list(`unit=${unit.u0}`), ['A', 'BOSS', 'P']);
  assert.deepEqual(await list(`unit=${unit.u1}`), ['A']);
  assert.deepEqual(await list('worker_type=police_staff'), ['HR']);
  assert.deepEqual(await list('rank=sergeant'), ['BOSS', 'P']);
  assert.deepEqual(await list(`q=${encodeURIComponent('ZOË a')}`), ['A']);
  assert.deepEqual(await list('q=bo&rank=sergeant'), ['BOSS']);
  assert.deepEqual(await list('rank=no_such'), []);
});

test('a line manager reads the unit and those below it', async () => {
  assert.deepEqual(await list('', manager), ['A', 'BOSS', 'P']);
  assert.deepEqual(await list(`unit=${unit.u2}`, manager), []);
});

test('pages of any size, and CSV, give the same list', async () => {
  for (const limit of [1, 4, 5]) assert.deepEqual(await list(`limit=${limit}`), ['A', 'B', 'BOSS', 'HR', 'P']);
  const reply = await expect(200, 'GET', '/v1/people', { ...hr, headers: { accept: 'text/csv' } });
  assert.deepEqual(names(csv(reply.text)), ['A', 'B', 'BOSS', 'HR', 'P']);
});

test('without an office it is refused', async () => {
  await expect(401, 'GET', '/v1/people');
  await expect(403, 'GET', '/v1/people', officer(people.A));
  await expect(403, 'GET', '/v1/people', officer(people.HR));
  assert.match((await expect(403, 'GET', '/v1/people', { as: 'hr', person: people.A })).json.type, /#scope_not_granted$/);
  for (const as of ['college', 'auditor']) await expect(403, 'GET', '/v1/people', { as });
});

test('bad parameters are all named at once', async () => {
  assert.deepEqual(pointers(await expect(400, 'GET', '/v1/people?unit=x&rank=A%20B&worker_type=A&as_of=2025-02-30&limit=501&q=&colour=x', hr)),
    ['?as_of', '?colour', '?limit', '?q', '?rank', '?unit', '?worker_type']);
});
