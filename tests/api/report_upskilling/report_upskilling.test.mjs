// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { csv, expect } from '../../lib/client.mjs';
import { claim, force, items, officer } from '../../lib/force.mjs';
import { organisation } from '../../lib/organisations.mjs';
import { unitId } from '../../lib/access.mjs';
import { assess } from '../../lib/workforce.mjs';

let place, item, code;

const base = '/v1/reports/upskilling?framework=cop-cvf-2024';
const ask = async (more) => (await expect(200, 'GET', `${base}&item=${item}${more}`, place.hr)).json;
const lines = ({ rows }, ...cuts) =>
  rows.map((row) => [...cuts.map((cut) => row[cut] ?? '-'), row.change, row.cause, row.from_level ?? '-', row.to_level ?? '-', row.moves, row.net].join(' ')).sort();
const net = ({ rows }) => rows.reduce((sum, row) => sum + row.net, 0);

// A is a constable of the team; B joined the desk in May 2023; C of the team left in June; D goes from team to desk in July.
before(async () => {
  code = organisation('upskilling');
  place = force(code, [
    { staff_number: 'HR', unit: 'desk' }, { staff_number: 'A', unit: 'team', parent_unit: 'crime', worker_type: 'police_officer', rank: 'constable' },
    { staff_number: 'B', unit: 'desk', starts_on: '2023-05-15' },
    { staff_number: 'C', unit: 'team', parent_unit: 'crime', ends_on: '2023-06-14', leaver_type: 'voluntary_resignation' },
    { staff_number: 'D', unit: 'team', parent_unit: 'crime', starts_on: '2018-01-01', ends_on: '2023-06-30' },
    { staff_number: 'D', unit: 'desk', starts_on: '2023-07-01' },
  ]);
  item = (await items('cop-cvf-2024'))['we-analyse-critically'];
  const { A, B, C, D } = place.people;
  await claim(A, { item, level: 1, valid_from: '2023-02-10' });
  await claim(A, { item, level: 2, valid_from: '2023-05-20', valid_until: '2023-08-31' });
  await claim(A, { item, level: 2, valid_from: '2023-08-15', valid_until: '2023-12-31' });
  await claim(B, { item, level: 3, valid_from: '2023-01-01', valid_until: '2023-10-14' });
  await claim(B, { item, level: 3, valid_from: '2023-11-01' });
  await claim(C, { item, level: 1, valid_from: '2021-01-01' });
  await claim(D, { item, level: 1, valid_from: '2023-06-10' });
  await claim(D, { item, level: 2, valid_from: '2023-07-01' });
});

// A: not held -> 1 (10 Feb), 1 -> 2 (20 May), 2 anew (15 Aug), back to 1 when 2 lapses (1 Jan). B: came with 3, lost it, had it again. C: went with 1. D: -> 1 -> 2.
const moved = [
  'fell lapsed 2 1 1 0', 'gained assessed - 1 2 2', 'gained joined - 3 1 1', 'gained renewed - 3 1 1', 'lost lapsed 3 - 1 -1', 'lost left 1 - 1 -1',
  'renewed renewed 2 2 1 0', 'rose superseded 1 2 2 0',
];

test('moves from level to level by cause: gained 4, lapsed 1, left 1, net gain 2', async () => {
  const report = await ask('&from=2023-01&until=2024-01&basis=self');
  assert.deepEqual(lines(report), moved);
  assert.equal(net(report), 2);
});

test('the net gain is what is held at the end less what was held at the start', async () => {
  const held = async (day) =>
    (await expect(200, 'GET', `/v1/reports/coverage?framework=cop-cvf-2024&detail=held&basis=self&item=${item}&as_of=${day}`, place.hr)).json.rows
      .reduce((sum, row) => sum + row.people_at_level, 0);
  assert.equal(await held('2023-11-30') - await held('2023-02-28'), net(await ask('&from=2023-03&until=2023-11&basis=self')));
});

test('month by month, in the month of the day from which it is so', async () => {
  assert.deepEqual(lines(await ask('&from=2023-05&until=2023-08&by=month&basis=self'), 'month'), [
    '2023-05 gained joined - 3 1 1', '2023-05 rose superseded 1 2 1 0', '2023-06 gained assessed - 1 1 1', '2023-06 lost left 1 - 1 -1',
    '2023-07 rose superseded 1 2 1 0', '2023-08 renewed renewed 2 2 1 0',
  ]);
});

test('the same is counted from entries where people are cut as from balances where they are not', async () => {
  const cut = await ask('&from=2023-01&until=2024-01&basis=self&worker_type=police_staff');
  const rest = await ask('&from=2023-01&until=2024-01&basis=self&worker_type=police_officer');
  assert.deepEqual(lines(rest), ['fell lapsed 2 1 1 0', 'gained assessed - 1 1 1', 'renewed renewed 2 2 1 0', 'rose superseded 1 2 1 0']);
  assert.equal(net(cut) + net(rest), 2);
  assert.deepEqual(lines(await ask('&from=2023-01&until=2024-01&basis=self&rank=constable')), lines(rest));
});

test('by cohort: D joined in the year to March 2018, A and C in that to 2020, B in that to 2024', async () => {
  assert.deepEqual(lines(await ask('&from=2023-05&until=2023-07&by=cohort&basis=self'), 'cohort'), [
    '2018 gained assessed - 1 1 1', '2018 rose superseded 1 2 1 0', '2020 lost left 1 - 1 -1', '2020 rose superseded 1 2 1 0', '2024 gained joined - 3 1 1',
  ]);
});

test('by unit: with those below, on the day of the move, and on the last day of who goes', async () => {
  assert.deepEqual(lines(await ask('&from=2023-05&until=2023-07&by=unit&basis=self'), 'unit_code'), [
    '- gained assessed - 1 1 1', '- gained joined - 3 1 1', '- lost left 1 - 1 -1', '- rose superseded 1 2 2 0',
    'crime gained assessed - 1 1 1', 'crime lost left 1 - 1 -1', 'crime rose superseded 1 2 1 0',
    'desk gained joined - 3 1 1', 'desk rose superseded 1 2 1 0',
    'team gained assessed - 1 1 1', 'team lost left 1 - 1 -1', 'team rose superseded 1 2 1 0',
  ]);
  assert.deepEqual(lines(await ask(`&from=2023-05&until=2023-07&basis=self&unit=${unitId(code, 'crime')}`)),
    ['gained assessed - 1 1 1', 'lost left 1 - 1 -1', 'rose superseded 1 2 1 0']);
});

test('on the basis any it is the highest level that moves', async () => {
  const other = (await items('cop-cvf-2024'))['we-take-ownership'];
  const { B } = place.people;
  await claim(B, { item: other, level: 2, valid_from: '2024-02-01', valid_until: '2024-05-31' });
  await assess(place, B, other, 1, '2024-03-01');
  await assess(place, B, other, 3, '2024-04-01', { valid_until: '2024-04-30' });
  // Self 2 from February to May; assessed 1 from March, 3 in April: the highest is 2, 3, 2, 1.
  const { rows } = (await expect(200, 'GET', `${base}&item=${other}&from=2024-01&until=2024-12&basis=any&by=month`, place.hr)).json;
  assert.deepEqual(lines({ rows }, 'month', 'basis'), ['2024-02 any gained assessed - 2 1 1', '2024-04 any rose superseded 2 3 1 0', '2024-05 any fell lapsed 3 2 1 0', '2024-06 any fell lapsed 2 1 1 0']);
});

test('an edition gives the moves of before a correction again, cut and uncut', async () => {
  const { A } = place.people;
  for (const cut of ['', '&worker_type=police_officer']) {
    const period = `&from=2023-01&until=2023-12&basis=self${cut}`;
    const then = await ask(period);
    await claim(A, { item, level: 3, valid_from: cut ? '2023-04-12' : '2023-04-01', valid_until: '2023-05-09' });
    assert.notDeepEqual((await ask(period)).rows, then.rows);
    assert.deepEqual((await ask(`${period}&edition=${then.meta.edition}`)).rows, then.rows);
  }
});

test('CSV, and faults of the question', async () => {
  const reply = await expect(200, 'GET', `${base}&from=2023-01&until=2023-12`, { ...place.hr, headers: { accept: 'text/csv' } });
  assert.ok(csv(reply.text).some((row) => row.cause === 'joined' && row.change === 'gained' && row.net === '1'));
  const fault = async (status, more, name) => assert.match((await expect(status, 'GET', `${base}${more}`, place.hr)).json.type, new RegExp(`${name}$`));
  await fault(422, '&from=2023-05&until=2023-04', 'period_reversed');
  await fault(422, '&from=2005-05&until=2023-04', 'period_too_long');
  await fault(422, '&known_at=2999-01-01T00:00:00Z', 'known_in_future');
  await fault(404, '&rank=admiral', 'unknown_rank');
  await fault(404, '&unit=00000000-0000-4000-8000-000000000000', 'unknown_unit');
  await expect(400, 'GET', `${base}&by=year`, place.hr);
  await expect(403, 'GET', base, officer(place.people.A));
});
