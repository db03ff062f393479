// SPDX-License-Identifier: MIT
// A force is split, a part of one changes hands, and a force is taken over by one in which some of its people serve already.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { all, expect, sql } from '../../lib/client.mjs';
import { atLevels, claim, force, items } from '../../lib/force.mjs';
import { audited, hrOf, organisation, postings, reorganised } from '../../lib/organisations.mjs';
import { unitId } from '../../lib/access.mjs';

const day = '2026-04-01';
const item = async () => (await items('cop-cvf-2024'))['we-analyse-critically'];
const entries = (code) =>
  sql(`select effective_on || ' ' || case when gain then '+' else '-' end || level || ' ' || cause || ' ' || sum(delta)
       from skill_ledger join organisation using (organisation_id) where code = $1 group by effective_on, gain, level, cause having sum(delta) <> 0 order by 1`, code);

test('a split: units with all below them go one way, the rest another', async () => {
  const [fir, north, south] = [organisation('fir'), organisation('north'), organisation('south')];
  const { people } = force(fir, [
    { staff_number: 'HR' }, { staff_number: '1', unit: 'patrol', parent_unit: 'n-division' }, { staff_number: '2', unit: 'n-division' },
    { staff_number: '3', unit: 's-division' }, { staff_number: '4', unit: 'covert', parent_unit: 'n-division', unit_sensitive: 'yes' },
  ]);
  const skill = await item();
  for (const number of ['1', '2', '3', '4']) await claim(people[number], { item: skill, level: Number(number) % 3 + 1, valid_from: '2022-01-01' });
  const job = await reorganised({ happened_on: day, moves: [
    { predecessor: fir, successor: north, units: [unitId(fir, 'n-division')] }, { predecessor: fir, successor: south }] });
  assert.deepEqual([job.people, job.postings_continued, job.units], [5, 5, 4]);
  assert.deepEqual(postings(people['1']), ['fir 1 patrol 2020-01-01..2026-03-31', 'north 1 patrol 2026-04-01..']);
  assert.deepEqual(postings(people['3']), ['fir 3 s-division 2020-01-01..2026-03-31', 'south 3 s-division 2026-04-01..']);
  assert.deepEqual(postings(people['4']), ['fir 4 covert 2020-01-01..2026-03-31 withheld', 'north 4 covert 2026-04-01.. withheld']);
  assert.deepEqual(postings(people.HR), ['fir HR 2020-01-01..2026-03-31', 'south HR 2026-04-01..']);
  const seen = (await all(`/v1/organisations/${north}/units`, { as: 'officer' }, 'units')).map(({ code }) => code);
  assert.deepEqual(seen, ['n-division', 'patrol'], 'a sensitive unit stays one');
  assert.deepEqual(entries(north), ['2026-04-01 +2 merged 2', '2026-04-01 +3 merged 1']);
  assert.deepEqual(entries(south), ['2026-04-01 +1 merged 1']);
  assert.deepEqual(entries(fir).filter((line) => line.startsWith(day)), ['2026-04-01 -1 merged -1', '2026-04-01 -2 merged -2', '2026-04-01 -3 merged -1']);
  for (const code of [fir, north, south]) assert.equal(audited(code), '0 waiting');
});

test('without a move of the rest the predecessor goes on with it', async () => {
  const [elm, lab] = [organisation('elm'), organisation('lab')];
  const { people } = force(elm, [{ staff_number: 'HR', unit: 'office' }, { staff_number: '1', unit: 'forensics' }]);
  await reorganised({ happened_on: day, moves: [{ predecessor: elm, successor: lab, units: [unitId(elm, 'forensics')] }] });
  assert.deepEqual(postings(people.HR), ['elm HR office 2020-01-01..']);
  assert.deepEqual(postings(people['1']), ['elm 1 forensics 2020-01-01..2026-03-31', 'lab 1 forensics 2026-04-01..']);
  const told = (await expect(200, 'GET', `/v1/organisations/${elm}`, { as: 'officer' })).json;
  assert.deepEqual([told.ends_on, told.successors.map(({ code }) => code)], [null, [lab]]);
  assert.equal(audited(elm), '0 waiting');
});

test('who serves in the successor already goes on with the posting there', async () => {
  const [oak, pine] = [organisation('oak'), organisation('pine')];
  const [both, later, never] = [randomUUID(), randomUUID(), randomUUID()];
  const one = force(oak, [{ staff_number: 'HR' }, { staff_number: '1', person_id: both }, { staff_number: '2', person_id: later, ends_on: '2027-12-31', leaver_type: 'death' },
    { staff_number: '3', person_id: never, starts_on: '2026-06-01', ends_on: '2026-08-31' }, { staff_number: '4' }]);
  force(pine, [{ staff_number: 'HR' }, { staff_number: '1', person_id: both, starts_on: '2024-01-01', subject: '' },
    { staff_number: '2', person_id: later, starts_on: '2025-01-01', ends_on: '2026-12-31', subject: '' },
    { staff_number: '3', person_id: never, starts_on: '2026-05-01', subject: '' }, { staff_number: '4' }]);
  const job = await reorganised({ happened_on: day, moves: [{ predecessor: oak, successor: pine }] });
  assert.deepEqual([job.people, job.postings_continued, job.postings_moved, job.postings_ended], [5, 3, 0, 2]);
  assert.deepEqual(postings(both), ['oak 1 2020-01-01..2026-03-31', 'pine 1 2024-01-01..']);
  assert.deepEqual(postings(later), ['oak 2 2020-01-01..2026-03-31', 'pine 2 2025-01-01..2026-12-31', 'pine 2 2027-01-01..2027-12-31 death']);
  assert.deepEqual(postings(never), ['pine 3 2026-05-01..']);
  assert.deepEqual(sql(`select posting ->> 'starts_on' || ' ' || reason from posting_retraction join person using (person_id) where person.id = $1::uuid`, never),
    ['2026-06-01 The person has another posting in the organisation that took over.']);
  assert.deepEqual(postings(one.people['4']), ['oak 4 2020-01-01..2026-03-31', 'pine oak 2026-04-01..'], 'the number is that of another there');
  for (const code of [oak, pine]) assert.equal(audited(code), '0 waiting');
});

test('a reorganisation to come is in the figures of that day', async () => {
  const [sun, moon] = [organisation('sun'), organisation('moon')];
  const { people } = force(sun, [{ staff_number: 'HR' }, { staff_number: '1' }]);
  const skill = await item();
  await claim(people['1'], { item: skill, level: 2, valid_from: '2022-01-01' });
  await reorganised({ happened_on: '2040-01-01', moves: [{ predecessor: sun, successor: moon }] });
  const hr = hrOf(people.HR, moon);
  const { rows } = (await expect(200, 'GET', '/v1/reports/coverage?framework=cop-cvf-2024&detail=held&basis=each&as_of=2040-01-01', hr)).json;
  assert.deepEqual(atLevels(rows, skill), { 2: 1 });
});

test('a number that stands for another even with the code before it stops all of it, and nothing is written', async () => {
  const [red, blue] = [organisation('red'), organisation('blue')];
  const { people } = force(red, [{ staff_number: 'HR' }, { staff_number: '1' }]);
  force(blue, [{ staff_number: '1' }, { staff_number: `${red}-1` }]);
  const job = await reorganised({ happened_on: day, moves: [{ predecessor: red, successor: blue }] }, 'failed');
  assert.deepEqual([job.fault, job.people, job.waiting], ['reorganisation_numbers_taken', null, null]);
  assert.deepEqual(postings(people['1']), ['red 1 2020-01-01..']);
  assert.deepEqual((await expect(200, 'GET', `/v1/organisations/${red}`, { as: 'officer' })).json.successors, []);
});
