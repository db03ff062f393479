// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, csv, expect } from '../../lib/client.mjs';
import { claim, items, officer, row } from '../../lib/force.mjs';
import { inRole, roleProfile } from '../../lib/roles.mjs';
import { assess, team } from '../../lib/team.mjs';
import { eventsOf } from '../../lib/trail.mjs';

// Sergeant A's team: A, B and C with analysts' roles (analysing at 2, owning at 1), D without any, who holds nothing, and CELL in the cell below.
//   B: analysing 1 by self since 2024, 2 assessed from March 2025 to February 2026, 3 assessed from September 2025 to December 2025
//   C: integrity, which has no levels, claimed in 2016's framework; nothing of 2024's
const day = '&as_of=2025-10-01', base = '/v1/reports/skills-matrix?framework=cop-cvf-2024';
let place, cvf, old;

const ask = async (more = day, as = place.hr) => (await expect(200, 'GET', base + more, as)).json;
const numbers = ({ rows }) => [...new Set(rows.map((each) => each.staff_number))];
const of = ({ rows }, staff_number, item) => row(rows, { staff_number, item });

before(async () => {
  place = team('matrix', { B: { unit: 'team' }, C: { unit: 'team' }, D: { unit: 'team' }, L: { unit: 'team', ends_on: '2025-06-30', leaver_type: 'other' },
    S: { unit: 'team', sensitive: 'yes' } });
  [cvf, old] = [await items('cop-cvf-2024'), await items('cop-cvf-2016')];
  const { A, B, C } = place.people;
  inRole(await roleProfile(place.people.HR, 'Analyst of a matrix',
    [{ item: cvf['we-analyse-critically'], level: 2 }, { item: cvf['we-take-ownership'], level: 1, importance: 'desirable' }]), A, B, C);
  await claim(B, { item: cvf['we-analyse-critically'], level: 1 });
  await assess(place, B, cvf['we-analyse-critically'], 2, { valid_from: '2025-03-01', valid_until: '2026-02-28' });
  await assess(place, B, cvf['we-analyse-critically'], 3, { valid_from: '2025-09-01', valid_until: '2025-12-31' });
  await claim(C, { item: old.integrity });
});

test('what does Sergeant A\'s team hold? Each person and item has a row, basis beside basis', async () => {
  const matrix = await ask(day, place.manager);
  assert.deepEqual(numbers(matrix).sort(), ['A', 'B', 'C', 'CELL', 'D']);
  const { self, endorsed, assessed, accredited, held_on, highest, highest_title, since, until, required_level, required_title, importance, met, unit_code,
    role_profile_title, person } = of(matrix, 'B', cvf['we-analyse-critically']);
  assert.deepEqual([self, endorsed, assessed, accredited, held_on, highest, highest_title], [1, null, 3, null, 'self assessed', 3, 'Senior manager or executive']);
  assert.deepEqual([since, until, required_level, required_title, importance, met], ['2025-09-01', '2025-12-31', 2, 'Supervisor or middle manager', 'essential', true]);
  assert.deepEqual([person, unit_code, role_profile_title], [place.people.B, 'team', 'Analyst of a matrix']);
});

test('the highest lasts as long as it is held on any basis, and on the day after it the next one counts', async () => {
  const told = async (on) => {
    const { highest, since, until, met } = of(await ask(`&as_of=${on}`), 'B', cvf['we-analyse-critically']);
    return [highest, since, until, met];
  };
  assert.deepEqual(await told('2025-02-28'), [1, '2024-01-01', null, false]);
  assert.deepEqual(await told('2025-03-01'), [2, '2025-03-01', '2026-02-28', true]);
  assert.deepEqual(await told('2026-01-01'), [2, '2025-03-01', '2026-02-28', true]);
  assert.deepEqual(await told('2026-03-01'), [1, '2024-01-01', null, false]);
});

test('what a role asks for and nobody holds has a row; who holds nothing and is asked nothing has one without an item', async () => {
  const matrix = await ask();
  const { highest, required_level, met, importance } = of(matrix, 'C', cvf['we-take-ownership']);
  assert.deepEqual([highest, required_level, met, importance], [null, 1, false, 'desirable']);
  assert.deepEqual(matrix.rows.filter((each) => each.staff_number === 'D').map((each) => [each.item, each.highest, each.met]), [[null, null, null]]);
});

test('an item without levels is told by its bases', async () => {
  const { rows } = (await expect(200, 'GET', `/v1/reports/skills-matrix?framework=cop-cvf-2016${day}`, place.hr)).json;
  const { highest, held_on, since, until, required_level, met } = row(rows, { staff_number: 'C', item: old.integrity });
  assert.deepEqual([highest, held_on, since, until, required_level, met], [null, 'self', '2024-01-01', null, null, null]);
});

test('a line manager gets the units managed and no more, HR all who are posted on the day', async () => {
  assert.deepEqual(numbers(await ask('&as_of=2025-06-30')).sort(), ['A', 'B', 'C', 'CELL', 'D', 'DESK', 'HR', 'L']);
  assert.deepEqual(numbers(await ask()).sort(), ['A', 'B', 'C', 'CELL', 'D', 'DESK', 'HR']);
  assert.deepEqual(numbers(await ask(`&unit=${place.units.cell}`, place.manager)), ['CELL']);
  await expect(404, 'GET', `${base}&unit=${place.units.desk}`, place.manager);
  await expect(403, 'GET', base, officer(place.people.B));
});

test('rank, worker type and item narrow it', async () => {
  assert.deepEqual(numbers(await ask(`${day}&rank=sergeant`)), ['A']);
  assert.deepEqual(numbers(await ask(`${day}&worker_type=police_officer`)), ['A']);
  const { rows } = await ask(`${day}&item=${cvf['we-take-ownership']}`);
  assert.deepEqual([...new Set(rows.map((each) => each.item_code))].sort(), [null, 'we-take-ownership'].sort());
});

test('each of those shown is in the trail, but for the reader', async () => {
  const [event, ...more] = eventsOf(await expect(200, 'GET', base + day, place.manager));
  const { B, C, D, CELL } = place.people;
  assert.deepEqual([more.length, event.operation, event.people.sort()], [0, 'report_skills_matrix', [B, C, D, CELL].sort()]);
});

test('pages and CSV have the same rows', async () => {
  const whole = await ask();
  assert.deepEqual(await all(`${base}${day}&limit=3`, place.hr, 'rows'), whole.rows);
  const reply = await expect(200, 'GET', base + day, { ...place.hr, headers: { ...place.hr.headers, accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text).map((each) => `${each.staff_number} ${each.item_code}`), whole.rows.map((each) => `${each.staff_number} ${each.item_code ?? ''}`));
  assert.deepEqual([whole.meta.as_of, whole.meta.framework.code], ['2025-10-01', 'cop-cvf-2024']);
});

test('faults of the question', async () => {
  for (const bad of ['&limit=0', '&limit=100001', '&as_of=now', '&basis=self']) await expect(400, 'GET', base + bad, place.hr);
  assert.match((await expect(404, 'GET', `${base}&rank=admiral`, place.hr)).json.type, /unknown_rank$/);
  await expect(404, 'GET', '/v1/reports/skills-matrix?framework=none', place.hr);
});
