// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { csv, expect } from '../../lib/client.mjs';
import { force, items, officer, row } from '../../lib/force.mjs';
import { hrOf, organisation } from '../../lib/organisations.mjs';
import { inRole, roleProfile, unitsOf } from '../../lib/roles.mjs';

// Unit "data" with "lab" below it, and "desk". Seniors are asked for analysing at 3 (essential) and innovating at 1 (desirable); leads for analysing at 3
// and, as alternatives, collaborating at 3 or inspiring at 2.
//   lab:  A senior, analysing 3; B senior, analysing 2
//   data: C senior, nothing; D lead, analysing 2, inspiring 1
//   desk: E lead, analysing 3, collaborating 3; F no role, analysing 2
const day = '&as_of=2025-06-30';
let cvf, people, hr, senior, lead, units, alike;

const assess = (person, item, level, more = {}) =>
  expect(201, 'POST', `/v1/people/${person}/assertions`, { ...hr, body: { item: cvf[item], level, basis: 'assessed', valid_from: '2024-01-01', ...more } });
const ask = async (more = '') => (await expect(200, 'GET', `/v1/reports/gaps?framework=cop-cvf-2024${day}${more}`, hr)).json;
const gap = ({ required, met, short, short_by_one, levels_short, close }) => [required, met, short, short_by_one, levels_short, close];

before(async () => {
  const code = organisation('gaps');
  ({ people } = force(code, [{ staff_number: 'HR' }, { staff_number: 'A', unit: 'lab', parent_unit: 'data' }, { staff_number: 'B', unit: 'lab', parent_unit: 'data' },
    { staff_number: 'C', unit: 'data' }, { staff_number: 'D', unit: 'data', worker_type: 'police_officer', rank: 'inspector' }, { staff_number: 'E', unit: 'desk' },
    { staff_number: 'F', unit: 'desk' }, ...[1, 2, 3, 4, 5, 6].map((n) => ({ staff_number: `R${n}` }))]));
  hr = hrOf(people.HR, code);
  alike = force(organisation('gapsalike'), ['HR', 'A', 'B', 'C'].map((staff_number) => ({ staff_number })));
  cvf = await items('cop-cvf-2024');
  units = unitsOf(code);
  senior = await roleProfile(people.HR, 'Senior of a test',
    [{ item: cvf['we-analyse-critically'], level: 3 }, { item: cvf['we-are-innovative-and-open-minded'], level: 1, importance: 'desirable' }]);
  lead = await roleProfile(people.HR, 'Lead of a test', [{ item: cvf['we-analyse-critically'], level: 3 },
    { item: cvf['we-collaborate'], level: 3, alternative: 1 }, { item: cvf['we-support-and-inspire'], level: 2, alternative: 1 }]);
  const { A, B, C, D, E, F } = people;
  inRole(senior, A, B, C);
  inRole(lead, D, E);
  for (const [person, item, level] of [[A, 'we-analyse-critically', 3], [B, 'we-analyse-critically', 2], [D, 'we-analyse-critically', 2],
    [D, 'we-support-and-inspire', 1], [E, 'we-analyse-critically', 3], [E, 'we-collaborate', 3], [F, 'we-analyse-critically', 2]])
    await assess(person, item, level);
});

test('required, met and short; by how many levels; who is one level below', async () => {
  const { rows } = await ask();
  // Of five asked for analysing at 3, A and E have it; B and D lack one level and C three; B, D and F are one below.
  assert.deepEqual(gap(row(rows, { item: cvf['we-analyse-critically'] })), [5, 2, 3, 2, 5, 3]);
  // Innovating is asked of three and held by none: for each one level, below which nothing is held.
  const desirable = row(rows, { item: cvf['we-are-innovative-and-open-minded'] });
  assert.deepEqual([desirable.importance, desirable.required_level, desirable.required_title, ...gap(desirable)], ['desirable', 1, 'Practitioner', 3, 0, 3, 3, 3, null]);
});

test('of alternatives the shortest way counts, on each of them', async () => {
  const { rows } = await ask();
  // D is one level short of inspiring; E collaborates, so that both are met.
  assert.deepEqual(gap(row(rows, { item: cvf['we-support-and-inspire'] })), [2, 1, 1, 1, 1, 1]);
  assert.deepEqual(gap(row(rows, { item: cvf['we-collaborate'] })), [2, 1, 1, 1, 1, 0]);
});

test('alternatives are told as one need, and what is asked for by itself is not', async () => {
  const { rows } = await ask();
  const numbers = Object.fromEntries(['we-support-and-inspire', 'we-collaborate', 'we-analyse-critically'].map((name) => [name, row(rows, { item: cvf[name] }).alternative]));
  assert.ok(numbers['we-collaborate'] > 0);
  assert.deepEqual([numbers['we-support-and-inspire'], numbers['we-analyse-critically']], [numbers['we-collaborate'], null]);
});

test('roles that ask for the same alternatives share a number, and who asks for one of them alone has a row apart', async () => {
  const { people: made, hr: others } = alike;
  const either = [{ item: cvf['we-collaborate'], level: 2, alternative: 7 }, { item: cvf['we-support-and-inspire'], level: 2, alternative: 7 }];
  inRole(await roleProfile(people.HR, 'One with a choice', either), made.A);
  inRole(await roleProfile(people.HR, 'Another with that choice', [{ item: cvf['we-take-ownership'], level: 1 }, ...either]), made.B);
  inRole(await roleProfile(people.HR, 'One without', [{ item: cvf['we-collaborate'], level: 2 }]), made.C);
  const { rows } = (await expect(200, 'GET', `/v1/reports/gaps?framework=cop-cvf-2024${day}`, others)).json;
  const told = rows.map((each) => [each.item_code, each.alternative !== null, each.required]).sort();
  assert.deepEqual(told, [['we-collaborate', false, 1], ['we-collaborate', true, 2], ['we-support-and-inspire', true, 2], ['we-take-ownership', false, 1]]);
  assert.equal(new Set(rows.map((each) => each.alternative)).size, 2, 'null and one number');
});

test('which units are short of people who analyse? Data by three, of them the lab by one', async () => {
  const { rows } = await ask(`&by=unit&item=${cvf['we-analyse-critically']}`);
  assert.deepEqual(Object.fromEntries(rows.map((each) => [each.unit_code, gap(each)])),
    { null: [5, 2, 3, 2, 5, 3], data: [4, 1, 3, 2, 5, 2], lab: [2, 1, 1, 1, 1, 1] });
});

test('by role each has rows of its own, and what nobody lacks has none', async () => {
  const { rows } = await ask(`&by=role&item=${cvf['we-analyse-critically']}`);
  assert.deepEqual(rows.map((each) => [each.role_profile, each.role_profile_title, ...gap(each)]),
    [[lead.id, 'Lead of a test', 2, 1, 1, 1, 1, 3], [senior.id, 'Senior of a test', 3, 1, 2, 1, 4, 3]]);
  assert.deepEqual((await ask(`&unit=${units.desk}`)).rows, []);
});

test('unit, rank and role narrow it, and a basis alone counts what rests on it', async () => {
  const at = async (more) => gap(row((await ask(more)).rows, { item: cvf['we-analyse-critically'] }));
  assert.deepEqual(await at(`&unit=${units.lab}`), [2, 1, 1, 1, 1, 1]);
  assert.deepEqual(await at('&rank=inspector'), [1, 0, 1, 1, 1, 1]);
  assert.deepEqual(await at(`&role=${senior.id}`), [3, 1, 2, 1, 4, 1]);
  assert.deepEqual(await at('&basis=self'), [5, 0, 5, 0, 15, 0]);
});

test('how long a step takes is said of five people or more, the median, of the last two years, without who brought the level', async () => {
  const step = async () => {
    const { step_people, step_days } = row((await ask()).rows, { item: cvf['we-analyse-critically'] });
    return [step_people, step_days];
  };
  const rise = async (person, days, from = '2025-01-01') => {
    await assess(person, 'we-analyse-critically', 2, { valid_from: from });
    const then = new Date(Date.parse(from) + days * 86400000).toISOString().slice(0, 10);
    await assess(person, 'we-analyse-critically', 3, { valid_from: then });
  };
  for (const [n, days] of [[1, 10], [2, 20], [3, 30], [4, 100]]) await rise(people[`R${n}`], days);
  assert.deepEqual(await step(), [null, null]);
  await rise(people.R5, 15, '2021-01-01');
  assert.deepEqual(await step(), [null, null], 'a step of four years ago is not of late');
  await assess(people.R6, 'we-analyse-critically', 2, { valid_from: '2019-01-01' });
  await assess(people.R6, 'we-analyse-critically', 3, { valid_from: '2025-03-01' });
  assert.deepEqual(await step(), [null, null], 'who joined with the level has no day on which it began');
  await assess(people.C, 'we-analyse-critically', 2, { valid_from: '2025-01-01', valid_until: '2025-01-24' });
  await assess(people.C, 'we-analyse-critically', 3, { valid_from: '2025-01-20', valid_until: '2025-01-25' });
  assert.deepEqual(await step(), [5, 20]);
  // Of 10, 19, 20, 30 and 100 days the 20 are R2's, who had the level confirmed on the tenth.
  await assess(people.R2, 'we-analyse-critically', 2, { valid_from: '2025-01-10' });
  assert.deepEqual(await step(), [5, 20], 'a renewal is not when the level began');
});

test('an edition gives it again', async () => {
  const then = await ask();
  await assess(people.C, 'we-analyse-critically', 3, { valid_from: '2025-02-01' });
  assert.notDeepEqual((await ask()).rows, then.rows);
  assert.deepEqual((await ask(`&edition=${then.meta.edition}`)).rows, then.rows);
});

test('CSV, and faults of the question', async () => {
  const base = `/v1/reports/gaps?framework=cop-cvf-2024${day}`;
  const reply = await expect(200, 'GET', base, { ...hr, headers: { ...hr.headers, accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text).map((each) => each.short), (await ask()).rows.map((each) => String(each.short)));
  const nothing = '00000000-0000-4000-8000-000000000000';
  assert.match((await expect(404, 'GET', `${base}&unit=${nothing}`, hr)).json.type, /unknown_unit$/);
  assert.match((await expect(422, 'GET', `${base}&known_at=2999-01-01T00:00:00Z`, hr)).json.type, /known_in_future$/);
  for (const bad of ['&by=item', '&basis=each', '&as_of=today']) await expect(400, 'GET', base + bad, hr);
  await expect(403, 'GET', base, officer(people.A));
});
