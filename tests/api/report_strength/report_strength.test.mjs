// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { csv, expect, pointers, sql } from '../../lib/client.mjs';
import { force, officer } from '../../lib/force.mjs';
import { hrOf, organisation, reorganised } from '../../lib/organisations.mjs';

const day = '2026-06-30';
let code, place, people;

const ask = async (query = '', as = place) => (await expect(200, 'GET', `/v1/reports/strength?as_of=${day}${query}`, as)).json;
const counts = ({ rows }, name) => Object.fromEntries(rows.map((row) => [row[name] ?? 'all', [row.headcount, row.fte]]));

before(() => {
  code = organisation('strong');
  const made = force(code, [
    { staff_number: 'HR', starts_on: '2026-01-01', unit: 'desk', parent_unit: 'hq' }, { staff_number: 'O', worker_type: 'police_officer', rank: 'sergeant', starts_on: '1996-06-30', unit: 'hq' },
    { staff_number: 'R', starts_on: '2010-01-01', ends_on: '2014-12-31' }, { staff_number: 'R', starts_on: '2024-07-01', unit: 'desk', subject: '' },
    { staff_number: 'L', starts_on: '2010-01-01', ends_on: '2026-06-29', leaver_type: 'death' }, { staff_number: 'E', starts_on: '2020-01-01', ends_on: day, leaver_type: 'death' },
    { staff_number: 'M', starts_on: '2016-06-30', ends_on: '2020-12-31', unit: 'desk' }, { staff_number: 'M', starts_on: '2021-01-01', unit: 'hq', subject: '' },
    { staff_number: 'S', starts_on: '2020-01-01', sensitive: 'yes' },
  ]);
  people = made.people;
  place = hrOf(people.HR, code);
  sql(`update posting set fte = 0.6 where staff_number in ('R', 'S') and organisation_id = (select organisation_id from organisation where code = $1)`, code);
});

test('people of the day, and their full-time equivalents, without those who are withheld', async () => {
  assert.deepEqual(counts(await ask(), 'unit'), { all: [5, 4.6] });
  assert.deepEqual(counts(await ask('', hrOf(people.HR, code, 'reports:organisation sensitive:read')), 'unit'), { all: [5, 4.6] }, 'the token has not sensitive:read');
});

test('by unit with those below, by worker type and by rank', async () => {
  assert.deepEqual(counts(await ask('&by=unit'), 'unit_code'), { all: [5, 4.6], hq: [4, 3.6], desk: [2, 1.6] });
  assert.deepEqual(counts(await ask('&by=worker_type'), 'worker_type'), { all: [5, 4.6], police_officer: [1, 1], police_staff: [4, 3.6] });
  assert.deepEqual(counts(await ask('&by=rank'), 'rank'), { all: [5, 4.6], sergeant: [1, 1], none: [4, 3.6] });
});

test('by length of service: moves do not break it, a gap does, and an anniversary is the next band', async () => {
  assert.deepEqual(counts(await ask('&by=service_band'), 'service_band'),
    { all: [5, 4.6], under_1: [1, 1], '1_to_2': [1, 0.6], '5_to_10': [1, 1], '10_to_15': [1, 1], '30_and_over': [1, 1] });
});

test('CSV has the same rows, and the meta says what is counted', async () => {
  const { meta, rows } = await ask('&by=unit');
  assert.match(meta.definition, /full-time equivalents/);
  const reply = await expect(200, 'GET', `/v1/reports/strength?as_of=${day}&by=unit`, { ...place, headers: { ...place.headers, accept: 'text/csv' } });
  assert.equal(csv(reply.text).length, rows.length);
});

test('service in a predecessor counts in the successor', async () => {
  const heir = organisation('heir');
  await reorganised({ happened_on: '2026-06-01', moves: [{ predecessor: code, successor: heir }] });
  const there = hrOf(people.HR, heir);
  assert.deepEqual(counts(await ask('&by=service_band', there), 'service_band'),
    { all: [5, 4.6], under_1: [1, 1], '1_to_2': [1, 0.6], '5_to_10': [1, 1], '10_to_15': [1, 1], '30_and_over': [1, 1] });
  assert.deepEqual(counts(await ask(), 'unit_code'), { all: [0, 0] }, 'nobody is left');
});

test('it refuses strangers and bad parameters', async () => {
  await expect(403, 'GET', '/v1/reports/strength', officer(people.O));
  await expect(401, 'GET', '/v1/reports/strength');
  assert.equal(pointers(await expect(400, 'GET', '/v1/reports/strength?as_of=2026-02-30&by=age', place)).length, 2);
});
