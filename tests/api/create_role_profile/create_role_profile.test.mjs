// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect, pointers, sql } from '../../lib/client.mjs';
import { give, problem, scoped } from '../../lib/access.mjs';
import { claim, items, officer } from '../../lib/force.mjs';
import { posted, run } from '../../lib/posted.mjs';

let lancashire, keeper, cvf, other, count = 0;

before(async () => {
  lancashire = posted('lancashire', { HR: {}, KEEPER: {}, A: {}, B: {} });
  give(lancashire.KEEPER, 'frameworks:write');
  keeper = scoped(lancashire.KEEPER, 'record:read frameworks:write');
  [cvf, other] = [await items('cop-cvf-2024'), await items('cop-cvf-2016')];
});

const profile = (more = {}) => ({ code: `test-${run}-${++count}`, family: 'Data', role: 'Analyst', role_level: 'Senior analyst', title: 'Senior analyst of a test',
  requirements: [{ item: cvf['we-take-ownership'], level: 2 }], ...more });
const create = (status, body, options = keeper, framework = 'cop-cvf-2024') => expect(status, 'POST', `/v1/frameworks/${framework}/role-profiles`, { ...options, body });
const faults = (reply) => reply.json.errors.map(({ pointer, code }) => `${pointer} ${code}`);

test('it is there for everybody, with what it asks for', async () => {
  const body = profile({ requirements: [{ item: cvf['we-take-ownership'], level: 2 }, { item: cvf['we-collaborate'], level: 1, importance: 'desirable' },
    { item: cvf['we-analyse-critically'], level: 3, alternative: 1 }, { item: cvf['we-support-and-inspire'], level: 2, alternative: 1 }] });
  const reply = await create(201, body);
  const { code, family, role, role_level, title, version, valid_from, versions } = reply.json;
  assert.deepEqual({ code, family, role, role_level, title }, { code: body.code, family: 'Data', role: 'Analyst', role_level: 'Senior analyst', title: body.title });
  assert.deepEqual([version, versions], [1, [{ version: 1, valid_from }]]);
  assert.deepEqual(Object.fromEntries(reply.json.requirements.map((each) => [each.code, [each.level, each.level_title, each.importance, each.alternative]])), {
    'we-take-ownership': [2, 'Supervisor or middle manager', 'essential', null], 'we-collaborate': [1, 'Practitioner', 'desirable', null],
    'we-analyse-critically': [3, 'Senior manager or executive', 'essential', 1], 'we-support-and-inspire': [2, 'Supervisor or middle manager', 'essential', 1],
  });
  const read = await expect(200, 'GET', reply.headers.get('location'), { as: 'officer' });
  assert.deepEqual([read.json, read.headers.get('etag')], [reply.json, reply.headers.get('etag')]);
  const listed = (await all('/v1/frameworks/cop-cvf-2024/role-profiles?role=Analyst&limit=500', { as: 'officer' }, 'role_profiles')).find((each) => each.code === body.code);
  assert.equal(listed.requirements, 4);
});

test('of alternatives any one suffices, and the gap is the smallest', async () => {
  const { id } = (await create(201, profile({ requirements: [{ item: cvf['we-take-ownership'], level: 2 }, { item: cvf['we-analyse-critically'], level: 3, alternative: 7 },
    { item: cvf['we-support-and-inspire'], level: 3, alternative: 7 }] }))).json;
  const skills = async (query = '') => Object.fromEntries((await expect(200, 'GET', `/v1/skills?role_profile=${id}${query}`, officer(lancashire.A))).json.skills
    .filter(({ importance }) => importance).map((each) => [each.code, [each.alternative, each.met, each.gap]]));
  assert.deepEqual(await skills(), { 'we-take-ownership': [null, false, 2], 'we-analyse-critically': [7, false, 3], 'we-support-and-inspire': [7, false, 3] });
  await claim(lancashire.A, { item: cvf['we-support-and-inspire'], level: 1 });
  assert.deepEqual(await skills(), { 'we-take-ownership': [null, false, 2], 'we-analyse-critically': [7, false, 2], 'we-support-and-inspire': [7, false, 2] });
  await claim(lancashire.A, { item: cvf['we-analyse-critically'], level: 3 });
  assert.deepEqual(await skills(), { 'we-take-ownership': [null, false, 2], 'we-analyse-critically': [7, true, 0], 'we-support-and-inspire': [7, false, 0] });
  assert.deepEqual(await skills('&only_gaps=true'), { 'we-take-ownership': [null, false, 2] });
});

test('it is a role to be posted to, and its gaps are those of the posting', async () => {
  const body = profile();
  await create(201, body);
  sql('update posting set role_profile_id = (select role_profile_id from role_profile where code = $1) where person_id = (select person_id from person where id = $2::uuid)', body.code, lancashire.B);
  const { required } = (await expect(200, 'GET', `/v1/skills/${cvf['we-take-ownership']}`, officer(lancashire.B))).json;
  assert.deepEqual([required.role_profile.code, required.level, required.gap], [body.code, 2, 2]);
});

test('every fault is named by its place', async () => {
  const reply = await create(422, profile({ requirements: [
    { item: cvf['we-take-ownership'], level: 2 },                                    // 0: right
    { item: other.integrity },                                            // 1: of another framework
    { item: cvf['we-take-ownership'], level: 3 },                                    // 2: a second time
    { item: cvf['we-collaborate'], level: 9 },                                // 3: not on the scale
    { item: cvf['we-analyse-critically'] },                                        // 4: without its level
    { item: cvf['we-support-and-inspire'], level: 1, alternative: 1 }, // 5: alone
    { item: cvf['we-are-emotionally-aware'], level: 1, alternative: 2 },
    { item: cvf['we-are-innovative-and-open-minded'], level: 1, alternative: 2, importance: 'desirable' }, // 7: not as the other
  ] }));
  assert.deepEqual(faults(reply), [
    '/requirements/1/item requirement_item_not_found', '/requirements/2/item requirement_item_repeated', '/requirements/3/level level_not_on_scale',
    '/requirements/4/level level_required', '/requirements/5/alternative alternative_alone', '/requirements/7/importance alternative_importance_differs']);
  assert.equal(reply.json.type, '/problems#role_profile_faulty');
  const pointersOf = pointers(await create(422, { code: 'No', role: ' ', requirements: [], version: 1 }));
  assert.deepEqual(pointersOf, ['/code', '/requirements', '/role', '/title', '/version']);
});

test('a code is there once, and the framework must be', async () => {
  const body = profile();
  await create(201, body);
  assert.deepEqual(faults(await create(409, { ...body, title: 'Another' })), ['/code role_profile_exists']);
  assert.equal(problem(await create(404, profile(), keeper, 'nothing')), 'unknown_framework :framework');
});

test('refused: no token, no grant, a grant for an organisation', async () => {
  await create(401, profile(), {});
  await create(403, profile(), scoped(lancashire.A, 'frameworks:write'));
  give(lancashire.HR, 'frameworks:write', { organisation: 'lancashire' });
  await create(403, profile(), scoped(lancashire.HR, 'frameworks:write'));
  await create(403, profile(), { as: 'college' });
});
