// SPDX-License-Identifier: MIT
// Who leaves, and by what the rate is told, in the year to 31 March 2025. There on the day before it: HR, A, B, C, E and G, six. A resigns (service
// 16 months), B retires (15 years), D joins, resigns at half time, comes back and is dismissed: three leavers, one of them of their own will. E
// transfers. C goes on as an officer the day after the last as a PCSO, and does not leave. F comes and goes on loan. HR, C and G are left: three.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { csv, expect, pointers, sql } from '../../lib/client.mjs';
import { force, row } from '../../lib/force.mjs';
import { hrOf, organisation, reorganised } from '../../lib/organisations.mjs';
import { code as problem } from '../../lib/workforce.mjs';

const officer = { worker_type: 'police_officer', rank: 'constable' };
let code, place, people;

before(() => {
  code = organisation('staying');
  people = force(code, [
    { staff_number: 'HR', unit: 'hq' },
    { staff_number: 'A', ...officer, unit: 'u1', parent_unit: 'hq', starts_on: '2023-06-01', joiner_type: 'standard_recruit', entry_route: 'pcda', ends_on: '2024-09-30', leaver_type: 'voluntary_resignation' },
    { staff_number: 'B', ...officer, rank: 'sergeant', unit: 'u2', parent_unit: 'hq', starts_on: '2010-01-01', joiner_type: 'standard_recruit', ends_on: '2025-01-31', leaver_type: 'normal_retirement' },
    { staff_number: 'C', worker_type: 'pcso', unit: 'u1', starts_on: '2022-01-01', joiner_type: 'standard_recruit', ends_on: '2024-06-30', leaver_type: 'voluntary_resignation' },
    { staff_number: 'C', ...officer, unit: 'u1', starts_on: '2024-07-01', joiner_type: 'previously_pcso_or_staff', entry_route: 'pcda', subject: '' },
    { staff_number: 'D', unit: 'u2', starts_on: '2024-05-01', joiner_type: 'standard_recruit', ends_on: '2024-08-31', leaver_type: 'voluntary_resignation' },
    { staff_number: 'D', unit: 'u1', starts_on: '2024-11-01', joiner_type: 'rejoiner', ends_on: '2025-02-28', leaver_type: 'dismissal', subject: '' },
    { staff_number: 'E', ...officer, unit: 'u1', starts_on: '2019-01-01', joiner_type: 'standard_recruit', ends_on: '2024-12-31', leaver_type: 'transfer' },
    { staff_number: 'F', ...officer, unit: 'u1', starts_on: '2024-10-01', ends_on: '2025-03-30' },
    { staff_number: 'G', unit: 'u1', ends_on: '2024-09-30' },
    { staff_number: 'G', unit: 'u2', starts_on: '2024-10-01', subject: '' },
    { staff_number: 'S', sensitive: 'yes', ends_on: '2024-12-31', leaver_type: 'death' },
  ]).people;
  place = hrOf(people.HR, code);
  sql(`update posting set fte = 0.5 where staff_number = 'D' and starts_on = '2024-05-01' and organisation_id = (select organisation_id from organisation where code = $1)`, code);
});

const ask = async (query = '', as = place) => (await expect(200, 'GET', `/v1/reports/retention?${query.includes('ending') ? '' : 'year_ending=2025'}${query}`, as)).json;
const flows = (cell) => ['strength_at_start', 'joiners', 'transfers_in', 'others_in', 'leavers', 'voluntary_leavers', 'transfers_out', 'others_out', 'strength_at_end'].map((name) => cell[name]);
// Strength at the start, leavers and leaver rate by a column.
const rates = ({ rows }, name) => Object.fromEntries(rows.map((each) => [each[name] ?? 'all', [each.strength_at_start, each.leavers, each.leaver_rate]]));

test('a leaver leaves when no posting there covers the next day, and counts once, as the last time', async () => {
  const [whole] = (await ask()).rows;
  assert.deepEqual(flows(whole), [6, 1, 0, 1, 3, 1, 1, 1, 3]);
  assert.deepEqual([whole.leavers_fte, whole.voluntary_leavers_fte, whole.joiners_fte], [3, 1, 1]);
  assert.deepEqual([whole.leaver_rate, whole.voluntary_rate, whole.transfer_rate], [50, 16.7, 16.7]);
});

test('by length of service: of the strength before the year, of leavers on their last day', async () => {
  // C has three years at the end alone.
  assert.deepEqual(rates(await ask('&by=service_band'), 'service_band'), {
    all: [6, 3, 50], under_1: [1, 1, 100], '1_to_2': [0, 1, null], '2_to_3': [1, 0, 0], '3_to_4': [0, 0, null], '4_to_5': [2, 0, 0], '5_to_10': [1, 0, 0], '10_to_15': [1, 0, 0], '15_to_20': [0, 1, null],
  });
});

test('by leaver type, of the strength of the whole, so that the rates add up', async () => {
  const { rows } = await ask('&by=leaver_type');
  assert.deepEqual(rates({ rows }, 'leaver_type'),
    { all: [6, 3, 50], voluntary_resignation: [6, 1, 16.7], normal_retirement: [6, 1, 16.7], dismissal: [6, 1, 16.7], transfer: [6, 0, 0] });
  const transfers = row(rows, { leaver_type: 'transfer' });
  assert.deepEqual([transfers.transfers_out, transfers.joiners, transfers.strength_at_end], [1, null, null]);
});

test('by leaver type of a unit: who leaves it has the type of that time, also who leaves another unit later', async () => {
  const unit = row((await ask('&by=unit')).rows, { unit_code: 'u2' }).unit;
  // B retires; D resigns from u2 in August, and is dismissed from u1 in February.
  assert.deepEqual(rates(await ask(`&by=leaver_type&unit=${unit}`), 'leaver_type'), { all: [1, 2, 200], voluntary_resignation: [1, 1, 100], normal_retirement: [1, 1, 100] });
});

test('by rank, worker type and unit: those of the last posting of a leaver', async () => {
  assert.deepEqual(rates(await ask('&by=rank'), 'rank'), { all: [6, 3, 50], constable: [2, 1, 50], sergeant: [1, 1, 100], none: [3, 1, 33.3] });
  assert.deepEqual(rates(await ask('&by=worker_type'), 'worker_type'),
    { all: [6, 3, 50], police_officer: [3, 2, 66.7], pcso: [1, 0, 0], police_staff: [2, 1, 50] });
  assert.deepEqual(rates(await ask('&by=unit'), 'unit_code'), { all: [6, 3, 50], hq: [6, 3, 50], u1: [4, 2, 50], u2: [1, 2, 200] });
});

test('by role profile', async () => {
  const [profile] = sql(`select id from role_profile order by role_profile_id limit 1`);
  sql(`update posting set role_profile_id = (select role_profile_id from role_profile where id = $2::uuid)
       where staff_number in ('A', 'E') and organisation_id = (select organisation_id from organisation where code = $1)`, code, profile);
  const titles = Object.fromEntries((await ask('&by=role')).rows.map((each) => [each.role_profile_title ?? 'all', [each.strength_at_start, each.leavers, each.leaver_rate, each.role_profile]]));
  const title = Object.keys(titles).find((each) => titles[each][3] === profile);
  assert.deepEqual(titles, { all: [6, 3, 50, null], [title]: [2, 1, 50, profile], none: [4, 2, 50, null] });
  assert.deepEqual(rates(await ask(`&role=${profile}`), 'role_profile'), { all: [2, 1, 50] });
});

test('narrowed to a unit, a worker type, a rank', async () => {
  const unit = row((await ask('&by=unit')).rows, { unit_code: 'u1' }).unit;
  assert.deepEqual(rates(await ask(`&unit=${unit}`), 'unit_code'), { u1: [4, 2, 50] });
  assert.deepEqual(flows((await ask('&worker_type=police_officer&rank=constable')).rows[0]), [2, 0, 0, 1, 1, 1, 1, 1, 1]);
  assert.equal(problem(await expect(404, 'GET', '/v1/reports/retention?rank=captain', place)), 'unknown_rank');
  assert.equal(problem(await expect(404, 'GET', `/v1/reports/retention?unit=${people.HR}`, place)), 'unknown_unit');
});

test('of nobody the whole has its row, of zeros and without rates', async () => {
  assert.deepEqual(rates(await ask('&worker_type=special_constable&by=unit'), 'unit_code'), { all: [0, 0, null] });
  assert.deepEqual(flows((await ask('ending_on=1951-03-31')).rows[0]), [0, 0, 0, 0, 0, 0, 0, 0, 0], 'years before anybody');
});

test('twelve months that end on another day', async () => {
  // From 1 October 2023 on: the six are there before; A leaves on the last day, and is still there on it, D on 31 August.
  const { meta, rows } = await ask('&ending_on=2024-09-30'.slice(1));
  assert.deepEqual(meta.period, { starts_on: '2023-10-01', ends_on: '2024-09-30' });
  assert.deepEqual(flows(rows[0]), [6, 1, 0, 0, 2, 2, 0, 0, 6]);
  assert.equal(rows[0].leavers_fte, 1.5);
  assert.equal(problem(await expect(422, 'GET', '/v1/reports/retention?ending_on=2024-09-30&year_ending=2025', place)), 'year_or_ending');
  assert.equal(problem(await expect(422, 'GET', '/v1/reports/retention?ending_on=2199-09-30', place)), 'period_not_begun');
  assert.deepEqual(flows((await ask('ending_on=2025-03-31')).rows[0]), flows((await ask()).rows[0]));
});

test('twelve months that end in February have its days once', async () => {
  const begins = async (day) => (await ask(`ending_on=${day}`)).meta.period.starts_on;
  assert.equal(await begins('2024-02-28'), '2023-03-01', 'of a leap year, 365 days');
  assert.equal(await begins('2024-02-29'), '2023-03-01');
  assert.equal(await begins('2025-02-28'), '2024-03-01');
  assert.equal(await begins('2023-02-28'), '2022-03-01');
});

test('the report says its edition, and CSV has the same rows', async () => {
  const { meta, rows } = await ask('&by=leaver_type');
  assert.match(meta.definition, /does not leave/);
  assert.deepEqual((await ask(`&by=leaver_type&edition=${meta.edition}`)).rows, rows);
  const reply = await expect(200, 'GET', '/v1/reports/retention?year_ending=2025&by=leaver_type', { ...place, headers: { ...place.headers, accept: 'text/csv' } });
  assert.equal(csv(reply.text).length, rows.length);
});

test('it refuses bad parameters with their places', async () => {
  assert.equal(pointers(await expect(400, 'GET', '/v1/reports/retention?by=age&ending_on=2025-02-30', place)).length, 2);
});

test('a merger is neither leaving nor joining, and service in the predecessor counts', async () => {
  const heir = organisation('staying-heir');
  await reorganised({ happened_on: '2025-06-01', moves: [{ predecessor: code, successor: heir }] });
  const [old] = (await ask('&year_ending=2026'.slice(1))).rows;
  assert.deepEqual(flows(old), [3, 0, 0, 0, 0, 0, 0, 3, 0]);
  const there = hrOf(people.HR, heir);
  const { rows } = await ask('&year_ending=2026&by=service_band'.slice(1), there);
  assert.deepEqual(flows(row(rows, { service_band: null })), [0, 0, 0, 3, 0, 0, 0, 0, 3]);
  assert.equal(row(rows, { service_band: '5_to_10' }).others_in, 2, 'HR and G, since 2020');
});
