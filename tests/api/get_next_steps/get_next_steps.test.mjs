// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, csv, expect } from '../../lib/client.mjs';
import { claim, items, log, officer, row } from '../../lib/force.mjs';
import { inRole, roleProfile } from '../../lib/roles.mjs';
import { assess, team } from '../../lib/team.mjs';

// To become a senior analyst B needs analysing at 3, owning at 2 and, as alternatives, collaborating at 3 or inspiring at 3; innovating at 2 is desirable. B is
// in a role that asks for owning at 1. On 1 October 2025 B has analysing 1, owning 2 to 31 December 2025 (91 days) over 1 without end, inspiring 2, and
// Git, of the Government's framework, of which nobody asks B anything, to 30 March 2026 (180 days).
const day = 'as_of=2025-10-01';
let place, cvf, senior, unasked, activity;

const ask = async (more = '', as = officer(place.people.B)) => (await expect(200, 'GET', `/v1/next-steps?${day}${more}`, as)).json.rows;
const toSenior = () => ask(`&role_profile=${senior.id}`);
const codes = (steps) => steps.map((step) => step.code);

before(async () => {
  place = team('steps', { B: { unit: 'team' }, C: { unit: 'team' } });
  cvf = await items('cop-cvf-2024');
  const [[code, gdd]] = Object.entries(await items('gdd-pcf'));
  unasked = code;
  const { HR, B } = place.people;
  senior = await roleProfile(HR, 'Senior analyst of a test', [{ item: cvf['we-analyse-critically'], level: 3 }, { item: cvf['we-take-ownership'], level: 2 },
    { item: cvf['we-collaborate'], level: 3, alternative: 1 }, { item: cvf['we-support-and-inspire'], level: 3, alternative: 1 },
    { item: cvf['we-are-innovative-and-open-minded'], level: 2, importance: 'desirable' }]);
  inRole(await roleProfile(HR, 'Analyst of a test', [{ item: cvf['we-take-ownership'], level: 1 }]), B);
  await claim(B, { item: cvf['we-analyse-critically'], level: 1 });
  await claim(B, { item: cvf['we-take-ownership'], level: 1 });
  await assess(place, B, cvf['we-take-ownership'], 2, { valid_until: '2025-12-31' });
  await claim(B, { item: cvf['we-support-and-inspire'], level: 2 });
  await claim(B, { item: gdd, level: 1, valid_until: '2026-03-30' });
  await log(B, { title: 'An old course', happened_on: '2023-02-01', item: cvf['we-analyse-critically'] });
  activity = await log(B, { title: 'A course on models', happened_on: '2025-09-10', item: cvf['we-analyse-critically'] });
  await log(B, { title: 'A course to come', happened_on: '2025-11-10', item: cvf['we-analyse-critically'] });
});

test('what do I need to become a senior analyst? Essential first, what lapses and the smallest gap first', async () => {
  assert.deepEqual((await toSenior()).map(({ code, importance, gap }) => [code, importance, gap]), [
    ['we-take-ownership', 'essential', 0], ['we-collaborate', 'essential', 1], ['we-support-and-inspire', 'essential', 1], ['we-analyse-critically', 'essential', 2],
    ['we-are-innovative-and-open-minded', 'desirable', 2], [unasked, null, null]]);
});

test('each says what counts next, and what of one\'s own is on the way', async () => {
  const step = row(await toSenior(), { code: 'we-analyse-critically' });
  assert.deepEqual([step.highest, step.highest_title, step.held_on, step.required_level, step.required_title], [1, 'Practitioner', 'self', 3, 'Senior manager or executive']);
  assert.deepEqual([step.next_level, step.next_title, step.lapses_on], [2, 'Supervisor or middle manager', null]);
  assert.deepEqual([step.activities, step.latest_activity, step.latest_activity_title, step.latest_activity_on], [2, activity.id, 'A course on models', '2025-09-10']);
  const alternative = row(await toSenior(), { code: 'we-collaborate' });
  assert.deepEqual([alternative.alternative, alternative.highest, alternative.next_level, alternative.activities, alternative.latest_activity], [1, null, 1, 0, null]);
});

test('what lapses within 180 days is a step, with what remains', async () => {
  const step = row(await toSenior(), { code: 'we-take-ownership' });
  assert.deepEqual([step.gap, step.highest, step.next_level, step.lapses_on, step.days_left, step.level_then], [0, 2, 2, '2025-12-31', 91, 1]);
  const other = row(await toSenior(), { code: unasked });
  assert.deepEqual([other.importance, other.lapses_on, other.days_left, other.level_then], [null, '2026-03-30', 180, null]);
  const earlier = (await expect(200, 'GET', `/v1/next-steps?as_of=2025-09-30&role_profile=${senior.id}`, officer(place.people.B))).json.rows;
  assert.ok(!codes(earlier).includes(unasked), '181 days are not within 180');
});

test('of a level of which the publisher says what it means, that is said', async () => {
  const gdd = await items('gdd-pcf');
  const profiles = await all('/v1/frameworks/gdd-pcf/role-profiles?limit=500', officer(place.people.B), 'role_profiles');
  const { id } = profiles.find((each) => each.code === 'data-analyst.senior-data-analyst');
  const steps = await ask(`&role_profile=${id}`);
  const step = steps.find((each) => each.gap > 0 && each.next_level === 1);
  const { levels } = (await expect(200, 'GET', `/v1/items/${gdd[step.code]}`, officer(place.people.B))).json;
  assert.equal(step.next_description, levels.find((each) => each.level === 1).description);
});

test('by default for one\'s own role', async () => {
  assert.deepEqual((await ask()).map(({ code, gap }) => [code, gap]), [['we-take-ownership', 0], [unasked, null]]);
  assert.deepEqual(await ask('', officer(place.people.C)), []);
});

test('a framework alone, pages and CSV', async () => {
  assert.deepEqual(codes(await ask('&framework=gdd-pcf')), [unasked]);
  const path = `/v1/next-steps?${day}&role_profile=${senior.id}`;
  const whole = await toSenior();
  assert.deepEqual(await all(`${path}&limit=1`, officer(place.people.B), 'rows'), whole);
  const reply = await expect(200, 'GET', path, { ...officer(place.people.B), headers: { accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text).map((each) => each.code), codes(whole));
});

test('a framework that does not exist is 404', async () => {
  const reply = await expect(404, 'GET', '/v1/next-steps?framework=nope', officer(place.people.B));
  assert.match(reply.json.type, /unknown_framework$/);
});

test('a role profile that does not exist is 404', async () => {
  const reply = await expect(404, 'GET', '/v1/next-steps?role_profile=00000000-0000-4000-8000-000000000000', officer(place.people.B));
  assert.match(reply.json.type, /unknown_role_profile$/);
  await expect(400, 'GET', '/v1/next-steps?role_profile=senior', officer(place.people.B));
});
