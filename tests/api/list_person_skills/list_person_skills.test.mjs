// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, csv, expect, pointers, token } from '../../lib/client.mjs';
import { claim, items, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';
import { eventsOf } from '../../lib/trail.mjs';

// A had the role until the end of 2024; C has a sensitive posting.
const profileCode = 'accessibility-specialist.junior-accessibility-specialist';
let lancashire, humberside, gdd;

before(async () => {
  humberside = posted('humberside', { HR: {} });
  lancashire = posted('lancashire', { HR: {}, A: { role_profile: profileCode }, B: {}, C: { sensitive: 'yes' } });
  gdd = await items('gdd-pcf');
  await claim(lancashire.A, { item: gdd.consultancy, level: 3 });
  await claim(lancashire.A, { item: gdd['data-ethics-and-privacy'], level: 1 });
});

const target = (person, query = '') => `/v1/people/${person}/skills${query}`;

test('it gives what the person gets, and the person is told who asked', async () => {
  const reply = await expect(200, 'GET', target(lancashire.A), lancashire.hr);
  assert.deepEqual(reply.json, (await expect(200, 'GET', '/v1/skills', officer(lancashire.A))).json);
  assert.deepEqual(Object.fromEntries(reply.json.skills.filter(({ importance }) => importance).map(({ code, gap }) => [code, gap])),
    { 'communicating-information': 1, consultancy: 0, 'technical-understanding-accessibility': 2, testing: 1, 'user-focus': 1 });
  assert.deepEqual(eventsOf(reply).map(({ operation, kind, people }) => [operation, kind, people]), [['list_person_skills', 'record', [lancashire.A]]]);
});

test('the gaps alone, another day, another profile', async () => {
  const codes = async (query) => (await expect(200, 'GET', target(lancashire.A, query), lancashire.hr)).json.skills.map(({ code }) => code);
  assert.deepEqual((await codes('?only_gaps=true')).sort(), ['communicating-information', 'technical-understanding-accessibility', 'testing', 'user-focus']);
  assert.ok((await codes('?as_of=2019-12-31')).length === 0);
  const other = (await all('/v1/frameworks/gdd-pcf/role-profiles?limit=500', { as: 'officer' }, 'role_profiles')).find(({ code }) => code === 'data-scientist.data-scientist');
  assert.ok((await codes(`?role_profile=${other.id}&only_gaps=true`)).includes('data-ethics-and-privacy'));
});

test('pages of any size, and CSV, give the same figures; nobody without skills is empty and not missing', async () => {
  const whole = (await expect(200, 'GET', target(lancashire.A), lancashire.hr)).json.skills;
  assert.deepEqual(await all(target(lancashire.A, '?limit=2'), lancashire.hr, 'skills'), whole);
  const reply = await expect(200, 'GET', target(lancashire.A), { ...lancashire.hr, headers: { accept: 'text/csv' } });
  assert.equal(csv(reply.text).length, whole.length);
  assert.deepEqual((await expect(200, 'GET', target(lancashire.B), lancashire.hr)).json, { skills: [] });
});

test('somebody withheld, of another force or unknown, and an unknown profile are not there', async () => {
  for (const person of [lancashire.C, humberside.HR, gdd.testing]) await expect(404, 'GET', target(person), lancashire.hr);
  assert.equal((await expect(404, 'GET', target(lancashire.A, `?role_profile=${lancashire.A}`), lancashire.hr)).json.type, '/problems#unknown_role_profile');
});

test('refused: no token, no office, bad parameters', async () => {
  await expect(401, 'GET', target(lancashire.A));
  await expect(403, 'GET', target(lancashire.A), officer(lancashire.B));
  await expect(403, 'GET', target(lancashire.A), { as: { token: token('hr', lancashire.HR, 'reports:organisation') } });
  assert.deepEqual(pointers(await expect(400, 'GET', target('x', '?as_of=z&limit=0'), lancashire.hr)), [':person_id', '?as_of', '?limit']);
});
