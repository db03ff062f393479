// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, csv, expect } from '../../lib/client.mjs';
import { claim, items, officer, row } from '../../lib/force.mjs';
import { inRole, roleProfile } from '../../lib/roles.mjs';
import { assess, team } from '../../lib/team.mjs';

// On 1 October 2025 the role asks for analysing at 2, owning at 1, and, as alternatives, collaborating at 2 or inspiring at 2.
//   B  analysing 2 accredited to 30 December (90 days left) and 2 claimed to 1 November; owning 1 without end; inspiring 2 to 2 January (93 days)
//   C  analysing 2 to 31 August; owning never; collaborating 1
const day = '&as_of=2025-10-01', base = '/v1/reports/training-matrix?';
let place, cvf;

const ask = async (more = day, as = place.hr) => (await expect(200, 'GET', base + more.slice(1), as)).json;
const stands = async (staff_number, code, more) => {
  const { level, basis, since, expires_on, days_left, state } = row((await ask(more)).rows, { staff_number, item: cvf[code] });
  return [state, level, basis, since, expires_on, days_left];
};

before(async () => {
  place = team('training', { B: { unit: 'team' }, C: { unit: 'cell' }, D: { unit: 'team' } });
  cvf = await items('cop-cvf-2024');
  const { B, C } = place.people;
  inRole(await roleProfile(place.people.HR, 'Trained of a test', [{ item: cvf['we-analyse-critically'], level: 2 }, { item: cvf['we-take-ownership'], level: 1 },
    { item: cvf['we-collaborate'], level: 2, alternative: 1 }, { item: cvf['we-support-and-inspire'], level: 2, alternative: 1 }]), B, C);
  await assess(place, B, cvf['we-analyse-critically'], 2, { basis: 'accredited', valid_until: '2025-12-30' });
  await claim(B, { item: cvf['we-analyse-critically'], level: 2, valid_from: '2023-01-01', valid_until: '2025-11-01' });
  await assess(place, B, cvf['we-take-ownership'], 1);
  await assess(place, B, cvf['we-support-and-inspire'], 2, { valid_until: '2026-01-02' });
  await assess(place, C, cvf['we-analyse-critically'], 2, { valid_until: '2025-08-31' });
  await assess(place, C, cvf['we-collaborate'], 1);
});

test('what expires this quarter? Analysing, of B, in 90 days', async () => {
  const { rows } = await ask(day, place.manager);
  assert.deepEqual(rows.filter((each) => each.state === 'lapsing').map((each) => [each.staff_number, each.item_code, each.days_left]), [['B', 'we-analyse-critically', 90]]);
});

test('met, lapsing, lapsed, below, never held, and met by an alternative', async () => {
  assert.deepEqual(await stands('B', 'we-analyse-critically'), ['lapsing', 2, 'accredited', '2023-01-01', '2025-12-30', 90]);
  assert.deepEqual(await stands('B', 'we-take-ownership'), ['met', 1, 'assessed', '2024-01-01', null, null]);
  assert.deepEqual(await stands('B', 'we-support-and-inspire'), ['met', 2, 'assessed', '2024-01-01', '2026-01-02', 93]);
  assert.deepEqual(await stands('B', 'we-collaborate'), ['met_by_alternative', null, null, null, null, null]);
  assert.deepEqual(await stands('C', 'we-analyse-critically'), ['lapsed', null, null, null, '2025-08-31', -31]);
  assert.deepEqual(await stands('C', 'we-collaborate'), ['below', 1, 'assessed', null, null, null]);
  assert.deepEqual(await stands('C', 'we-take-ownership'), ['never_held', null, null, null, null, null]);
});

test('how near is lapsing can be asked', async () => {
  assert.equal((await stands('B', 'we-analyse-critically', `${day}&lapsing_days=89`))[0], 'met');
  assert.equal((await stands('B', 'we-support-and-inspire', `${day}&lapsing_days=93`))[0], 'lapsing');
  assert.deepEqual((await stands('B', 'we-analyse-critically', '&as_of=2025-12-30&lapsing_days=0')).slice(0, 1), ['lapsing']);
  assert.deepEqual((await stands('B', 'we-analyse-critically', '&as_of=2025-12-31')), ['lapsed', null, null, null, '2025-12-30', -1]);
});

test('a renewal that follows on carries it on, and one after a break does not', async () => {
  await assess(place, place.people.B, cvf['we-support-and-inspire'], 2, { valid_from: '2026-01-03', valid_until: '2026-06-30' });
  assert.deepEqual((await stands('B', 'we-support-and-inspire')).slice(3), ['2024-01-01', '2026-06-30', 272]);
  await assess(place, place.people.B, cvf['we-support-and-inspire'], 2, { valid_from: '2026-07-02', valid_until: '2026-12-31' });
  assert.equal((await stands('B', 'we-support-and-inspire'))[4], '2026-06-30');
});

test('who is asked for nothing has no row; a manager gets the units managed, an officer nobody', async () => {
  assert.deepEqual([...new Set((await ask()).rows.map((each) => each.staff_number))], ['B', 'C']);
  assert.deepEqual([...new Set((await ask(`${day}&unit=${place.units.cell}`, place.manager)).rows.map((each) => each.staff_number))], ['C']);
  await expect(404, 'GET', `${base}unit=${place.units.desk}`, place.manager);
  await expect(403, 'GET', base.slice(0, -1), officer(place.people.B));
});

test('framework and item narrow it, alternatives still knowing their group', async () => {
  assert.deepEqual((await ask(`${day}&framework=cop-cvf-2016`)).rows, []);
  const { rows } = await ask(`${day}&framework=cop-cvf-2024&item=${cvf['we-collaborate']}`);
  assert.deepEqual(rows.map((each) => [each.staff_number, each.state]), [['B', 'met_by_alternative'], ['C', 'below']]);
});

test('pages and CSV have the same rows', async () => {
  const whole = await ask();
  assert.deepEqual(await all(`${base}as_of=2025-10-01&limit=3`, place.hr, 'rows'), whole.rows);
  const reply = await expect(200, 'GET', `${base}as_of=2025-10-01`, { ...place.hr, headers: { ...place.hr.headers, accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text).map((each) => each.state), whole.rows.map((each) => each.state));
});

test('faults of the question', async () => {
  for (const bad of ['lapsing_days=-1', 'lapsing_days=soon', 'state=lapsed']) await expect(400, 'GET', base + bad, place.hr);
  assert.match((await expect(404, 'GET', `${base}role=00000000-0000-4000-8000-000000000000`, place.hr)).json.type, /unknown_role_profile$/);
});
