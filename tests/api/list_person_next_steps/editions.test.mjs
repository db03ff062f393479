// SPDX-License-Identifier: MIT
// What was there to do, as it was known then: for the person, and for HR as far as it saw the record then.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { give, scoped } from '../../lib/access.mjs';
import { expect } from '../../lib/client.mjs';
import { londonDay } from '../../lib/days.mjs';
import { items, log, officer } from '../../lib/force.mjs';
import { inRole, roleProfile } from '../../lib/roles.mjs';
import { assess, team } from '../../lib/team.mjs';
import { edit, postingsOf } from '../../lib/workforce.mjs';

// Each of Sergeant A's team has a role that asks for analysing at 2 and collaborating at 1, holds analysing at 1 since 2024 and nothing else, and has learned
// for it once, in May 2024. Each test has a person of its own.
const names = ['LATER', 'TAKEN', 'LOGGED', 'MOVED', 'LONG', 'ROLE'];
let place, cvf, analysing, profile, first, learned;

const path = (name) => (name === undefined ? '/v1/next-steps' : `/v1/people/${place.people[name]}/next-steps`);
const read = async (target, more, as) => (await expect(200, 'GET', `${target}?as_of=${londonDay(0)}${more}`, as)).json.rows;
// What HR, and the person, are told.
const ask = (name, more = '') => Promise.all([read(path(name), more, place.hr), read(path(), more, officer(place.people[name]))]);
const edition = async () => `&edition=${(await expect(200, 'GET', '/v1/reports/skills-matrix?framework=cop-cvf-2024', place.hr)).json.meta.edition}`;
// Of each of the two, the steps as lines: code, gap, highest level, activities, the title of the latest.
const told = (both) => both.map((steps) => steps.map((step) => `${step.code} ${step.gap} ${step.highest} ${step.activities} ${step.latest_activity_title}`));
const collaborate = 'we-collaborate 1 null 0 null', before1 = [collaborate, 'we-analyse-critically 1 1 1 A course'];
const version = (as) => ({ ...as, headers: { ...as.headers, 'if-match': '*' } });
const editPosting = async (name, body) => edit(200, (await postingsOf(place, place.people[name]))[0].id, body, place.hr);

before(async () => {
  place = team('stepped', Object.fromEntries(names.map((name) => [name, { unit: 'team' }])));
  cvf = await items('cop-cvf-2024');
  analysing = cvf['we-analyse-critically'];
  profile = await roleProfile(place.people.HR, 'Stepping of a test', [{ item: analysing, level: 2 }, { item: cvf['we-collaborate'], level: 1 }]);
  inRole(profile, ...names.map((name) => place.people[name]));
  const each = (make) => Promise.all(names.map(async (name) => [name, await make(place.people[name])])).then(Object.fromEntries);
  first = await each(async (person) => (await assess(place, person, analysing, 1)).json.id);
  learned = await each(async (person) => (await log(person, { title: 'A course', happened_on: '2024-05-01', item: analysing })).id);
});

// What they are told by the edition of before the change is what they were told then, and now it is what is expected.
async function keeps(name, change, now) {
  const [then, known] = [await ask(name), await edition()];
  assert.deepEqual(told(then), [before1, before1]);
  await change();
  assert.deepEqual(told(await ask(name)), [now, now]);
  assert.deepEqual(await ask(name, known), then);
}

test('an assertion that was recorded later had left no gap yet', () =>
  keeps('LATER', () => assess(place, place.people.LATER, analysing, 2, { valid_from: '2025-01-01' }), [collaborate]));

test('what has been withdrawn since was held then', () =>
  keeps('TAKEN', () => expect(200, 'POST', `/v1/assertions/${first.TAKEN}/withdrawal`, { ...version(place.hr), body: { withdrawn_on: '2025-01-01' } }),
    [collaborate, 'we-analyse-critically 2 null 1 A course']));

test('activities are told as they were known, and no later ones', () => keeps('LOGGED', async () => {
  const own = officer(place.people.LOGGED);
  await expect(200, 'PATCH', `/v1/activities/${learned.LOGGED}`, { ...version(own), body: { title: 'Another name' } });
  await log(place.people.LOGGED, { title: 'A second one', happened_on: '2024-03-01', item: analysing });
}, [collaborate, 'we-analyse-critically 1 1 2 Another name']));

test('the role is that of the posting as it was known', () => keeps('MOVED', () => editPosting('MOVED', { role_profile: null }), []));

test('HR is told of what it saw then, the person of all', async () => {
  await editPosting('LONG', { starts_on: '2025-01-01' });
  const [then, known] = [await ask('LONG'), await edition()];
  const none = [collaborate, 'we-analyse-critically 1 1 0 null'];
  assert.deepEqual(told(then), [none, before1]);
  await editPosting('LONG', { starts_on: '2024-01-01' });
  assert.deepEqual(told(await ask('LONG')), [before1, before1]);
  assert.deepEqual(await ask('LONG', known), then);
});

test('a role profile asked for as much as was known then', () => keeps('ROLE', async () => {
  give(place.people.HR, 'frameworks:write');
  await expect(200, 'PUT', `/v1/role-profiles/${profile.id}`, { ...version(scoped(place.people.HR, 'record:read frameworks:write')),
    body: { role: 'Stepping', title: 'Stepping of a test', requirements: [{ item: analysing, level: 3 }] } });
}, ['we-analyse-critically 2 1 1 A course']));

test('a line manager is told what is known now, and what cannot have been known is refused', async () => {
  const code = async (target, more, as) => (await expect(422, 'GET', target + more, as)).json.type.split('#')[1];
  const [known, time] = [await edition(), `&known_at=${new Date().toISOString()}`];
  for (const more of [known, time]) assert.equal(await code(`${path('LATER')}?`, more, place.manager), 'team_known_now');
  for (const [target, as] of [[path('LATER'), place.hr], [path(), officer(place.people.LATER)]]) {
    assert.equal(await code(`${target}?`, '&known_at=2999-01-01T00:00:00Z', as), 'known_in_future');
    assert.equal(await code(`${target}?`, '&known_at=2001-01-01T00:00:00Z', as), 'known_too_early');
    assert.equal(await code(`${target}?`, `${known}${time}`, as), 'known_at_or_edition');
    assert.equal(await code(`${target}?`, '&edition=999999999999999:999999999999999:', as), 'edition_not_known');
  }
});
