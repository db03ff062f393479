// SPDX-License-Identifier: MIT
// Gaps of CPD by name as a report: beside the figures that count the same people, as known before, and in every format.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { give, problem, scoped } from '../../lib/access.mjs';
import { call, csv, expect, sql } from '../../lib/client.mjs';
import { force, items, log, officer } from '../../lib/force.mjs';
import { organisation } from '../../lib/organisations.mjs';
import { done, download } from '../../lib/report_jobs.mjs';
import { inRole, roleProfile, unitsOf } from '../../lib/roles.mjs';
import { team } from '../../lib/team.mjs';
import { ask as askBook, data, read } from '../../lib/workbook.mjs';
import { edit, postingsOf, retract } from '../../lib/workforce.mjs';

// Asked about 30 June 2025. Each test has a person of its own, of Sergeant A's team since 2020, who logged something on 15 January 2025, five months before; BUSY
// on 1 June too. A, CELL, DESK and HR have never logged anything.
const day = 'as_of=2025-06-30', people = ['LATER', 'BUSY', 'MOVED', 'GONE', 'HIDDEN', 'CUT', 'CLOCK', 'FILE'];
let place, busy;

const ask = async (more = '', as = place.hr) => (await expect(200, 'GET', `/v1/development-gaps?${day}${more}`, as)).json;
const figures = async (more = '', as = place.hr) => (await expect(200, 'GET', `/v1/reports/development-gaps?${day}${more}`, as)).json.rows[0];
const given = ({ meta }) => `&edition=${meta.edition}`;
const since = ({ rows }, staff_number) => rows.find((each) => each.staff_number === staff_number)?.gap_since ?? null;
const asFile = async (more) => (await expect(200, 'GET', `/v1/development-gaps?${day}${more}`, { ...place.hr, headers: { ...place.hr.headers, accept: 'text/csv' } })).text;

before(async () => {
  place = team('gapsreport', Object.fromEntries(people.map((name) => [name, { unit: 'team' }])));
  await Promise.all(people.map((name) => log(place.people[name], { happened_on: '2025-01-15' })));
  busy = await log(place.people.BUSY, { happened_on: '2025-06-01' });
});

test('the list names those whom the figures count, now and in an edition', async () => {
  // A five months ago, B one, R twelve and the only one with the item; D since 1 February and HR since 2020 never.
  const code = organisation('gapscounted'), item = (await items('cop-cvf-2016'))['we-take-ownership'];
  const made = force(code, [{ staff_number: 'HR' }, { staff_number: 'A', unit: 'u1', parent_unit: 'u0' }, { staff_number: 'B', unit: 'u0' },
    { staff_number: 'D', unit: 'u0', starts_on: '2025-02-01' }, { staff_number: 'R', unit: 'u1', worker_type: 'police_officer', rank: 'constable' }]);
  await log(made.people.A, { happened_on: '2025-01-15' });
  await log(made.people.B, { happened_on: '2025-05-31' });
  await log(made.people.R, { happened_on: '2024-06-20', item });
  const both = async (more) => {
    const { rows } = await ask(more, made.hr), { in_gap, never } = await figures(more, made.hr);
    assert.deepEqual([in_gap, never], [rows.length, rows.filter(({ last_on }) => last_on === null).length], more);
    return [in_gap, never];
  };
  const { meta: { edition } } = await ask('', made.hr);
  const { u0, u1 } = unitsOf(code), expected = [['', 4, 2], ['&months=1', 5, 2], ['&months=12', 2, 1], [`&unit=${u0}`, 3, 1], [`&unit=${u1}`, 2, 0],
    ['&worker_type=police_officer', 1, 0], ['&rank=sergeant', 0, 0], [`&item=${item}&months=12`, 4, 3]];
  await Promise.all(expected.map(async ([more, ...counts]) => assert.deepEqual(await both(more), counts, more)));
  await log(made.people.R, { happened_on: '2025-06-20', item });
  assert.deepEqual(await both(''), [3, 2]);
  await Promise.all(expected.map(async ([more, ...counts]) => assert.deepEqual(await both(`${more}&edition=${edition}`), counts, more)));
});

test('it says what it counts, of which edition it is, and when that was known; also when nobody is listed', async () => {
  const { meta } = await ask();
  assert.match(meta.definition, /for 3 months or more/);
  assert.deepEqual([meta.as_of, meta.organisation.code, 'basis' in meta], ['2025-06-30', place.code, false]);
  assert.ok(Math.abs(Date.parse(meta.known_at) - Date.now()) < 60000);
  const none = await ask('&rank=inspector&worker_type=pcso');
  assert.deepEqual([none.rows, none.meta.as_of, typeof none.meta.edition], [[], '2025-06-30', 'string']);
});

test('what was logged later was not known then', async () => {
  const then = await ask();
  await log(place.people.LATER, { happened_on: '2025-06-15' });
  assert.deepEqual([since(then, 'LATER'), since(await ask(), 'LATER')], ['2025-01-15', null]);
  const again = await ask(given(then));
  assert.deepEqual([again.rows, again.meta.edition, again.meta.known_at], [then.rows, then.meta.edition, null]);
});

test('who did something that has been withdrawn since was in no gap then', async () => {
  const then = await ask();
  await expect(204, 'DELETE', `/v1/activities/${busy.id}`, { ...officer(place.people.BUSY), headers: { 'if-match': '"1"' } });
  assert.deepEqual([since(then, 'BUSY'), since(await ask(), 'BUSY'), since(await ask(given(then)), 'BUSY')], [null, '2025-01-15', null]);
});

test('a posting that has been corrected since was as it was known then, in its unit, rank and role', async () => {
  const role = await roleProfile(place.people.HR, 'Mover of a test', [{ item: (await items('cop-cvf-2024'))['we-take-ownership'], level: 1 }]);
  inRole(role, place.people.MOVED);
  const then = await ask();
  const [{ id }] = await postingsOf(place, place.people.MOVED);
  await edit(200, id, { unit: place.units.desk, worker_type: 'police_officer', rank: 'inspector', role_profile: null }, place.hr);
  const told = ({ rows }) => rows.filter((each) => each.staff_number === 'MOVED').map((each) => [each.unit_code, each.worker_type, each.rank, each.role_profile_title])[0];
  assert.deepEqual([told(then), told(await ask())], [['team', 'police_staff', null, 'Mover of a test'], ['desk', 'police_officer', 'inspector', null]]);
  for (const more of ['', `&unit=${place.units.team}`, `&role=${role.id}`]) assert.deepEqual(told(await ask(more + given(then))), told(then), more);
  assert.deepEqual([told(await ask('&rank=inspector')) !== undefined, told(await ask(`&rank=inspector${given(then)}`))], [true, undefined]);
});

test('who has no posting here any more, because it was retracted, is in no edition; nor is who has become withheld', async () => {
  const then = await ask(), listed = (list) => ['GONE', 'HIDDEN'].map((name) => since(list, name) !== null);
  assert.deepEqual(listed(then), [true, true]);
  await retract(200, (await postingsOf(place, place.people.GONE))[0].id, place.hr);
  sql(`update posting set sensitive = true where person_id = (select person_id from person where id = $1::uuid);
       select see_person(person_id) from person where id = $1::uuid`, place.people.HIDDEN);
  assert.deepEqual(listed(await ask(given(then))), [false, false]);
  give(place.people.HR, 'sensitive:read', { organisation: place.code });
  const cleared = { ...scoped(place.people.HR, 'workforce:read sensitive:read'), headers: place.hr.headers };
  assert.deepEqual(listed(await ask(given(then), cleared)), [false, true]);
});

test('whose gap began, as has been put right since, on a day without a posting here is named in no edition, and counted as before', async () => {
  const then = await ask(`&unit=${place.units.team}`), count = (await figures(given(then))).in_gap;
  await edit(200, (await postingsOf(place, place.people.CUT))[0].id, { starts_on: '2025-03-01' }, place.hr);
  const again = await ask(`&unit=${place.units.team}${given(then)}`);
  assert.deepEqual([since(then, 'CUT'), since(await ask(), 'CUT'), since(again, 'CUT')], ['2025-01-15', '2025-03-01', null]);
  assert.equal((await figures(given(then))).in_gap, count);
});

test('as known at a time, by the last tick before it', async () => {
  const then = await ask();
  let time;
  for (let tries = 0; tries < 100 && !time; tries++) {
    const now = new Date().toISOString(), reply = await call('GET', `/v1/development-gaps?${day}&known_at=${now}`, place.hr);
    if (reply.status === 200 && JSON.stringify(reply.json.rows) === JSON.stringify(then.rows)) time = now;
    else await new Promise((over) => setTimeout(over, 100));
  }
  assert.ok(time, 'the ledger records a tick within ten seconds');
  await log(place.people.CLOCK, { happened_on: '2025-06-15' });
  assert.equal(since(await ask(), 'CLOCK'), null);
  const again = await ask(`&known_at=${time}`);
  assert.deepEqual(again.rows, then.rows);
  assert.ok(again.meta.known_at <= time.replace('Z', '999Z') && again.meta.edition, JSON.stringify(again.meta));
});

test('file, workbook and job have the same rows of an edition', async () => {
  const then = await ask(), file = await asFile('');
  await log(place.people.FILE, { happened_on: '2025-06-15' });
  assert.notEqual(await asFile(''), file);
  assert.equal(await asFile(given(then)), file);
  assert.deepEqual(csv(file).map((each) => each.person), then.rows.map((each) => each.person));
  const book = data(read((await askBook(200, `/v1/development-gaps?${day}${given(then)}`, place.hr)).bytes));
  assert.deepEqual(book.map((each) => [each.staff_number, each.gap_days]), then.rows.map((each) => [each.staff_number, each.gap_days]));
  const { id } = await done(place.hr, { report: 'list_development_gaps', parameters: { as_of: '2025-06-30', edition: then.meta.edition } });
  assert.deepEqual((await download(200, place.hr, id)).json.rows, then.rows);
});

test('a line manager is told what is known now, also one who reads the figures of the force besides', async () => {
  const { meta: { edition } } = await ask();
  give(place.people.A, 'reports:organisation', { organisation: place.code });
  const wide = { ...scoped(place.people.A, 'team:read reports:organisation'), headers: place.hr.headers };
  for (const as of [place.manager, wide]) {
    assert.equal('edition' in (await ask('', as)).meta, false);
    assert.equal(problem(await expect(422, 'GET', `/v1/development-gaps?edition=${edition}`, as)), 'team_known_now');
    assert.equal(problem(await expect(422, 'GET', `/v1/development-gaps?known_at=${new Date().toISOString()}`, as)), 'team_known_now');
  }
});

test('what cannot have been known is refused', async () => {
  const refused = async (status, more) => problem(await expect(status, 'GET', `/v1/development-gaps?${more}`, place.hr));
  assert.equal(await refused(422, 'known_at=2999-01-01T00:00:00Z'), 'known_in_future ?known_at');
  assert.equal(await refused(422, 'edition=1:1:&known_at=2025-01-01T00:00:00Z'), 'known_at_or_edition ?edition');
  assert.equal(await refused(422, 'edition=999999999999999:999999999999999:'), 'edition_not_known ?edition');
  assert.equal(await refused(404, 'rank=admiral'), 'unknown_rank ?rank');
  await expect(400, 'GET', '/v1/development-gaps?edition=x', place.hr);
});
