// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, csv, expect, pointers, token } from '../../lib/client.mjs';
import { claim, items, officer, row } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// A junior accessibility specialist is asked for technical understanding at 2 and four other skills at 1, all of them essential.
const profileCode = 'accessibility-specialist.junior-accessibility-specialist';
let leicestershire, gdd, cvf, profile;

before(async () => {
  leicestershire = posted('leicestershire', { HR: {}, A: {}, B: { role_profile: profileCode } });
  [gdd, cvf] = [await items('gdd-pcf'), await items('cop-cvf-2016')];
  profile = row(await all('/v1/frameworks/gdd-pcf/role-profiles?limit=500', { as: 'officer' }, 'role_profiles'), { code: profileCode });
  const { A, hr } = leicestershire;
  const record = (body) => expect(201, 'POST', `/v1/people/${A}/assertions`, { ...hr, body: { valid_from: '2024-01-01', ...body } });
  await claim(A, { item: gdd['technical-understanding-accessibility'], level: 1 });
  await claim(A, { item: gdd.consultancy, level: 3 });
  await record({ item: gdd.consultancy, level: 1, basis: 'endorsed' });
  await record({ item: gdd.consultancy, level: 2, basis: 'accredited' });
  await claim(A, { item: gdd.testing, level: 4, valid_from: '2023-01-01' });
  await claim(A, { item: gdd.testing, level: 2 });
  await claim(A, { item: gdd['user-focus'], level: 1, valid_until: '2024-06-30' });
  await claim(A, { item: cvf.integrity });
});

const target = (query = '') => `/v1/skills?role_profile=${profile.id}${query}`;
const read = async (query) => (await expect(200, 'GET', target(query), officer(leicestershire.A))).json.skills;
const gaps = (rows) => Object.fromEntries(rows.map(({ code, gap }) => [code, gap]));

test('basis stands beside basis, never averaged, the highest with its title', async () => {
  const skill = row(await read(), { code: 'consultancy' });
  const { self, endorsed, assessed, accredited, held_on, highest, highest_title, required_level, required_title, importance, gap, item } = skill;
  assert.deepEqual([self, endorsed, assessed, accredited, held_on], [3, 1, null, 2, 'self endorsed accredited']);
  assert.deepEqual([highest, highest_title, required_level, required_title, importance, gap], [3, 'Practitioner', 1, 'Awareness', 'essential', 0]);
  assert.equal(item, gdd.consultancy);
});

test('the gap to what the role profile asks for; the latest assertion holds, an ended one does not', async () => {
  const rows = await read();
  assert.deepEqual(gaps(rows), {
    'communicating-information': 1, consultancy: 0, 'technical-understanding-accessibility': 1, testing: 0, 'user-focus': 1, integrity: null,
  });
  assert.equal(row(rows, { code: 'testing' }).highest, 2);
  assert.deepEqual(gaps(await read('&only_gaps=true')), { 'communicating-information': 1, 'technical-understanding-accessibility': 1, 'user-focus': 1 });
});

test('on another day it was otherwise', async () => {
  assert.equal(gaps(await read('&as_of=2024-06-30'))['user-focus'], 0);
  assert.equal(gaps(await read('&as_of=2024-07-01'))['user-focus'], 1);
  const earlier = await read('&as_of=2023-12-31');
  assert.equal(row(earlier, { code: 'testing' }).highest, 4);
  assert.ok(!('integrity' in gaps(earlier)));
  assert.equal(gaps(earlier)['technical-understanding-accessibility'], 2);
});

test('what is held and not asked for has no gap; of what has no levels it says on what it is held', async () => {
  const held = row(await read('&framework=cop-cvf-2016'), { code: 'integrity' });
  assert.deepEqual([held.held_on, held.highest, held.required_level, held.importance, held.gap], ['self', null, null, null, null]);
});

test('the role profile of the posting is the one asked about by default', async () => {
  const own = async (person) => gaps((await expect(200, 'GET', '/v1/skills', officer(person))).json.skills);
  assert.deepEqual(await own(leicestershire.B), {
    'communicating-information': 1, consultancy: 1, 'technical-understanding-accessibility': 2, testing: 1, 'user-focus': 1,
  });
  assert.deepEqual(new Set(Object.values(await own(leicestershire.A))), new Set([null]));
});

test('pages of any size, and CSV, give the same figures', async () => {
  const whole = await read();
  for (const limit of [1, 4]) assert.deepEqual(await all(target(`&limit=${limit}`), officer(leicestershire.A), 'skills'), whole);
  const reply = await expect(200, 'GET', target(), { ...officer(leicestershire.A), headers: { accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text), whole.map((each) => Object.fromEntries(Object.entries(each).map(([name, value]) => [name, String(value ?? '')]))));
});

test('refused: no token, no record:read, an unknown role profile, bad parameters', async () => {
  await expect(401, 'GET', '/v1/skills');
  await expect(403, 'GET', '/v1/skills', { as: { token: token('officer', leicestershire.A, 'record:write') } });
  await expect(403, 'GET', '/v1/skills', { as: 'college' });
  await expect(404, 'GET', `/v1/skills?role_profile=${leicestershire.A}`, officer(leicestershire.A));
  const reply = await expect(400, 'GET', '/v1/skills?role_profile=x&as_of=y&only_gaps=perhaps&person=z&limit=0', officer(leicestershire.A));
  assert.deepEqual(pointers(reply), ['?as_of', '?limit', '?only_gaps', '?person', '?role_profile']);
});
