// SPDX-License-Identifier: MIT
// What did we believe on the day of the inspection? Both matrices as they were known then, whatever was recorded or put right since.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { give, scoped } from '../../lib/access.mjs';
import { call, expect, sql } from '../../lib/client.mjs';
import { londonDay } from '../../lib/days.mjs';
import { claim, items, officer, row } from '../../lib/force.mjs';
import { done, download } from '../../lib/report_jobs.mjs';
import { inRole, roleProfile } from '../../lib/roles.mjs';
import { assess, team } from '../../lib/team.mjs';
import { ask as askBook, data, read } from '../../lib/workbook.mjs';
import { edit, postingsOf, retract } from '../../lib/workforce.mjs';

// The inspection is of 1 October 2025. The role asks for analysing at 2. Each test has a person of its own, of Sergeant A's team; each of them was assessed in
// analysing, at 2, for the whole of 2025.
const day = '&as_of=2025-10-01', skills = '/v1/reports/skills-matrix?framework=cop-cvf-2024', training = '/v1/reports/training-matrix?framework=cop-cvf-2024';
const people = ['LATER', 'TAKEN', 'NEXT', 'UNDONE', 'MOVED', 'SHORT', 'LONG', 'AFTER', 'GONE', 'HIDDEN', 'CUT', 'SHARER', 'CLOCK', 'FILE'];
let place, cvf, analysing, profile, first;

const ask = async (base, more = '', as = place.hr) => (await expect(200, 'GET', base + (more.includes('&as_of=') ? '' : day) + more, as)).json;
const both = (more, as) => Promise.all([skills, training].map((base) => ask(base, more, as)));
const given = ([one]) => `&edition=${one.meta.edition}`;
const text = (matrices) => JSON.stringify(matrices.map(({ rows }) => rows));
const only = (matrices, staff_number) => matrices.map(({ rows }) => ({ rows: rows.filter((each) => each.staff_number === staff_number) }));
// How somebody stands in both matrices to analysing: [highest level, until, state, what is asked].
const stands = (matrices, staff_number) => {
  const [held, asked] = matrices.map(({ rows }) => rows.find((each) => each.staff_number === staff_number && each.item === analysing));
  return [held?.highest ?? null, held?.until ?? null, asked?.state ?? null, asked?.required_level ?? null];
};
// Since when somebody holds the highest level of analysing, without a break.
const since = ([{ rows }], staff_number) => row(rows, { staff_number, item: analysing }).since;
const held = { valid_from: '2025-01-01', valid_until: '2025-12-31' };
const post = async (id, what, body) => (await expect(what === 'successor' ? 201 : 200, 'POST', `/v1/assertions/${id}/${what}`,
  { ...place.hr, headers: { ...place.hr.headers, 'if-match': '*' }, body })).json.id;
const editPosting = async (who, body) => edit(200, (await postingsOf(place, place.people[who]))[0].id, body, place.hr);

before(async () => {
  place = team('editions', Object.fromEntries(people.map((name) => [name, { unit: 'team' }])));
  cvf = await items('cop-cvf-2024');
  analysing = cvf['we-analyse-critically'];
  profile = await roleProfile(place.people.HR, 'Inspected of a test', [{ item: analysing, level: 2 }]);
  inRole(profile, ...people.map((name) => place.people[name]));
  first = Object.fromEntries(await Promise.all(people.map(async (name) => [name, (await assess(place, place.people[name], analysing, 2, held)).json.id])));
});

test('an assertion recorded after it was not believed then', async () => {
  const then = await both();
  await assess(place, place.people.LATER, analysing, 3, { valid_from: '2025-06-01' });
  assert.deepEqual([stands(then, 'LATER'), stands(await both(), 'LATER')], [[2, '2025-12-31', 'met', 2], [3, null, 'met', 2]]);
  assert.equal(text(await both(given(then))), text(then));
});

test('what has been withdrawn since was held then', async () => {
  const then = await both();
  await post(first.TAKEN, 'withdrawal', { withdrawn_on: '2025-06-01' });
  assert.deepEqual([stands(then, 'TAKEN'), stands(await both(), 'TAKEN')], [[2, '2025-12-31', 'met', 2], [null, null, 'lapsed', 2]]);
  assert.equal(text(await both(given(then))), text(then));
});

test('what has been succeeded since was held to its end then', async () => {
  const then = await both();
  await post(first.NEXT, 'successor', { level: 1, valid_from: '2025-07-01' });
  assert.deepEqual([stands(then, 'NEXT'), stands(await both(), 'NEXT')], [[2, '2025-12-31', 'met', 2], [1, null, 'lapsed', 2]]);
  assert.equal(text(await both(given(then))), text(then));
});

test('a succession that has been undone since was one in between', async () => {
  const then = await both();
  const successor = await post(first.UNDONE, 'successor', { level: 1, valid_from: '2025-07-01' });
  const between = await both();
  await post(successor, 'withdrawal', { withdrawn_on: '2025-07-01' });
  assert.deepEqual([then, between, await both()].map((each) => stands(each, 'UNDONE')[0]), [2, 1, 2]);
  assert.deepEqual([text(await both(given(then))), text(await both(given(between)))], [text(then), text(between)]);
});

test('a posting that has been corrected since was as it was known then, in its unit, rank and role', async () => {
  const then = await both();
  await editPosting('MOVED', { unit: place.units.desk, worker_type: 'police_officer', rank: 'inspector', role_profile: null });
  const told = (matrices) => [row(matrices[0].rows, { staff_number: 'MOVED' }).unit_code, row(matrices[0].rows, { staff_number: 'MOVED' }).rank, stands(matrices, 'MOVED')[2]];
  assert.deepEqual([told(then), told(await both())], [['team', null, 'met'], ['desk', 'inspector', null]]);
  assert.equal(text(await both(given(then))), text(then));
  const there = (more) => ask(skills, more).then(({ rows }) => rows.some((each) => each.staff_number === 'MOVED'));
  assert.deepEqual([await there(`&unit=${place.units.team}`), await there(`&unit=${place.units.team}${given(then)}`), await there('&rank=inspector'), await there(`&rank=inspector${given(then)}`)],
    [false, true, true, false]);
});

test('who, as is known now, had left before the day was of the team then', async () => {
  const then = await both();
  await editPosting('SHORT', { ends_on: '2025-09-30', leaver_type: 'other' });
  assert.deepEqual([stands(then, 'SHORT')[0], stands(await both(), 'SHORT')], [2, [null, null, null, null]]);
  assert.equal(text(await both(given(then))), text(then));
});

test('what is seen of an earlier time, since the posting is known to have begun in it, was not seen then', async () => {
  await editPosting('LONG', { starts_on: '2025-06-01' });
  await claim(place.people.LONG, { item: analysing, level: 2, valid_from: '2024-01-01', valid_until: '2025-03-01' });
  const then = await both();
  await editPosting('LONG', { starts_on: '2025-03-01' });
  assert.deepEqual([since(then, 'LONG'), since(await both(), 'LONG')], ['2025-01-01', '2024-01-01']);
  assert.equal(text(await both(given(then))), text(then));
});

test('what follows only in a time that is now known to be of the posting had ended nothing then', async () => {
  await editPosting('AFTER', { ends_on: '2025-12-31', leaver_type: 'other' });
  const { id } = await claim(place.people.AFTER, { item: analysing, level: 2, valid_from: '2025-01-01' });
  await expect(201, 'POST', `/v1/assertions/${id}/successor`, { ...officer(place.people.AFTER), headers: { 'if-match': '*' }, body: { level: 1, valid_from: '2026-03-01' } });
  const then = await both();
  await editPosting('AFTER', { ends_on: null, leaver_type: null });
  assert.deepEqual([stands(then, 'AFTER'), stands(await both(), 'AFTER')], [[2, null, 'met', 2], [2, '2026-02-28', 'met', 2]]);
  assert.equal(text(await both(given(then))), text(then));
});

test('who has no posting here any more, because it was retracted, is in no edition; nor is who has become withheld', async () => {
  const then = await both();
  assert.deepEqual([stands(then, 'GONE')[0], stands(then, 'HIDDEN')[0]], [2, 2]);
  await retract(200, (await postingsOf(place, place.people.GONE))[0].id, place.hr);
  sql(`update posting set sensitive = true where person_id = (select person_id from person where id = $1::uuid);
       select see_person(person_id) from person where id = $1::uuid`, place.people.HIDDEN);
  const again = await both(given(then));
  assert.deepEqual(['GONE', 'HIDDEN'].map((name) => text(only(again, name))), ['[[],[]]', '[[],[]]']);
  give(place.people.HR, 'sensitive:read', { organisation: place.code });
  const cleared = { ...scoped(place.people.HR, 'workforce:read sensitive:read'), headers: place.hr.headers };
  assert.equal(text(only(await both(given(then), cleared), 'HIDDEN')), text(only(then, 'HIDDEN')));
});

test('what lies before a posting, as has been put right since, is in no edition', async () => {
  await claim(place.people.CUT, { item: analysing, level: 2, valid_from: '2024-01-01', valid_until: '2025-03-01' });
  const then = await both();
  await editPosting('CUT', { starts_on: '2025-06-01' });
  assert.deepEqual([since(then, 'CUT'), since(await both(given(then)), 'CUT')], ['2024-01-01', '2025-01-01']);
});

test('a share of the record shows what it shares from then on, and takes it from every edition when it ends', async () => {
  const whose = officer(place.people.SHARER);
  await editPosting('SHARER', { starts_on: '2025-06-01' });
  await claim(place.people.SHARER, { item: analysing, level: 2, valid_from: '2024-01-01', valid_until: '2025-03-01' });
  const then = await both();
  const share = (await expect(201, 'POST', '/v1/shares', { ...whose, body: { organisation: place.code, from: '2024-01-01', until: '2024-12-31' } })).json;
  const shared = await both();
  assert.deepEqual([since(then, 'SHARER'), since(shared, 'SHARER')], ['2025-01-01', '2024-01-01']);
  assert.deepEqual([text(await both(given(then))), text(await both(given(shared)))], [text(then), text(shared)]);
  await expect(204, 'DELETE', `/v1/shares/${share.id}`, whose);
  assert.deepEqual([since(await both(given(shared)), 'SHARER'), since(await both(), 'SHARER')], ['2025-01-01', '2025-01-01']);
});

test('a role profile that has been replaced since asked for as much as was known then', async () => {
  const today = (more = '') => both(`&as_of=${londonDay(0)}${more}`), told = (matrices) => stands(matrices, 'CLOCK').slice(2);
  const then = await today();
  give(place.people.HR, 'frameworks:write');
  await expect(200, 'PUT', `/v1/role-profiles/${profile.id}`, { ...scoped(place.people.HR, 'record:read frameworks:write'), headers: { 'if-match': '*' },
    body: { role: 'Inspected', title: 'Inspected of a test', requirements: [{ item: analysing, level: 3 }, { item: cvf['we-collaborate'], level: 1 }] } });
  assert.deepEqual([told(then), told(await today())], [['lapsed', 2], ['never_held', 3]]);
  assert.equal(text(await today(given(then))), text(then));
});

test('a unit that has been moved since had its people in the unit above it then', async () => {
  const narrowed = (more = '') => ask(skills, `&unit=${place.units.team}${more}`), there = ({ rows }) => rows.some((each) => each.staff_number === 'CELL');
  const then = await narrowed();
  await expect(200, 'PATCH', `/v1/units/${place.units.cell}`, { ...place.hr, headers: { ...place.hr.headers, 'if-match': '*' }, body: { parent: place.units.desk } });
  assert.deepEqual([there(then), there(await narrowed()), there(await narrowed(given([then])))], [true, false, true]);
});

test('as known at a time, by the last tick before it', async () => {
  const then = await both();
  let time;
  for (let tries = 0; tries < 100 && !time; tries++) {
    const now = new Date().toISOString(), reply = await call('GET', `${skills}${day}&known_at=${now}`, place.hr);
    if (reply.status === 200 && text([reply.json]) === text([then[0]])) time = now;
    else await new Promise((done) => setTimeout(done, 100));
  }
  assert.ok(time, 'the ledger records a tick within ten seconds');
  await assess(place, place.people.CLOCK, analysing, 1, { valid_from: '2025-08-01' });
  assert.notEqual(text(await both()), text(then));
  const again = await both(`&known_at=${time}`);
  assert.equal(text(again), text(then));
  for (const { meta } of again) assert.ok(meta.known_at <= time.replace('Z', '999Z') && meta.edition, JSON.stringify(meta));
});

test('file, workbook and job have the same rows of an edition', async () => {
  for (const [base, report, level] of [[skills, 'report_skills_matrix', 3], [training, 'report_training_matrix', 1]]) {
    const asFile = async (more) => (await expect(200, 'GET', base + day + more, { ...place.hr, headers: { ...place.hr.headers, accept: 'text/csv' } })).text;
    const asBook = async (more) => data(read((await askBook(200, base + day + more, place.hr)).bytes));
    const then = await ask(base), [file, book] = [await asFile(''), await asBook('')];
    await assess(place, place.people.FILE, analysing, level, { valid_from: '2025-09-01' });
    assert.notEqual(await asFile(''), file);
    const edition = given([then]);
    assert.equal(await asFile(edition), file);
    assert.deepEqual(await asBook(edition), book);
    const { id } = await done(place.hr, { report, parameters: { framework: 'cop-cvf-2024', as_of: '2025-10-01', edition: then.meta.edition } });
    assert.equal(text([(await download(200, place.hr, id)).json]), text([then]));
  }
});

test('a matrix says of which edition it is, and when that was known; not to a line manager, who is told what is known now', async () => {
  for (const base of [skills, training]) {
    const { meta } = await ask(base);
    assert.match(meta.edition, /^\d+:\d+:/);
    assert.ok(Math.abs(Date.parse(meta.known_at) - Date.now()) < 60000);
    assert.equal((await ask(base, given([{ meta }]))).meta.known_at, null);
    const managers = (await ask(base, '', place.manager)).meta;
    assert.deepEqual([managers.as_of, ...['edition', 'basis', 'pending'].map((name) => name in managers)], ['2025-10-01', false, false, false]);
    for (const more of [given([{ meta }]), `&known_at=${new Date().toISOString()}`])
      assert.match((await expect(422, 'GET', base + day + more, place.manager)).json.type, /team_known_now$/);
  }
});

test('who has scopes for figures besides a team of their own is told as its line manager', async () => {
  give(place.people.A, 'reports:organisation', { organisation: place.code });
  const reader = { ...scoped(place.people.A, 'team:read reports:organisation'), headers: place.hr.headers };
  assert.equal('edition' in (await ask(skills, '', reader)).meta, false);
  const { edition } = (await ask(skills)).meta;
  assert.match((await expect(422, 'GET', `${skills}${day}&edition=${edition}`, reader)).json.type, /team_known_now$/);
});

test('an assessor of the force is told of editions as HR is', async () => {
  const then = await both();
  give(place.people.DESK, 'team:read', { organisation: place.code, unit: 'desk' });
  give(place.people.DESK, 'competencies:assess', { organisation: place.code });
  const assessor = { ...scoped(place.people.DESK, 'team:read competencies:assess'), headers: place.hr.headers };
  assert.equal(text(await both(given(then), assessor)), text(then));
});

test('what cannot have been known is refused', async () => {
  const refused = async (status, more, code) => {
    for (const base of [skills, training]) assert.match((await expect(status, 'GET', base + more, place.hr)).json.type, new RegExp(`${code}$`));
  };
  const { edition } = (await ask(skills)).meta;
  await refused(422, `&known_at=2999-01-01T00:00:00Z`, 'known_in_future');
  await refused(422, `&known_at=2001-01-01T00:00:00Z`, 'known_too_early');
  await refused(422, '&edition=999999999999999:999999999999999:', 'edition_not_known');
  await refused(422, `&known_at=2024-01-01T00:00:00Z&edition=${edition}`, 'known_at_or_edition');
  for (const bad of ['&edition=1:2', '&edition=x', '&known_at=yesterday']) await expect(400, 'GET', skills + bad, place.hr);
});
