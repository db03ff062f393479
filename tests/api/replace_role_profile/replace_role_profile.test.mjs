// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, pointers, sql } from '../../lib/client.mjs';
import { give, scoped } from '../../lib/access.mjs';
import { claim, items, officer } from '../../lib/force.mjs';
import { posted, run } from '../../lib/posted.mjs';

let lancashire, keeper, cvf, count = 0;

before(async () => {
  lancashire = posted('lancashire', { HR: {}, KEEPER: {}, A: {} });
  give(lancashire.KEEPER, 'frameworks:write');
  keeper = scoped(lancashire.KEEPER, 'record:read frameworks:write');
  cvf = await items('cop-cvf-2024');
  await claim(lancashire.A, { item: cvf['we-take-ownership'], level: 2, valid_from: '2020-01-01' });
});

const names = { family: 'Data', role: 'Analyst', title: 'Analyst of a test' };
const asking = (level, more = {}) => ({ ...names, requirements: [{ item: cvf['we-take-ownership'], level }], ...more });
const create = async (level, more) => (await expect(201, 'POST', '/v1/frameworks/cop-cvf-2024/role-profiles',
  { ...keeper, body: { code: `test-r-${run}-${++count}`, ...asking(level, more) } })).json;
const replace = (status, id, body, tag = '*', options = keeper) =>
  expect(status, 'PUT', `/v1/role-profiles/${id}`, { ...options, headers: tag ? { 'if-match': tag } : {}, body });
const read = async (id, query = '') => (await expect(200, 'GET', `/v1/role-profiles/${id}${query}`, { as: 'officer' })).json;
const level = ({ requirements: [{ level }] }) => level;

test('from its day on it asks for something else; an earlier day is measured by what was asked for then', async () => {
  const { id, version } = await create(2, { valid_from: '2024-01-01' });
  assert.equal(version, 1);
  const reply = await replace(200, id, asking(3, { title: 'A new title' }));
  assert.deepEqual([reply.json.version, level(reply.json), reply.json.title, reply.json.family], [2, 3, 'A new title', 'Data']);
  assert.deepEqual(await read(id), reply.json);
  assert.deepEqual([level(await read(id, '?as_of=2024-01-01')), level(await read(id, '?as_of=2019-01-01'))], [2, 2]);
  const gap = async (query) => (await expect(200, 'GET', `/v1/skills?role_profile=${id}${query}`, officer(lancashire.A))).json.skills[0].gap;
  assert.deepEqual([await gap(''), await gap('&as_of=2024-06-30')], [1, 0]);
});

test('a version may be recorded before its day, and another in between', async () => {
  const { id } = await create(1);
  assert.deepEqual(level((await replace(200, id, asking(3, { valid_from: '2199-01-01' }))).json), 1);
  await replace(200, id, asking(2, { valid_from: '2198-01-01' }));
  assert.deepEqual(await Promise.all(['', '?as_of=2198-01-01', '?as_of=2199-01-01'].map(async (query) => level(await read(id, query)))), [1, 2, 3]);
  assert.deepEqual((await read(id)).versions.map(({ version, valid_from }) => [version, valid_from]).slice(1), [[2, '2199-01-01'], [3, '2198-01-01']]);
});

test('what is replaced on the day on which it began is still there', async () => {
  const { id } = await create(1);
  await replace(200, id, asking(2));
  assert.equal(level((await replace(200, id, asking(3))).json), 3);
  assert.equal(sql('select count(*) from role_requirement join role_profile using (role_profile_id) where id = $1::uuid', id)[0], '3');
});

test('it wants If-Match with the version that holds', async () => {
  const { id } = await create(1);
  const tag = (await expect(200, 'GET', `/v1/role-profiles/${id}`, { as: 'officer' })).headers.get('etag');
  await replace(428, id, asking(2), null);
  await replace(200, id, asking(2), tag);
  assert.equal((await replace(412, id, asking(3), tag)).json.type, '/problems#version_changed');
  assert.equal(level(await read(id)), 2);
});

test('of several who replace the same version one does', async () => {
  const { id } = await create(1);
  const tag = (await expect(200, 'GET', `/v1/role-profiles/${id}`, { as: 'officer' })).headers.get('etag');
  const options = { method: 'PUT', body: JSON.stringify(asking(2)), headers: { authorization: `Bearer ${keeper.as.token}`, 'content-type': 'application/json', 'if-match': tag } };
  const replies = await Promise.all([1, 2, 3, 4, 5].map(() => fetch(`${process.env.SKILLSD_URL}/v1/role-profiles/${id}`, options)));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 412, 412, 412, 412]);
});

test('every fault is named by its place, and nothing is changed', async () => {
  const { id } = await create(1);
  const body = { ...names, title: 'Not taken', valid_from: '2020-01-01', requirements: [{ item: cvf['we-take-ownership'], level: 9 }, { item: lancashire.A }] };
  assert.deepEqual(pointers(await replace(422, id, body)), ['/requirements/0/level', '/requirements/1/item', '/valid_from']);
  assert.deepEqual(pointers(await replace(422, id, { ...asking(1), code: 'x', role: '' })), ['/code', '/role']);
  const { title, version } = await read(id);
  assert.deepEqual([title, version], ['Analyst of a test', 1]);
});

test('refused: no token, no grant, what is not there', async () => {
  const { id } = await create(1);
  await replace(401, id, asking(2), '*', {});
  await replace(403, id, asking(2), '*', scoped(lancashire.A, 'frameworks:write'));
  await replace(404, lancashire.A, asking(2));
});
