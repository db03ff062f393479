// SPDX-License-Identifier: MIT
// What is written while a posting is changed is seen by whom it must be after both: the one who comes second waits for the first.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import pg from 'pg';
import { call, expect, sql } from '../../lib/client.mjs';
import { claim, items, officer } from '../../lib/force.mjs';
import { header, importFile } from '../../lib/imports.mjs';
import { posted, run } from '../../lib/posted.mjs';
import { edit, make, ownForce } from '../../lib/units.mjs';
import { number, workforce } from '../../lib/workforce.mjs';

let place, item;

before(async () => {
  place = posted('humberside', { HR: {}, A: {}, B: {}, C: {}, D: {}, E: {}, F: {}, G: {}, H: {} });
  item = (await items('cop-cvf-2016'))['we-are-collaborative'];
});

// Somebody goes under cover, and the request is made before that is committed. What is written must be withheld as all else is.
const whileGoingUnderCover = (person, ask, wait) => meanwhile([
  ['update posting set sensitive = true from person where person.person_id = posting.person_id and person.id = $1', [person]],
  ['select see_person(person_id) from person where id = $1', [person]]], ask, wait);

async function meanwhile(statements, ask, wait = 500) {
  const client = new pg.Client({ connectionString: process.env.SKILLSD_OWNER_URL, options: '-c search_path=skills' });
  await client.connect();
  try {
    await client.query('begin');
    for (const [text, values] of statements) await client.query(text, values);
    let answered = false;
    const asked = ask().finally(() => (answered = true));
    await new Promise((done) => setTimeout(done, wait));
    assert.equal(answered, false, 'the request did not wait');
    await client.query('commit');
    return await asked;
  } finally {
    await client.end();
  }
}

const stale = (table, from, before, person) =>
  sql(`select count(*), count(*) filter (where written.seen_by <> organisations_seeing(person_id, ${from}, ${before})) from ${table} as written join person using (person_id) where person.id = $1::uuid`, person)[0];

test('a claim', async () => {
  await whileGoingUnderCover(place.A, () => claim(place.A, { item, level: 1 }));
  assert.equal(stale('assertion', 'valid_from', 'valid_before', place.A), '1|0');
});

test('an assessment by somebody from whom the person is withheld by then is refused', async () => {
  const body = { item, level: 1, basis: 'assessed', valid_from: '2024-01-01' };
  await whileGoingUnderCover(place.B, () => expect(422, 'POST', `/v1/people/${place.B}/assertions`, { ...place.hr, body }));
  assert.equal(stale('assertion', 'valid_from', 'valid_before', place.B), '0|0');
});

test('a withdrawal', async () => {
  const { id } = await claim(place.C, { item, level: 1 });
  await whileGoingUnderCover(place.C, () => expect(200, 'POST', `/v1/assertions/${id}/withdrawal`, { ...officer(place.C), headers: { 'if-match': '"1"' }, body: {} }));
  assert.equal(sql(`select w.seen_by = a.seen_by and a.seen_by[1] < 0 from assertion_withdrawal as w join assertion as a using (assertion_id) where a.id = $1::uuid`, id)[0], 't');
});

test('a successor', async () => {
  const { id } = await claim(place.D, { item, level: 1 });
  await whileGoingUnderCover(place.D, () => expect(201, 'POST', `/v1/assertions/${id}/successor`, { ...officer(place.D), headers: { 'if-match': '"1"' }, body: { level: 2, valid_from: '2025-01-01' } }));
  assert.equal(stale('assertion', 'valid_from', 'valid_before', place.D), '2|0');
});

test('an activity', async () => {
  const body = { title: 'A course', happened_on: '2025-03-10', learned: 'To be elsewhere.' };
  await whileGoingUnderCover(place.E, () => expect(201, 'POST', '/v1/activities', { ...officer(place.E), body }));
  assert.equal(stale('activity_version', 'happened_on', 'happened_on + 1', place.E), '1|0');
});

test('another version of an activity, and its withdrawal', async () => {
  const body = { title: 'A course', happened_on: '2025-03-10', learned: 'To be elsewhere.' };
  for (const [person, ask] of [[place.F, (id) => expect(200, 'PATCH', `/v1/activities/${id}`, { ...officer(place.F), headers: { 'if-match': '"1"' }, body: { happened_on: '2025-03-11' } })],
    [place.G, (id) => expect(204, 'DELETE', `/v1/activities/${id}`, { ...officer(place.G), headers: { 'if-match': '"1"' } })]]) {
    const { id } = (await expect(201, 'POST', '/v1/activities', { ...officer(person), body })).json;
    await whileGoingUnderCover(person, () => ask(id));
    assert.equal(stale('activity_version', 'happened_on', 'happened_on + 1', person), '2|0');
  }
});

test('an import of assertions', async () => {
  const file = `staff_number,framework,item,level,basis,assessor,valid_from\nH-${run},cop-cvf-2016,we-are-collaborative,1,assessed,Somebody,2024-01-01\n`;
  const { HR: hr } = place;
  const { faults } = await whileGoingUnderCover(place.H, () => importFile({ as: 'hr', person: hr }, 'assertions', 'csv', file), 5000);
  assert.deepEqual(faults.map(({ line, column }) => `${line} ${column}`), ['2 valid_from']);
  assert.equal(stale('assertion', 'valid_from', 'valid_before', place.H), '0|0');
});

test('a posting to a unit below one that is being marked', async () => {
  const force = ownForce('meanwhile', { A: {} });
  const top = await make(force.cleared, { code: 'TOP' });
  const below = await make(force.cleared, { code: 'BELOW', parent: top.id });
  const client = new pg.Client({ connectionString: process.env.SKILLSD_OWNER_URL, options: '-c search_path=skills' });
  await client.connect();
  try {
    await client.query('begin');
    const { rows: [{ person_id }] } = await client.query('select person_id from person where id = $1 for no key update', [force.A]);
    await client.query('update posting set unit_id = (select unit_id from unit where id = $2) where person_id = $1', [person_id, below.id]);
    await client.query('select see_person($1)', [person_id]);
    let answered = false;
    const asked = edit(200, force.cleared, top.id, { sensitive: true }).finally(() => (answered = true));
    await new Promise((done) => setTimeout(done, 500));
    assert.equal(answered, false, 'the mark did not wait');
    await client.query('commit');
    await asked;
  } finally {
    await client.end();
  }
  await expect(404, 'GET', `/v1/people/${force.A}`, force.hr);
  await expect(200, 'GET', `/v1/people/${force.A}`, force.cleared);
});

test('a posting that comes while a unit above is marked waits, and is withheld, or refused to who is not cleared', async () => {
  const force = ownForce('meanwhile-2', { A: {}, B: {} });
  const top = await make(force.cleared, { code: 'TOP' });
  const below = await make(force.cleared, { code: 'BELOW', parent: top.id });
  const client = new pg.Client({ connectionString: process.env.SKILLSD_OWNER_URL, options: '-c search_path=skills' });
  await client.connect();
  try {
    await client.query('begin');
    const { rows: [{ unit_id }] } = await client.query('select unit_id from unit where id = $1', [top.id]);
    await client.query('select lock_units($1)', [unit_id]);
    await client.query('update unit set sensitive = true where unit_id = $1', [unit_id]);
    await client.query('select spread_sensitivity($1)', [unit_id]);
    let answered = false;
    const post = (person, as) =>
      call('POST', `/v1/people/${person}/postings`, { ...as, body: { worker_type: 'police_staff', starts_on: '2024-01-01', unit: below.id, ends_current: true } });
    const asked = [post(force.A, force.cleared), post(force.B, force.hr)].map((each) => each.finally(() => (answered = true)));
    await new Promise((done) => setTimeout(done, 500));
    assert.equal(answered, false, 'the posting did not wait');
    await client.query('commit');
    const [done, refused] = await Promise.all(asked);
    assert.equal(done.status, 201, done.text);
    assert.match(refused.text, /unknown_unit/);
  } finally {
    await client.end();
  }
  await expect(404, 'GET', `/v1/people/${force.A}`, force.hr);
  await expect(200, 'GET', `/v1/people/${force.B}`, force.hr);
});

test('a posting to a unit that an import marks as sensitive meanwhile, and one by an import to a unit that is marked meanwhile', async () => {
  const { cleared, I } = workforce('humberside', { I: {}, K: { unit: number('marked') }, L: { unit: number('closing') } });
  const load = (...cells) => importFile(cleared, 'people', 'csv', `${header},unit,unit_sensitive\n${[...cells.slice(0, 1), 'Test', 'Ash', 'police_staff', '2020-01-01', ...cells.slice(1)].join(',')}\n`);
  const withheld = (staff_number) => sql('select withheld from posting where staff_number = $1', staff_number);
  const move = [`update posting set unit_id = unit.unit_id from unit, person where unit.code = $2 and person.person_id = posting.person_id and person.id = $1`, [I, number('marked')]];
  const { faults } = await meanwhile([move, ['select see_person(person_id) from person where id = $1', [I]]], () => load(number('K'), number('marked'), 'yes'), 5000);
  assert.deepEqual(faults, []);
  assert.deepEqual([withheld(number('K')), withheld(number('I'))], [['t'], ['t']]);
  await meanwhile([['update unit set sensitive = true where code = $1', [number('closing')]]], () => load(number('M'), number('closing'), ''), 5000);
  assert.deepEqual(withheld(number('M')), ['t']);
});
