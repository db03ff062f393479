// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test, { before } from 'node:test';
import { expect, pointers, sql, token } from '../../lib/client.mjs';
import { log, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// A and M are in the unit that M manages.
const secret = `Nobody but me is to read this: heron ${Date.now()}.`;
let derbyshire, manager, activity;

before(async () => {
  derbyshire = posted('derbyshire', { HR: {}, A: { unit: 'u1' }, B: {}, M: { unit: 'u1' } });
  sql(`insert into access_grant (account_id, organisation_id, unit_id, scopes, granted_by)
       select account_id, unit.organisation_id, unit.unit_id, '{team:read,competencies:assess}', 'test'
       from account join person using (person_id), unit join organisation using (organisation_id)
       where person.id = $1::uuid and organisation.code = 'derbyshire' and unit.code = 'u1'`, derbyshire.M);
  manager = { as: 'manager', person: derbyshire.M };
  activity = await log(derbyshire.A, { reflection: { body: secret }, minutes: 45 });
});

const get = (status, options, id = activity.id) => expect(status, 'GET', `/v1/activities/${id}`, options);

test('its author reads it as it was logged, the private reflection too', async () => {
  const reply = await get(200, officer(derbyshire.A));
  assert.deepEqual(reply.json, activity);
  assert.deepEqual(reply.json.reflection, { tier: 'private', body: secret });
  assert.equal(reply.headers.get('cache-control'), 'private, no-store');
});

test('who has the version that holds is told so', async () => {
  const { headers } = await get(200, officer(derbyshire.A));
  const known = (tag) => ({ ...officer(derbyshire.A), headers: { 'if-none-match': tag } });
  assert.equal((await get(304, known(headers.get('etag')))).text, '');
  await get(200, known('"2"'));
});

test('a colleague, the line manager and HR do not find it', async () => {
  for (const options of [officer(derbyshire.B), manager, derbyshire.hr])
    for (const path of ['', '/versions']) await expect(404, 'GET', `/v1/activities/${activity.id}${path}`, options);
});

test('nothing that the line manager or HR reads has the private reflection', async () => {
  const A = derbyshire.A;
  const person = [`/v1/people/${A}`, `/v1/people/${A}/assertions`, '/v1/people?limit=500'];
  const reports = ['development?framework=cop-cvf-2016&from=2025-01&until=2025-06', 'coverage?framework=cop-cvf-2016'].map((each) => `/v1/reports/${each}`);
  for (const path of person) assert.ok(!(await expect(200, 'GET', path, manager)).text.includes('heron'));
  for (const path of [...person, ...reports, '/v1/activities?status=all', '/v1/record'])
    assert.ok(!(await expect(200, 'GET', path, derbyshire.hr)).text.includes('heron'), path);
});

// The tiers of A's reflections that the service's own role is given under one setting, whatever a statement asks for.
function tiers(setting, value) {
  const parts = ['set search_path = skills', `set app.${setting} = '${value}'`,
    `select tier from activity_reflection where body in ('open ${activity.id}', 'halfway ${activity.id}', '${secret}') order by tier`];
  return execFileSync('psql', ['-qAtX', '-v', 'ON_ERROR_STOP=1', '-d', process.env.SKILLSD_DATABASE_URL, ...parts.flatMap((part) => ['-c', part])], { encoding: 'utf8' }).split('\n').filter(Boolean);
}
const inner = (id) => sql('select person_id from person where id = $1::uuid', id)[0];

test('the wall itself: of three tiers the line manager is given two, the organisation one, a colleague none', async () => {
  await log(derbyshire.A, { reflection: { tier: 'summary', body: `halfway ${activity.id}` } });
  await log(derbyshire.A, { reflection: { tier: 'shared', body: `open ${activity.id}` } });
  const [unit, organisation] = sql(`select unnest(array['{' || unit_id || '}', organisation_id::text])
                                    from unit join organisation using (organisation_id) where unit.code = 'u1' and organisation.code = 'derbyshire'`);
  assert.deepEqual(tiers('person', inner(derbyshire.A)), ['private', 'shared', 'summary']);
  assert.deepEqual(tiers('units', unit), ['shared', 'summary']);
  assert.deepEqual(tiers('organisation', organisation), ['shared']);
  assert.deepEqual(tiers('person', inner(derbyshire.B)), []);
});

test('not found, bad identifiers and unknown parameters', async () => {
  await get(404, officer(derbyshire.A), '00000000-0000-4000-8000-000000000000');
  assert.deepEqual(pointers(await expect(400, 'GET', `/v1/activities/${activity.id}?colour=red`, officer(derbyshire.A))), ['?colour']);
  assert.equal((await get(400, officer(derbyshire.A), 'x')).json.errors.length, 1);
});

test('without a token 401, without record:read 403', async () => {
  await get(401, {});
  await get(403, { as: { token: token('officer', derbyshire.A, 'record:write') } });
  await get(403, { as: 'college' });
});
