// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { csv, expect } from '../../lib/client.mjs';
import { scoped } from '../../lib/access.mjs';
import { force, items, officer, row } from '../../lib/force.mjs';
import { hrOf, organisation } from '../../lib/organisations.mjs';
import { inRole, roleProfile, unitsOf } from '../../lib/roles.mjs';

// Unit "data" with "lab" below it, and "desk" beside them. Analysts are asked for analysing at 3 and owning at 2, and, as alternatives, for collaborating
// at 2 or inspiring at 2; innovating at 1 is desirable. On 30 June 2025, of analysing: A 3 assessed (1 self), B 2, C 1, D 3 without being asked.
//   A  analyst, lab, inspector: analysing 3, owning 2, inspiring 2, innovating 1       meets all
//   B  analyst, data: analysing 2, collaborating 1                                     meets nothing
//   C  analyst, desk: analysing 1, owning 3, collaborating 2                           meets owning and the alternatives
//   D  no role, desk, a volunteer: analysing 3
//   HR no role, no unit: nothing
const day = '&as_of=2025-06-30';
let cvf2016, cvf, people, hr, analyst, units;

const assess = (person, item, level, more = {}) =>
  expect(201, 'POST', `/v1/people/${person}/assertions`, { ...hr, body: { item: cvf[item], level, basis: 'assessed', valid_from: '2024-01-01', ...more } });
const ask = async (more = '') => (await expect(200, 'GET', `/v1/reports/coverage?framework=cop-cvf-2024${more}`, hr)).json;
const cell = ({ rows }, item, level = null, more = {}) => row(rows, { item: item && cvf[item], unit: null, level, ...more });
const people_at = (report, item, levels) => levels.map((level) => cell(report, item, level).people);
const needs = ({ essential_required, essential_met, desirable_required, desirable_met }) => [essential_required, essential_met, desirable_required, desirable_met];

before(async () => {
  const code = organisation('coverage');
  ({ people } = force(code, [{ staff_number: 'HR' },
    { staff_number: 'A', unit: 'lab', parent_unit: 'data', worker_type: 'police_officer', rank: 'inspector' }, { staff_number: 'B', unit: 'data' },
    { staff_number: 'C', unit: 'desk' }, { staff_number: 'D', unit: 'desk', worker_type: 'police_support_volunteer' }]));
  hr = hrOf(people.HR, code);
  cvf = await items('cop-cvf-2024');
  cvf2016 = await items('cop-cvf-2016');
  units = unitsOf(code);
  analyst = await roleProfile(people.HR, 'Analyst of a test', [{ item: cvf['we-analyse-critically'], level: 3 }, { item: cvf['we-take-ownership'], level: 2 },
    { item: cvf['we-collaborate'], level: 2, alternative: 1 }, { item: cvf['we-support-and-inspire'], level: 2, alternative: 1 },
    { item: cvf['we-are-innovative-and-open-minded'], level: 1, importance: 'desirable' }]);
  const { A, B, C, D } = people;
  inRole(analyst, A, B, C);
  await assess(A, 'we-analyse-critically', 3);
  await expect(201, 'POST', '/v1/assertions', { ...officer(A), body: { item: cvf['we-analyse-critically'], level: 1, valid_from: '2024-01-01' } });
  for (const [item, level] of [['we-take-ownership', 2], ['we-support-and-inspire', 2], ['we-are-innovative-and-open-minded', 1]]) await assess(A, item, level);
  await assess(B, 'we-analyse-critically', 2);
  await assess(B, 'we-collaborate', 1);
  await assess(C, 'we-analyse-critically', 1, { valid_until: '2025-06-30' });
  await assess(C, 'we-take-ownership', 3);
  await assess(C, 'we-collaborate', 2);
  await assess(D, 'we-analyse-critically', 3);
});

test('people at or above each level, each at exactly one, as a share of all five', async () => {
  const report = await ask(day);
  assert.deepEqual(people_at(report, 'we-analyse-critically', [null, 1, 2, 3]), [4, 4, 3, 2]);
  assert.deepEqual([1, 2, 3].map((level) => cell(report, 'we-analyse-critically', level).people_at_level), [1, 1, 2]);
  const { strength, share, level_title, basis } = cell(report, 'we-analyse-critically', 2);
  assert.deepEqual([strength, share, level_title, basis], [5, 60, 'Supervisor or middle manager', 'any']);
});

test('what roles ask for, and who of those has it: of alternatives any one is enough', async () => {
  const report = await ask(day);
  // Three analysts are asked for analysing at 3: A has it. None is asked for it at less, so rows of lower levels count the same three.
  for (const level of [null, 1, 2, 3]) assert.deepEqual(needs(cell(report, 'we-analyse-critically', level)), [3, 1, 0, 0], `at ${level}`);
  // Owning is asked for at 2, so that nobody is asked for 3: A and C have it.
  assert.deepEqual(needs(cell(report, 'we-take-ownership', 2)), [3, 2, 0, 0]);
  assert.deepEqual(needs(cell(report, 'we-take-ownership', 3)), [0, 0, 0, 0]);
  // Collaborating or inspiring: A by inspiring, C by collaborating, B by neither.
  for (const item of ['we-collaborate', 'we-support-and-inspire']) assert.deepEqual(needs(cell(report, item)), [3, 2, 0, 0], item);
  assert.deepEqual(needs(cell(report, 'we-are-innovative-and-open-minded')), [0, 0, 3, 1]);
  // Of all items together A alone has all that is essential.
  assert.deepEqual(needs(cell(report, null)), [3, 1, 3, 1]);
});

test('which units are short of analysing against their roles? Data by one, and the desk by one', async () => {
  const report = await ask(`${day}&by=unit&item=${cvf['we-analyse-critically']}`);
  const short = Object.fromEntries(report.rows.filter((each) => each.level === 3).map((each) => [each.unit_code, each.essential_required - each.essential_met]));
  assert.deepEqual(short, { null: 2, data: 1, lab: 0, desk: 1 });
  assert.deepEqual(needs(row(report.rows, { unit_code: 'data', level: 3 })), [2, 1, 0, 0]);
  assert.deepEqual([row(report.rows, { unit_code: 'data', level: 1 }).people, row(report.rows, { unit_code: 'lab', level: 1 }).people], [2, 1]);
});

test('in any item a person counts once, with the highest', async () => {
  assert.deepEqual(people_at(await ask(day), null, [null, 1, 2, 3]), [4, 4, 4, 3]);
});

test('a basis alone counts what rests on it, each has rows for all', async () => {
  assert.deepEqual(people_at(await ask(`${day}&basis=self`), 'we-analyse-critically', [1, 2, 3]), [1, 0, 0]);
  assert.deepEqual(needs(cell(await ask(`${day}&basis=self`), 'we-analyse-critically', 3)), [3, 0, 0, 0]);
  const each = await ask(`${day}&basis=each`);
  assert.deepEqual(['self', 'assessed'].map((basis) => cell(each, 'we-analyse-critically', 1, { basis }).people), [1, 4]);
});

test('the last day of validity counts and the next does not; one who is asked for what nobody holds has a row', async () => {
  assert.deepEqual(people_at(await ask('&as_of=2025-07-01'), 'we-analyse-critically', [1, 2, 3]), [3, 3, 2]);
  const early = await ask('&as_of=2023-12-31');
  assert.deepEqual([cell(early, 'we-take-ownership').people, ...needs(cell(early, 'we-take-ownership'))], [0, 3, 0, 0, 0]);
});

test('unit, worker type, rank and role narrow it, alone and together', async () => {
  const at = async (more) => {
    const { people: held, strength, essential_required } = row((await ask(day + more)).rows, { item: cvf['we-analyse-critically'], level: 1 });
    return [held, strength, essential_required];
  };
  assert.deepEqual(await at(`&unit=${units.data}`), [2, 2, 2]);
  assert.deepEqual(await at('&worker_type=police_support_volunteer'), [1, 1, 0]);
  assert.deepEqual(await at('&rank=inspector'), [1, 1, 1]);
  assert.deepEqual(await at(`&role=${analyst.id}`), [3, 3, 3]);
  assert.deepEqual(await at(`&role=${analyst.id}&unit=${units.desk}&worker_type=police_staff`), [1, 1, 1]);
});

test('on another framework nothing is asked and nothing held', async () => {
  const { rows } = (await expect(200, 'GET', `/v1/reports/coverage?framework=cop-cvf-2016${day}`, hr)).json;
  assert.deepEqual(rows, []);
  assert.ok(cvf2016['we-take-ownership']);
});

test('held alone says what the cells of each item say, from balances and from entries', async () => {
  for (const more of [`${day}&basis=assessed`, `${day}&basis=each`, `${day}&basis=any`, '&as_of=2025-07-01&basis=assessed']) {
    const [whole, held] = [await ask(more), await ask(`${more}&detail=held`)];
    const told = (rows) => rows.filter((each) => each.item && each.people > 0).map((each) => [each.item_code, each.basis, each.level, each.people, each.people_at_level]);
    assert.ok(told(held.rows).length > 0);
    assert.deepEqual(told(held.rows), told(whole.rows), more);
    assert.ok(held.rows.every((each) => each.strength === null && each.essential_required === null));
  }
  assert.equal(cell(await ask(`${day}&detail=held&basis=assessed&rank=inspector`), 'we-analyse-critically', 3).people, 1);
});

test('it says of itself what it read, and comes as CSV', async () => {
  const { meta, rows } = await ask(`${day}&basis=assessed`);
  assert.deepEqual([meta.as_of, meta.basis, meta.framework.code, meta.complete], ['2025-06-30', 'assessed', 'cop-cvf-2024', true]);
  assert.match(meta.edition, /^\d+:\d+:/);
  const reply = await expect(200, 'GET', `/v1/reports/coverage?framework=cop-cvf-2024${day}&basis=assessed`, { ...hr, headers: { ...hr.headers, accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text).map((each) => each.people), rows.map((each) => String(each.people)));
});

test('an edition knows what roles were to ask for on a day to come, whatever has been changed since', async () => {
  const then_day = '&as_of=2040-06-30';
  const then = await ask(then_day);
  const { headers, json } = await expect(200, 'GET', `/v1/role-profiles/${analyst.id}`, hr);
  const { family, role, role_level, title } = json;
  await expect(200, 'PUT', `/v1/role-profiles/${analyst.id}`, { ...scoped(people.HR, 'frameworks:write'), headers: { 'if-match': headers.get('etag') },
    body: { family, role, role_level, title, valid_from: '2040-01-01', requirements: [{ item: cvf['we-analyse-critically'], level: 2 }] } });
  assert.deepEqual(needs(cell(await ask(then_day), 'we-analyse-critically', 2)), [3, 2, 0, 0]);
  assert.deepEqual((await ask(`${then_day}&edition=${then.meta.edition}`)).rows, then.rows);
});

test('faults of the question', async () => {
  const base = '/v1/reports/coverage?framework=cop-cvf-2024';
  const nothing = '00000000-0000-4000-8000-000000000000';
  for (const [more, code] of [[`&unit=${nothing}`, 'unknown_unit'], [`&item=${nothing}`, 'unknown_item'], [`&role=${nothing}`, 'unknown_role_profile'],
    ['&rank=admiral', 'unknown_rank'], ['&worker_type=robot', 'unknown_worker_type']])
    assert.match((await expect(404, 'GET', base + more, hr)).json.type, new RegExp(`${code}$`), more);
  for (const bad of ['&as_of=2024-02-30', '&basis=best', '&detail=all', '&from=2024-01']) await expect(400, 'GET', base + bad, hr);
  await expect(404, 'GET', '/v1/reports/coverage?framework=none', hr);
  await expect(403, 'GET', base, officer(people.A));
});
