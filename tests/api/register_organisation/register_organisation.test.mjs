// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { call, expect, sql } from '../../lib/client.mjs';
import { officer } from '../../lib/force.mjs';
import { nation } from '../../lib/organisations.mjs';
import { run } from '../../lib/posted.mjs';
import { faults, workforce } from '../../lib/workforce.mjs';

const wanted = (code, more = {}) => ({ code: `${code}-${run}`, name: 'A made-up force', kind: 'synthetic', nation: 'England', starts_on: '2020-01-01', ...more });
const register = (status, body, as = nation) => expect(status, 'POST', '/v1/organisations', { ...as, body });

test('it is there for everybody at once, and people are posted to it', async () => {
  const reply = await register(201, wanted('reg-a', { region: 'Nowhere', ends_on: '2040-12-31' }));
  assert.deepEqual([reply.json.region, reply.json.ends_on, reply.json.ons_code, reply.json.predecessors], ['Nowhere', '2040-12-31', null, []]);
  const read = await expect(200, 'GET', reply.headers.get('location'), { as: 'officer' });
  assert.deepEqual(read.json, reply.json);
  assert.equal(read.headers.get('etag'), reply.headers.get('etag'));
  // HR's posting has no end in the file: it lasts until the one that is planned.
  const force = workforce(reply.json.code, { A: { starts_on: '2021-01-01', ends_on: '2025-12-31' } });
  assert.deepEqual(sql(`select distinct posting.ends_before from posting join person using (person_id) where person.id in ($1::uuid, $2::uuid) order by 1`, force.HR, force.A),
    ['2026-01-01', '2041-01-01']);
  await expect(200, 'GET', `/v1/people/${force.A}`, force.hr);
});

test('a code is given once, also of many at once', async () => {
  const body = wanted('reg-b');
  const statuses = await Promise.all(Array.from({ length: 5 }, async () => (await call('POST', '/v1/organisations', { ...nation, body })).status));
  assert.equal(statuses.filter((status) => status === 201).length, 1);
  assert.ok(statuses.every((status) => [201, 409, 422].includes(status)), statuses.join());
  assert.deepEqual(faults(await register(422, body)), ['organisation_faulty', '/code organisation_code_taken']);
});

test('what cannot be is refused with its place', async () => {
  assert.deepEqual(faults(await register(422, wanted('reg-c', { ends_on: '2019-12-31' }))), ['organisation_faulty', '/ends_on organisation_ends_before_it_starts']);
  for (const more of [{ code: 'Not A Code' }, { kind: 'other' }, { ons_code: 'X1' }, { stats19_code: '1' }, { starts_on: '0999-01-01' }, { name: '' }])
    await register(422, wanted('reg-d', more));
});

test('it is for those who keep the nation', async () => {
  const force = workforce((await register(201, wanted('reg-e'))).json.code, { A: { starts_on: '2021-01-01' } });
  await register(403, wanted('reg-f'), force.hr);
  await register(403, wanted('reg-f'), officer(force.A));
  await register(401, wanted('reg-f'), {});
});
