// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, sql } from '../../lib/client.mjs';
import { force, officer, row } from '../../lib/force.mjs';

// The year to 31 March 2025: five people there at its start; one resigns on its last day, and so is still there at its end; one retires, one
// transfers out; two join, one of them by transfer.
let kent;
const joined = '2024-06-01';

before(() => {
  kent = force('kent', [
    { staff_number: 'HR' },
    { staff_number: 'P1', worker_type: 'police_officer', rank: 'constable' },
    { staff_number: 'P2', worker_type: 'police_officer', rank: 'constable', ends_on: '2025-03-31', leaver_type: 'voluntary_resignation' },
    { staff_number: 'P3', worker_type: 'police_officer', rank: 'sergeant', ends_on: '2024-04-01', leaver_type: 'normal_retirement' },
    { staff_number: 'P4', worker_type: 'police_officer', rank: 'constable', ends_on: '2024-12-31', leaver_type: 'transfer' },
    { staff_number: 'N1', starts_on: joined, joiner_type: 'standard_recruit' },
    { staff_number: 'N2', worker_type: 'police_officer', rank: 'constable', starts_on: joined, joiner_type: 'transfer' },
    { staff_number: 'OLD', ends_on: '2024-03-30', leaver_type: 'voluntary_resignation' },
    { staff_number: 'NEXT', starts_on: '2025-04-01', joiner_type: 'standard_recruit' },
  ]);
  sql(`update posting set fte = 0.5 where staff_number = 'P2' and organisation_id = (select organisation_id from organisation where code = 'kent')`);
});

const measures = ['strength_at_start', 'joiners', 'transfers_in', 'leavers', 'voluntary_leavers', 'transfers_out', 'strength_at_end'];
const read = async (more = '') => (await expect(200, 'GET', `/v1/reports/retention?year_ending=2025${more}`, kent.hr)).json.rows;

test('joiners and leavers of the year over the strength at its start, transfers apart', async () => {
  const whole = row(await read(), { unit: null, worker_type: null });
  assert.deepEqual(measures.map((name) => whole[name]), [5, 1, 1, 2, 1, 1, 5]);
  assert.deepEqual(measures.map((name) => whole[`${name}_fte`]), [4.5, 1, 1, 1.5, 0.5, 1, 4.5]);
  assert.equal(whole.leaver_rate, 40);
  assert.equal(whole.voluntary_rate, 20);
});

test('by worker type', async () => {
  const officers = row(await read('&by=worker_type'), { worker_type: 'police_officer' });
  assert.deepEqual(measures.map((name) => officers[name]), [4, 0, 1, 2, 1, 1, 3]);
  assert.equal(officers.leaver_rate, 50);
});

// By the end of June P3 has retired and both have joined; who leaves later is still there.
test('to a day in the year, which a report tells so that it can be given again', async () => {
  const { rows, meta } = (await expect(200, 'GET', '/v1/reports/retention?year_ending=2025&as_of=2024-06-30', kent.hr)).json;
  assert.deepEqual(measures.map((name) => row(rows, { unit: null, worker_type: null })[name]), [5, 1, 1, 1, 0, 0, 6]);
  assert.deepEqual([meta.as_of, meta.complete, meta.period.ends_on], ['2024-06-30', false, '2025-03-31']);
  assert.deepEqual((await expect(200, 'GET', `/v1/reports/retention?year_ending=2025&as_of=2024-06-30&edition=${meta.edition}`, kent.hr)).json.rows, rows);
  assert.equal((await expect(200, 'GET', '/v1/reports/retention?as_of=2024-06-30', kent.hr)).json.meta.period.ends_on, '2024-03-31', 'the last year that was over then');
  const faulty = async (as_of) => (await expect(422, 'GET', `/v1/reports/retention?year_ending=2025&as_of=${as_of}`, kent.hr)).json.type;
  assert.deepEqual([await faulty('2199-01-01'), await faulty('2024-03-31')], ['/problems#as_of_in_future', '/problems#period_not_begun']);
});

test('an officer may not read it', async () => {
  await expect(403, 'GET', '/v1/reports/retention', officer(kent.people.P1));
});
