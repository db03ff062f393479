// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, pointers, token } from '../../lib/client.mjs';
import { claim, items, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// A has a history with every reason why an assertion does not decide: withdrawn, succeeded, ended, overtaken, and one to come.
const profileCode = 'accessibility-specialist.junior-accessibility-specialist';
let lancashire, gdd, testing, ids;

before(async () => {
  lancashire = posted('lancashire', { HR: {}, A: { role_profile: profileCode }, B: {} });
  gdd = await items('gdd-pcf');
  testing = gdd.testing;
  const { A, hr } = lancashire;
  const put = async (target, options, body) => (await expect(201, 'POST', target, { ...options, body })).json.id;
  const own = (body) => claim(A, { item: testing, ...body }).then(({ id }) => id);
  ids = {
    withdrawn: await own({ level: 4, valid_from: '2022-01-01' }),
    first: await own({ level: 1, valid_from: '2022-02-01' }),
    ended: await own({ level: 3, valid_from: '2023-01-01', valid_until: '2023-06-30' }),
    overtaken: await own({ level: 2, valid_from: '2023-03-01' }),
    latest: await own({ level: 3, valid_from: '2024-01-01', reason: 'A year of testing.' }),
    future: await own({ level: 4, valid_from: '2199-01-01' }),
  };
  await expect(200, 'POST', `/v1/assertions/${ids.withdrawn}/withdrawal`, { ...officer(A), headers: { 'if-match': '*' }, body: { withdrawn_on: '2022-06-01', reason: 'Too high.' } });
  ids.second = await put(`/v1/assertions/${ids.first}/successor`, { ...officer(A), headers: { 'if-match': '*' } }, { level: 2, valid_from: '2022-09-01' });
  ids.assessed = await put(`/v1/people/${A}/assertions`, hr, { item: testing, level: 1, basis: 'assessed', valid_from: '2024-02-01', valid_until: '2198-12-31' });
});

const explain = async (query = '', item = testing) => (await expect(200, 'GET', `/v1/skills/${item}${query}`, officer(lancashire.A))).json;
const whys = ({ assertions }) => Object.fromEntries(assertions.map(({ id, why }) => [Object.keys(ids).find((name) => ids[name] === id), why]));

test('each basis says which assertion gives its level, until when, and what follows', async () => {
  const { bases, highest, highest_title } = await explain();
  assert.deepEqual([highest, highest_title], [3, 'Practitioner']);
  assert.deepEqual(bases, [
    { basis: 'self', level: 3, level_title: 'Practitioner', assertion: ids.latest, since: '2024-01-01', until: '2198-12-31', next_level: 4, next_assertion: ids.future },
    { basis: 'assessed', level: 1, level_title: 'Awareness', assertion: ids.assessed, since: '2024-02-01', until: '2198-12-31', next_level: null, next_assertion: null },
  ]);
});

test('every other assertion says why it does not decide', async () => {
  const told = await explain();
  assert.deepEqual(whys(told), { future: 'future', assessed: 'latest', latest: 'latest', overtaken: 'overtaken', ended: 'ended', second: 'overtaken', first: 'succeeded', withdrawn: 'withdrawn' });
  const of = (name) => told.assertions.find(({ id }) => id === ids[name]);
  assert.deepEqual([of('overtaken').overtaken_by, of('overtaken').decides, of('latest').decides, of('latest').overtaken_by, of('latest').reason],
    [ids.latest, false, true, null, 'A year of testing.']);
  assert.deepEqual([of('first').succeeded_by, of('second').succeeds, of('withdrawn').withdrawal_reason], [ids.second, ids.first, 'Too high.']);
});

test('on another day it was otherwise', async () => {
  const level = async (day) => (await explain(`?as_of=${day}`)).bases.map(({ level, assertion, until }) => [level, Object.keys(ids).find((name) => ids[name] === assertion), until]);
  assert.deepEqual(await level('2021-12-31'), []);
  assert.deepEqual(await level('2022-01-31'), [[4, 'withdrawn', '2022-01-31']]);
  assert.deepEqual(await level('2022-02-01'), [[1, 'first', '2022-08-31']]);
  assert.deepEqual(await level('2022-09-01'), [[2, 'second', '2022-12-31']]);
  assert.deepEqual(await level('2023-02-01'), [[3, 'ended', '2023-02-28']]);
  assert.deepEqual(await level('2023-07-01'), [[2, 'overtaken', '2023-12-31']]);
  assert.deepEqual(whys(await explain('?as_of=2022-01-15')), { withdrawn: 'latest', first: 'future', second: 'future', ended: 'future', overtaken: 'future', latest: 'future', assessed: 'future', future: 'future' });
});

test('what the role profile of the posting asks for', async () => {
  const { required } = await explain();
  assert.deepEqual([required.role_profile.code, required.level, required.level_title, required.importance, required.alternative, required.met, required.gap],
    [profileCode, 1, 'Awareness', 'essential', null, true, 0]);
  const unmet = (await explain('', gdd['technical-understanding-accessibility']));
  assert.deepEqual([unmet.required.level, unmet.required.met, unmet.required.gap, unmet.bases, unmet.assertions], [2, false, 2, [], []]);
});

test('of what is neither held nor asked for it says so', async () => {
  const told = await explain('', (await items('cop-cvf-2016')).integrity);
  assert.deepEqual([told.code, told.highest, told.required, told.bases, told.assertions], ['integrity', null, null, [], []]);
});

test('a colleague finds nothing of it in the same item', async () => {
  const told = (await expect(200, 'GET', `/v1/skills/${testing}`, officer(lancashire.B))).json;
  assert.deepEqual([told.bases, told.assertions, told.required], [[], [], null]);
});

test('refused: no token, no record:read, an unknown item, bad parameters', async () => {
  await expect(401, 'GET', `/v1/skills/${testing}`);
  await expect(403, 'GET', `/v1/skills/${testing}`, { as: { token: token('officer', lancashire.A, 'record:write') } });
  await expect(404, 'GET', `/v1/skills/${lancashire.A}`, officer(lancashire.A));
  assert.deepEqual(pointers(await expect(400, 'GET', '/v1/skills/x?as_of=y&person=z', officer(lancashire.A))), [':item', '?as_of', '?person']);
});
