// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect, pointers } from '../../lib/client.mjs';
import { items } from '../../lib/force.mjs';

// The published matrix of the data scientist: in the order of the skills below, the level that each seniority asks for.
const skills = ['Applied maths, statistics and scientific practices', 'Data engineering', 'Data ethics and privacy', 'Data science innovation',
  'Delivering business impact', 'Developing data science capability', 'Programming and build (data science)', 'Understanding product delivery'];
const matrix = {
  'Trainee data scientist': [1, 1, 1, 1, 1, 1, 1, 1],
  'Associate data scientist': [2, 2, 2, 2, 2, 2, 2, 2],
  'Data scientist': [3, 3, 3, 3, 2, 3, 3, 3],
  'Principal data scientist': [4, 4, 3, 4, 3, 3, 4, 3],
  'Lead data scientist': [4, 4, 4, 4, 4, 4, 4, 4],
  'Head of data science': [4, 3, 4, 3, 4, 4, 2, 3],
};
const as = 'officer';
let ids;

before(async () => {
  const rows = await all('/v1/frameworks/gdd-pcf/role-profiles?role=Data%20scientist', { as }, 'role_profiles');
  ids = Object.fromEntries(rows.map(({ role_level, id }) => [role_level, id]));
});

for (const [seniority, levels] of Object.entries(matrix))
  test(`${seniority}: each skill at the level that is published`, async () => {
    const { json } = await expect(200, 'GET', `/v1/role-profiles/${ids[seniority]}`, { as });
    assert.deepEqual([json.family, json.role, json.role_level, json.framework.code], ['Data', 'Data scientist', seniority, 'gdd-pcf']);
    assert.deepEqual(Object.fromEntries(json.requirements.map(({ title, level }) => [title, level])),
      Object.fromEntries(skills.map((title, i) => [title, levels[i]])));
  });

test('a requirement names the item and what its level is called', async () => {
  const { json } = await expect(200, 'GET', `/v1/role-profiles/${ids['Data scientist']}`, { as });
  const impact = json.requirements.find(({ title }) => title === 'Delivering business impact');
  assert.deepEqual([impact.level_title, impact.item], ['Working', (await items('gdd-pcf'))[impact.code]]);
  assert.ok(json.requirements.filter((each) => each !== impact).every(({ level_title }) => level_title === 'Practitioner'));
});

test('an unchanged profile is not sent again', async () => {
  const target = `/v1/role-profiles/${ids['Data scientist']}`;
  const etag = (await expect(200, 'GET', target, { as })).headers.get('etag');
  await expect(304, 'GET', target, { as, headers: { 'if-none-match': etag } });
});

test('it refuses strangers, what is not there and what is not an identifier', async () => {
  await expect(401, 'GET', `/v1/role-profiles/${ids['Data scientist']}`);
  await expect(404, 'GET', '/v1/role-profiles/00000000-0000-4000-8000-000000000000', { as });
  assert.deepEqual(pointers(await expect(400, 'GET', '/v1/role-profiles/data-scientist?colour=blue', { as })), [':role_profile', '?colour']);
});
