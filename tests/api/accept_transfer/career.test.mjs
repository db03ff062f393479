// SPDX-License-Identifier: MIT
// A career of fifteen years that goes on in another force, a secondment there and back, and somebody who comes back: what the figures of both forces say
// before and after, counted by hand. No other test uses these items in these forces.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect, sql } from '../../lib/client.mjs';
import { log, officer } from '../../lib/force.mjs';
import { accept, anItem, assess, edit, flows, number, open, postingsOf, proven, record, retract, standing, workforce } from '../../lib/workforce.mjs';

// V has served Cleveland since 2010, C and S and T and R beside; D serves Devon and Cornwall.
let home, host, item;
before(async () => {
  home = workforce('cleveland', { V: { starts_on: '2010-04-01', worker_type: 'police_officer', rank: 'constable' }, C: { starts_on: '2014-01-01' }, S: {}, T: {},
    R: { starts_on: '2012-01-01', ends_on: '2019-03-31', leaver_type: 'voluntary_resignation' } });
  host = workforce('devon-and-cornwall', { D: { starts_on: '2018-01-01' } });
  item = Object.fromEntries(await Promise.all([['whole', 'we-take-ownership'], ['ending', 'we-deliver-support-and-inspire'], ['lent', 'we-analyse-critically'], ['kept', 'we-are-collaborative'],
    ['again', 'we-are-emotionally-aware']].map(async ([name, code]) => [name, await anItem(code)])));
  await assess(home, home.V, item.whole, 1, '2010-09-01');
  await assess(home, home.V, item.whole, 2, '2014-05-01');
  await assess(home, home.V, item.whole, 3, '2020-02-01');
  await assess(home, home.V, item.ending, 2, '2012-01-01', { valid_until: '2026-03-31' });
  await assess(home, home.C, item.whole, 2, '2015-01-01');
  await assess(host, host.D, item.whole, 1, '2018-06-01');
});

// All that the career has left in the ledger, as it stands: organisation, day, cause, level, gains less losses.
const entries = (person, which) =>
  sql(`select organisation.code || ' ' || effective_on || ' ' || cause || ' ' || level || ' ' || sum(delta)
       from skill_ledger join person using (person_id) join organisation using (organisation_id) join framework_item item using (framework_item_id)
       where person.id = $1::uuid and item.id = $2::uuid
       group by organisation.code, effective_on, cause, level, gain having sum(delta) <> 0 order by effective_on, organisation.code, sum(delta)`, person, which);

test('fifteen years go along: one fewer here, one more there, nothing lost', async () => {
  const before = ['2: 1', '3: 1'];
  assert.deepEqual(await standing(home, item.whole, '2025-09-30'), before);
  assert.deepEqual(await standing(home, item.whole, '2025-10-01'), before);
  assert.deepEqual(await standing(host, item.whole, '2025-10-01'), ['1: 1']);
  const past = await flows(home, item.whole, '2014-01', '2020-12');
  assert.deepEqual(past, ['gained assessed 2: 1', 'rose superseded 2: 1', 'rose superseded 3: 1']);
  await log(home.V, { title: 'Of early years', happened_on: '2011-03-01' });
  const recorded = await all('/v1/assertions', officer(home.V), 'assertions');
  assert.equal(recorded.length, 4);

  const offer = await open(201, home, { person: home.V, organisation: 'devon-and-cornwall', starts_on: '2025-10-01' });
  assert.deepEqual(await flows(home, item.whole, '2025-10', '2025-10'), ['lost transferred 3: 1']);
  await accept(200, offer.json.id, { staff_number: number('V9'), worker_type: 'police_officer', rank: 'constable' }, host.hr);

  assert.deepEqual(await standing(home, item.whole, '2025-09-30'), before);
  assert.deepEqual(await standing(home, item.whole, '2025-10-01'), ['2: 1']);
  assert.deepEqual(await standing(host, item.whole, '2025-09-30'), ['1: 1']);
  assert.deepEqual(await standing(host, item.whole, '2025-10-01'), ['1: 1', '3: 1']);
  assert.deepEqual(await flows(home, item.whole, '2025-10', '2025-10'), ['lost transferred 3: 1']);
  assert.deepEqual(await flows(host, item.whole, '2025-10', '2025-10'), ['gained transferred 3: 1']);
  assert.deepEqual(await flows(home, item.whole, '2014-01', '2020-12'), past);
  // What is to lapse in March 2026 lapses where the person is then.
  assert.deepEqual([await flows(home, item.ending, '2026-04', '2026-04'), await flows(host, item.ending, '2026-04', '2026-04')], [[], ['lost lapsed 2: 1']]);
  assert.deepEqual(entries(home.V, item.whole), [
    'cleveland 2010-09-01 assessed 1 1', 'cleveland 2014-05-01 superseded 1 -1', 'cleveland 2014-05-01 superseded 2 1', 'cleveland 2020-02-01 superseded 2 -1',
    'cleveland 2020-02-01 superseded 3 1', 'cleveland 2025-10-01 transferred 3 -1', 'devon-and-cornwall 2025-10-01 transferred 3 1',
  ]);
  assert.deepEqual(entries(home.V, item.ending), ['cleveland 2012-01-01 assessed 2 1', 'cleveland 2025-10-01 transferred 2 -1',
    'devon-and-cornwall 2025-10-01 transferred 2 1', 'devon-and-cornwall 2026-04-01 lapsed 2 -1']);
  assert.ok(proven(home.V));

  // The record is the person's, all of it; the new force reads what overlaps its time, the old one what it read before.
  assert.deepEqual(await all('/v1/assertions', officer(home.V), 'assertions'), recorded);
  const read = async (place) => (await all(`/v1/people/${home.V}/assertions`, place.hr, 'assertions')).length;
  assert.deepEqual([await read(home), await read(host)], [4, 4]);
  assert.equal((await all('/v1/activities', officer(home.V), 'activities')).length, 1);
  assert.deepEqual([(await postingsOf(home, home.V)).length, (await postingsOf(host, home.V)).length], [1, 1]);
});

test('what is assessed after it is the new force\'s alone', async () => {
  await assess(host, home.V, item.whole, 2, '2025-11-01');
  assert.deepEqual(await standing(home, item.whole, '2025-11-01'), ['2: 1']);
  assert.deepEqual(await standing(host, item.whole, '2025-11-01'), ['1: 1', '2: 1']);
  await expect(422, 'POST', `/v1/people/${home.V}/assertions`, { ...home.hr, body: { item: item.whole, level: 1, basis: 'assessed', valid_from: '2025-11-02' } });
});

test('on secondment the host counts the skills, and the home force again afterwards', async () => {
  await assess(home, home.S, item.lent, 2, '2021-01-01');
  const { json } = await open(201, home, { person: home.S, organisation: 'devon-and-cornwall', kind: 'secondment', starts_on: '2025-02-01', ends_on: '2025-07-31' });
  await accept(200, json.id, { staff_number: number('S9') }, host.hr);
  const day = async (on) => [await standing(home, item.lent, on), await standing(host, item.lent, on)];
  assert.deepEqual(await day('2025-01-31'), [['2: 1'], []]);
  assert.deepEqual(await day('2025-02-01'), [[], ['2: 1']]);
  assert.deepEqual(await day('2025-07-31'), [[], ['2: 1']]);
  assert.deepEqual(await day('2025-08-01'), [['2: 1'], []]);
  assert.deepEqual(await flows(home, item.lent, '2025-01', '2025-12'), ['gained seconded 2: 1', 'lost seconded 2: 1']);
  assert.deepEqual(await flows(host, item.lent, '2025-01', '2025-12'), ['gained seconded 2: 1', 'lost seconded 2: 1']);
  assert.ok(proven(home.S));
  // It is agreed that the home force keeps them after all; then that the secondment never was.
  const [posting] = await postingsOf(host, home.S);
  await edit(200, posting.id, { counts: false }, host.hr);
  assert.deepEqual(await day('2025-02-01'), [['2: 1'], []]);
  await retract(200, posting.id, host.hr);
  assert.deepEqual([await flows(home, item.lent, '2025-01', '2025-12'), await flows(host, item.lent, '2025-01', '2025-12')], [[], []]);
  assert.ok(proven(home.S));
});

test('with counts: false the home force keeps the skills throughout', async () => {
  await assess(home, home.T, item.kept, 1, '2021-01-01');
  const { json } = await open(201, home, { person: home.T, organisation: 'devon-and-cornwall', kind: 'secondment', starts_on: '2025-02-01', ends_on: '2025-07-31' });
  await accept(200, json.id, { staff_number: number('T9'), counts: false }, host.hr);
  assert.deepEqual([await standing(home, item.kept, '2025-03-01'), await standing(host, item.kept, '2025-03-01')], [['1: 1'], []]);
  assert.deepEqual(entries(home.T, item.kept), ['cleveland 2021-01-01 assessed 1 1']);
});

test('who comes back brings the skills again; the years between count nowhere', async () => {
  await assess(home, home.R, item.again, 3, '2015-01-01');
  await record(201, home, home.R, { starts_on: '2024-01-01', joiner_type: 'rejoiner' });
  assert.deepEqual(await flows(home, item.again, '2015-01', '2024-12'), ['gained assessed 3: 1', 'gained joined 3: 1', 'lost left 3: 1']);
  assert.deepEqual(await standing(home, item.again, '2020-01-01'), []);
  assert.deepEqual(await standing(home, item.again, '2024-01-01'), ['3: 1']);
  await record(404, host, home.R, {});
  assert.ok(proven(home.R));
});
