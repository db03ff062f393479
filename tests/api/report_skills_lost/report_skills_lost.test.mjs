// SPDX-License-Identifier: MIT
// "Which skills did we lose to leavers last year?"
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { csv, expect } from '../../lib/client.mjs';
import { claim, force, items, lend, officer } from '../../lib/force.mjs';
import { organisation } from '../../lib/organisations.mjs';
import { unitId } from '../../lib/access.mjs';
import { assess } from '../../lib/workforce.mjs';

let place, item, code;

const base = '/v1/reports/skills-lost?framework=cop-cvf-2024';
const year = '&from=2024-01&until=2024-12';
const ask = async (more) => (await expect(200, 'GET', `${base}&item=${item}${year}${more}`, place.hr)).json;
const lines = ({ rows }, ...cuts) =>
  rows.map((row) => [...cuts.map((cut) => row[cut] ?? '-'), row.basis, row.level, row.cause, row.lost, row.held_at_start, row.share ?? '-'].join(' '));

// At the end of 2023 five hold level 2 by assessment: A, B, C, D and E; and F level 1. A resigns and B retires in 2024, both of crime; C of crime transfers; D goes in 2025. F
// claimed level 3 for themself and leaves in 2024. G is assessed at 3 in 2024 and leaves in the same year.
before(async () => {
  code = organisation('lost');
  const crime = { unit: 'team', parent_unit: 'crime' };
  place = force(code, [
    { staff_number: 'HR', unit: 'desk' }, { staff_number: 'A', ...crime, ends_on: '2024-03-31', leaver_type: 'voluntary_resignation' },
    { staff_number: 'B', ...crime, ends_on: '2024-12-31', leaver_type: 'normal_retirement' }, { staff_number: 'C', ...crime, ends_on: '2024-06-30', leaver_type: 'transfer' },
    { staff_number: 'D', unit: 'desk', ends_on: '2025-01-31', leaver_type: 'voluntary_resignation' }, { staff_number: 'E', unit: 'desk' },
    { staff_number: 'F', unit: 'desk', worker_type: 'police_officer', ends_on: '2024-01-31', leaver_type: 'voluntary_resignation' },
    { staff_number: 'G', unit: 'desk', ends_on: '2024-11-30', leaver_type: 'voluntary_resignation' },
  ]);
  item = (await items('cop-cvf-2024'))['we-take-ownership'];
  const { A, B, C, D, E, F, G } = place.people;
  for (const person of [A, B, C, D, E]) await assess(place, person, item, 2, '2023-05-01');
  await assess(place, F, item, 1, '2023-05-01');
  await claim(F, { item, level: 3, valid_from: '2023-06-01' });
  await assess(place, G, item, 3, '2024-02-01');
});

// B's last day is 31 December, and so B is a leaver of the year, as in retention: although gone on 1 January alone.
test('of five at level 2 at the start two left and one transferred; who joined the level in the year and left has nobody to be a share of', async () => {
  assert.deepEqual(lines(await ask('&basis=assessed')), ['assessed 3 left 1 0 -', 'assessed 2 left 2 5 40', 'assessed 2 transferred 1 5 20', 'assessed 1 left 1 1 100']);
  assert.deepEqual(lines(await ask('')), [...lines(await ask('&basis=self')), ...lines(await ask('&basis=assessed'))]);
});

test('on any basis each person is lost once, at the highest level held', async () => {
  assert.deepEqual(lines(await ask('&basis=any')), ['any 3 left 2 1 200', 'any 2 left 2 5 40', 'any 2 transferred 1 5 20']);
});

test('what goes on loan does not go by the leaver type of a posting that goes on', async () => {
  // L is lent for the last quarter of 2024 and resigns at the end of 2025.
  const home = force(organisation('lostonloan'), [{ staff_number: 'HR' }, { staff_number: 'L', ends_on: '2025-12-31', leaver_type: 'voluntary_resignation' }]);
  await assess(home, home.people.L, item, 2, '2023-05-01');
  lend(home.people.L, organisation('lostborrower'), '2024-10-01', '2024-12-31');
  const by = async (period) => lines((await expect(200, 'GET', `${base}&item=${item}&by=leaver_type&${period}`, home.hr)).json, 'leaver_type');
  assert.deepEqual(await by('from=2024-01&until=2024-12'), ['- assessed 2 seconded 1 1 100']);
  assert.deepEqual(await by('from=2025-10&until=2025-12'), ['voluntary_resignation assessed 2 left 1 1 100']);
});

test('by leaver type, worker type and unit, as on the last day', async () => {
  assert.deepEqual(lines(await ask('&basis=assessed&by=leaver_type'), 'leaver_type'), [
    'voluntary_resignation assessed 3 left 1 0 -', 'normal_retirement assessed 2 left 1 5 20', 'voluntary_resignation assessed 2 left 1 5 20',
    'transfer assessed 2 transferred 1 5 20',
    'voluntary_resignation assessed 1 left 1 1 100',
  ]);
  assert.deepEqual(lines(await ask('&basis=assessed&by=worker_type'), 'worker_type').slice(0, 1), ['police_officer assessed 1 left 1 1 100']);
  assert.deepEqual(lines(await ask('&basis=assessed&by=unit'), 'unit_code').filter((line) => line.includes(' 2 ')), [
    '- assessed 2 left 2 5 40', '- assessed 2 transferred 1 5 20', 'crime assessed 2 left 2 3 66.7', 'crime assessed 2 transferred 1 3 33.3',
    'team assessed 2 left 2 3 66.7', 'team assessed 2 transferred 1 3 33.3',
  ]);
  assert.deepEqual(lines(await ask(`&basis=assessed&unit=${unitId(code, 'crime')}`)), ['assessed 2 left 2 3 66.7', 'assessed 2 transferred 1 3 33.3']);
});

test('who goes on the last day of a period is of it, in retention too, and of the next one no more', async () => {
  const { json: lost } = await expect(200, 'GET', `${base}&item=${item}&from=2025-01&until=2025-12&basis=assessed`, place.hr);
  assert.deepEqual(lines(lost), ['assessed 2 left 1 3 33.3']);
  const { json: retention } = await expect(200, 'GET', '/v1/reports/retention?ending_on=2024-12-31', place.hr);
  assert.deepEqual(retention.rows.map((row) => [row.leavers, row.transfers_out]), [[4, 1]], 'A, B, F and G; C');
});

test('an edition gives it again; CSV; and who may not read it is refused', async () => {
  const then = await ask('&basis=assessed');
  await assess(place, place.people.C, item, 3, '2024-05-01');
  assert.deepEqual(lines(await ask('&basis=assessed'))[1], 'assessed 3 transferred 1 0 -');
  assert.deepEqual((await ask(`&basis=assessed&edition=${then.meta.edition}`)).rows, then.rows);
  const reply = await expect(200, 'GET', `${base}&item=${item}${year}`, { ...place.hr, headers: { accept: 'text/csv' } });
  assert.equal(csv(reply.text).filter((row) => row.cause === 'transferred').length, 1);
  await expect(400, 'GET', `${base}&by=month`, place.hr);
  await expect(403, 'GET', base, officer(place.people.E));
});
