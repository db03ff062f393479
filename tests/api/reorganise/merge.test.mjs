// SPDX-License-Identifier: MIT
// Two forces merge: every figure before and after is counted on paper.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { before } from 'node:test';
import { all, expect, sql } from '../../lib/client.mjs';
import { atLevels, claim, force, items, log, officer } from '../../lib/force.mjs';
import { audited, hrOf, organisation, postings, reorganised } from '../../lib/organisations.mjs';

const day = '2026-01-01', dayBefore = '2025-12-31';
const codes = {}, hr = {};
let people, item, job;

const skills = async (name, as_of) => {
  const { rows } = (await expect(200, 'GET', `/v1/reports/coverage?framework=cop-cvf-2024&detail=held&basis=self&as_of=${as_of}`, hr[name])).json;
  return atLevels(rows, item);
};
const flows = async (name, from, until) => {
  const { rows } = (await expect(200, 'GET', `/v1/reports/upskilling?framework=cop-cvf-2024&basis=self&from=${from}&until=${until}`, hr[name])).json;
  return rows.filter((row) => row.item === item).map((row) => [row.change, row.cause, row.to_level ?? row.from_level, row.moves].join(' ')).sort();
};
const retention = async (name, year) =>
  (await expect(200, 'GET', `/v1/reports/retention?year_ending=${year}`, hr[name])).json.rows.find((row) => row.unit === null && row.worker_type === null);

before(async () => {
  const seconded = randomUUID();
  for (const name of ['ash', 'beech']) codes[name] = organisation(name);
  codes.cedar = organisation('cedar', day);
  const { people: ash } = force(codes.ash, [
    { staff_number: 'HR' }, { staff_number: '1', unit: 'team', parent_unit: 'desk', rank: 'sergeant', worker_type: 'police_officer' },
    { staff_number: '7', unit: 'desk', joiner_type: 'standard_recruit' }, { staff_number: '3', ends_on: '2025-06-30', leaver_type: 'voluntary_resignation' },
    { staff_number: '4', sensitive: 'yes' }, { staff_number: '5', ends_on: '2026-02-28', leaver_type: 'normal_retirement' },
    { staff_number: '9', unit: 'desk', person_id: seconded },
  ]);
  const { people: beech } = force(codes.beech, [
    { staff_number: 'HRB' }, { staff_number: '7', unit: 'team' }, { staff_number: '2', unit: 'team', starts_on: '2026-03-01', joiner_type: 'standard_recruit' },
    { staff_number: '8', unit: 'team', person_id: seconded, starts_on: '2025-01-01', ends_on: '2026-06-30', subject: '' },
  ]);
  people = { one: ash['1'], seven: ash['7'], gone: ash['3'], withheld: ash['4'], retiring: ash['5'], seconded, other: beech['7'], joining: beech['2'] };
  item = (await items('cop-cvf-2024'))['we-analyse-critically'];
  const levels = { one: 1, seven: 2, gone: 3, withheld: 1, retiring: 3, seconded: 3, other: 2, joining: 1 };
  for (const [name, level] of Object.entries(levels)) await claim(people[name], { item, level, valid_from: '2022-01-01' });
  await log(people.one, { item, happened_on: '2026-01-10' });
  hr.ash = hrOf(ash.HR, codes.ash);
  hr.beech = hrOf(ash.HR, codes.beech);
  hr.cedar = hrOf(ash.HR, codes.cedar);
});

test('before it each force has its own', async () => {
  assert.deepEqual(await skills('ash', day), { 1: 1, 2: 1, 3: 1 });
  assert.deepEqual(await skills('beech', day), { 2: 1, 3: 1 });
  assert.deepEqual(await skills('beech', '2026-03-01'), { 1: 1, 2: 1, 3: 1 });
  assert.deepEqual(await skills('cedar', day), {});
});

test('a dry run says what would come of it, and changes nothing', async () => {
  const moves = [{ predecessor: codes.ash, successor: codes.cedar }, { predecessor: codes.beech, successor: codes.cedar }];
  const told = await reorganised({ happened_on: day, dry_run: true, moves });
  assert.deepEqual([told.people, told.postings_continued, told.postings_moved, told.postings_ended, told.units, told.waiting], [9, 9, 1, 0, 3, 0]);
  assert.deepEqual(await skills('ash', day), { 1: 1, 2: 1, 3: 1 });
  assert.deepEqual((await expect(200, 'GET', `/v1/organisations/${codes.ash}`, { as: 'officer' })).json.successors, []);
});

test('the merger is done by the clerk, and its row says what it did', async () => {
  const moves = [{ predecessor: codes.ash, successor: codes.cedar }, { predecessor: codes.beech, successor: codes.cedar }];
  job = await reorganised({ happened_on: day, moves });
  assert.deepEqual([job.people, job.postings_continued, job.postings_moved, job.postings_ended, job.units, job.waiting, job.fault],
    [9, 9, 1, 0, 3, 0, null]);
  assert.deepEqual(job.moves.map(({ predecessor, successor, units }) => [predecessor, successor, units]),
    [[codes.ash, codes.cedar, null], [codes.beech, codes.cedar, null]]);
  assert.ok(job.requested_at <= job.started_at && job.started_at < job.ended_at);
});

test('no skill is lost: what both had until the day the successor has from the day on', async () => {
  assert.deepEqual(await skills('ash', dayBefore), { 1: 1, 2: 1, 3: 1 });
  assert.deepEqual(await skills('beech', dayBefore), { 2: 1, 3: 1 });
  for (const name of ['ash', 'beech']) assert.deepEqual(await skills(name, day), {}, name);
  assert.deepEqual(await skills('cedar', dayBefore), {});
  assert.deepEqual(await skills('cedar', day), { 1: 1, 2: 2, 3: 2 });
  assert.deepEqual(await skills('cedar', '2026-03-01'), { 1: 2, 2: 2, 3: 1 });
  assert.deepEqual(await skills('cedar', '2026-07-01'), { 1: 2, 2: 2, 3: 1 });
});

test('the flows say that it is a merger, and name joiners and leavers where they now are', async () => {
  assert.deepEqual(await flows('ash', '2026-01', '2026-12'), ['lost merged 1 1', 'lost merged 2 1', 'lost merged 3 1']);
  assert.deepEqual(await flows('beech', '2026-01', '2026-12'), ['lost merged 2 1', 'lost merged 3 1']);
  assert.deepEqual(await flows('cedar', '2025-01', '2026-12'),
    ['gained joined 1 1', 'gained merged 1 1', 'gained merged 2 2', 'gained merged 3 2', 'lost left 3 1']);
});

test('nobody leaves and nobody joins by it', async () => {
  const year = (row) => [row.strength_at_start, row.joiners, row.transfers_in, row.leavers, row.transfers_out, row.strength_at_end];
  assert.deepEqual(year(await retention('ash', 2026)), [6, 0, 0, 1, 0, 0]);
  assert.deepEqual(year(await retention('beech', 2026)), [3, 0, 0, 0, 0, 0]);
  assert.deepEqual(year(await retention('cedar', 2026)), [0, 1, 0, 1, 0, 7]);
});

test('postings go on with number, unit and rank, and the secondment before the post at home', () => {
  assert.deepEqual(postings(people.one), ['ash 1 team 2020-01-01..2025-12-31 sergeant', `cedar 1 ${codes.ash}-team 2026-01-01.. sergeant`]);
  assert.deepEqual(postings(people.seven), ['ash 7 desk 2020-01-01..2025-12-31 standard_recruit', 'cedar ash desk 2026-01-01..']);
  assert.deepEqual(postings(people.other), ['beech 7 team 2020-01-01..2025-12-31', `cedar beech ${codes.beech}-team 2026-01-01..`]);
  assert.deepEqual(postings(people.gone), ['ash 3 2020-01-01..2025-06-30 voluntary_resignation']);
  assert.deepEqual(postings(people.retiring), ['ash 5 2020-01-01..2025-12-31', 'cedar 5 2026-01-01..2026-02-28 normal_retirement']);
  assert.deepEqual(postings(people.withheld), ['ash 4 2020-01-01..2025-12-31 withheld', 'cedar 4 2026-01-01.. withheld']);
  assert.deepEqual(postings(people.joining), [`cedar 2 ${codes.beech}-team 2026-03-01.. standard_recruit`]);
  assert.deepEqual(postings(people.seconded), ['ash 9 desk 2020-01-01..2025-12-31', 'beech 8 team 2025-01-01..2025-12-31',
    `cedar 8 ${codes.beech}-team 2026-01-01..2026-06-30`, 'cedar 9 desk 2026-07-01..']);
});

test('units are copied with their tree, and end where they were', async () => {
  const units = async (name, as_of) =>
    (await all(`/v1/organisations/${codes[name]}/units?as_of=${as_of}`, { as: 'officer' }, 'units')).map(({ code, parent_code }) => [code, parent_code]);
  assert.deepEqual(await units('cedar', day), [[`${codes.ash}-team`, 'desk'], [`${codes.beech}-team`, null], ['desk', null]]);
  assert.deepEqual(await units('ash', dayBefore), [['desk', null], ['team', 'desk']]);
  assert.deepEqual(await units('ash', day), []);
});

test('each organisation names who took over and from whom', async () => {
  const read = async (name) => (await expect(200, 'GET', `/v1/organisations/${codes[name]}`, { as: 'officer' })).json;
  const cedar = await read('cedar'), ash = await read('ash');
  assert.deepEqual(cedar.predecessors.map(({ code, happened_on }) => [code, happened_on]), [[codes.ash, day], [codes.beech, day]]);
  assert.deepEqual([ash.ends_on, ash.successors.map(({ code }) => code)], [dayBefore, [codes.cedar]]);
});

test('the successor reads the people, and the predecessor what was before', async () => {
  await expect(200, 'GET', `/v1/people/${people.one}`, hr.cedar);
  await expect(404, 'GET', `/v1/people/${people.gone}`, hr.cedar);
  const logged = sql(`select string_agg(split_part(o.code, '-', 1), ' ' order by o.code) from activity join person using (person_id)
                      join organisation o on o.organisation_id = any (activity.seen_by) where person.id = $1::uuid`, people.one);
  assert.deepEqual(logged, ['cedar']);
});

test('entries equal what the facts imply, of all three', () => {
  for (const name of ['ash', 'beech', 'cedar']) assert.equal(audited(codes[name]), '0 waiting', name);
});

test('it cannot be done twice', async () => {
  const { json } = await expect(422, 'POST', '/v1/reorganisations',
    { as: 'administrator', body: { happened_on: day, moves: [{ predecessor: codes.ash, successor: codes.cedar }] } });
  assert.match(json.type, /reorganisation_done_already$/);
});
