// SPDX-License-Identifier: MIT
// Specialists as a report: of another day, as known before, of a part of the force, and as a workbook.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { csv, expect, sql } from '../../lib/client.mjs';
import { give, problem, scoped, unitId } from '../../lib/access.mjs';
import { londonDay } from '../../lib/days.mjs';
import { claim, force, items, officer } from '../../lib/force.mjs';
import { organisation } from '../../lib/organisations.mjs';
import { ask, data, read } from '../../lib/workbook.mjs';

// A force of its own; everybody lets the service find them, and claims the skill at level 2 from 2024.
//   P1  police officer, constable, unit lab, below unit science     P3  staff, unit hq, posted since 2025-06-01
//   P2  staff, unit science                                          P4  staff, unit hq; left at the end of 2024
//   FINDER finds for the force, NATION for the nation, OUT for another force.
let code, made, finder, nation, outsider, skill;
const say = (person, reach) => expect(200, 'PUT', '/v1/me/specialist-listing', { ...officer(person), body: { reach } });

before(async () => {
  code = organisation('specialists');
  const away = organisation('specialists-away');
  skill = (await items('cop-cvf-2016'))['we-take-ownership'];
  made = force(code, [{ staff_number: 'FINDER' }, { staff_number: 'NATION' }, { staff_number: 'P1', unit: 'lab', worker_type: 'police_officer', rank: 'constable' },
    { staff_number: 'P2', unit: 'science' }, { staff_number: 'P3', unit: 'hq', starts_on: '2025-06-01' },
    { staff_number: 'P4', unit: 'hq', ends_on: '2024-12-31', leaver_type: 'other' }]);
  sql(`update unit set parent_id = above.unit_id from unit as above join organisation as place on place.organisation_id = above.organisation_id
       where place.code = $1 and above.code = 'science' and unit.organisation_id = above.organisation_id and unit.code = 'lab'`, code);
  for (const name of ['P1', 'P2', 'P3', 'P4']) {
    await claim(made.people[name], { item: skill, level: 2 });
    await say(made.people[name], 'service');
  }
  const OUT = force(away, [{ staff_number: 'OUT' }]).people.OUT;
  give(made.people.FINDER, 'specialists:read', { organisation: code });
  give(made.people.NATION, 'specialists:read');
  give(OUT, 'specialists:read', { organisation: away });
  [finder, nation, outsider] = [made.people.FINDER, made.people.NATION, OUT].map((person) => scoped(person, 'specialists:read'));
});

const target = (more = '') => `/v1/specialists?item=${skill}&organisation=${code}${more}`;
const report = async (more, as = finder) => (await expect(200, 'GET', target(more), as)).json;
const names = (rows) => rows.map(({ family_name, level }) => `${family_name} ${level}`);
const find = async (more, as) => names((await report(more, as)).rows);

test('of a unit with those below it, to whoever finds people there', async () => {
  for (const as of [finder, nation]) {
    assert.deepEqual(await find(`&unit=${unitId(code, 'science')}`, as), ['P1 2', 'P2 2']);
    assert.deepEqual(await find(`&unit=${unitId(code, 'lab')}`, as), ['P1 2']);
  }
  assert.equal(problem(await expect(404, 'GET', `/v1/specialists?item=${skill}&unit=${unitId(code, 'lab')}`, outsider)), 'unknown_unit ?unit');
  assert.equal(problem(await expect(404, 'GET', target(`&unit=${skill}`), nation)), 'unknown_unit ?unit');
});

test('a sensitive unit is none', async () => {
  const mark = (sensitive) => sql('update unit set sensitive = $2::boolean where id = $1::uuid', unitId(code, 'hq'), sensitive);
  mark(true);
  try {
    assert.equal(problem(await expect(404, 'GET', target(`&unit=${unitId(code, 'hq')}`), nation)), 'unknown_unit ?unit');
  } finally {
    mark(false);
  }
});

test('of a worker type, and of a rank', async () => {
  assert.deepEqual([await find('&worker_type=police_officer'), await find('&rank=constable'), await find('&worker_type=police_officer&rank=inspector')],
    [['P1 2'], ['P1 2'], []]);
  assert.equal(problem(await expect(404, 'GET', target('&worker_type=astronaut'), finder)), 'unknown_worker_type ?worker_type');
  assert.equal(problem(await expect(404, 'GET', target('&rank=admiral'), finder)), 'unknown_rank ?rank');
});

test('of another day: who was posted then and held it then', async () => {
  assert.deepEqual(await find(''), ['P1 2', 'P2 2', 'P3 2']);
  assert.deepEqual(await find('&as_of=2024-06-30'), ['P1 2', 'P2 2', 'P4 2']);
  assert.deepEqual(await find('&as_of=2023-12-31'), []);
});

test('it says what it is, also when nobody is found', async () => {
  const { meta } = await report('');
  assert.deepEqual([meta.as_of, meta.organisation.code], [londonDay(), code]);
  assert.match(meta.definition, /may be found/);
  const none = await report('&as_of=2023-12-31', nation);
  assert.deepEqual([none.rows, none.meta.as_of, none.meta.organisation], [[], '2023-12-31', undefined]);
});

test('as a workbook and in CSV', async () => {
  const ids = (await report('')).rows.map(({ id }) => id);
  assert.deepEqual(data(read((await ask(200, target(), finder)).bytes)).map(({ id }) => id), ids);
  const reply = await expect(200, 'GET', target(), { ...finder, headers: { accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text).map(({ id }) => id), ids);
});

test('an edition is given again after what came later, but without who has taken the consent back', async () => {
  const { P1, P2, P3 } = made.people;
  const { meta, rows } = await report('');
  const again = async () => (await report(`&edition=${meta.edition}`)).rows;
  await claim(P1, { item: skill, level: 3, valid_from: '2025-01-01' });
  const held = sql('select id from assertion where person_id = (select person_id from person where id = $1::uuid)', P2)[0];
  await expect(200, 'POST', `/v1/assertions/${held}/withdrawal`, { ...officer(P2), headers: { 'if-match': '*' }, body: { withdrawn_on: '2024-02-01' } });
  sql(`update posting set worker_type = 'police_officer', rank = 'sergeant' from person where person.person_id = posting.person_id and person.id = $1::uuid`, P3);
  assert.deepEqual(await find(''), ['P1 3', 'P3 2']);
  assert.deepEqual(await again(), rows);
  await say(P3, 'none');
  assert.deepEqual(names(await again()), ['P1 2', 'P2 2']);
});

test('faults of the question', async () => {
  const later = encodeURIComponent('2199-01-01T00:00:00Z');
  assert.equal(problem(await expect(422, 'GET', target(`&known_at=${later}`), finder)), 'known_in_future ?known_at');
  assert.equal(problem(await expect(422, 'GET', target('&edition=1:1:&known_at=2025-01-01T00:00:00Z'), finder)), 'known_at_or_edition ?edition');
});

test('no job makes a file of it, which consent taken back would not reach', async () => {
  const body = { report: 'find_specialists', parameters: { item: skill }, format: 'csv' };
  const reply = await expect(422, 'POST', '/v1/report-jobs', { ...finder, body });
  assert.equal(reply.json.errors[0].code, 'unknown_report');
});
