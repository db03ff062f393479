// SPDX-License-Identifier: MIT
// People with a sensitive posting are not there for who has no sensitive:read: in no list, no record and no figure, on no day. Two forces are
// made the same, and only South Yorkshire has such people besides; whoever is not cleared must find the two alike.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect } from '../../lib/client.mjs';
import { accountOf, administrator, give, scoped, unitId } from '../../lib/access.mjs';
import { claim, force, items, log, officer } from '../../lib/force.mjs';

// The unit covert stands below crime, and team below covert. C1 is in covert, TEAM in team; MOVED went from crime to covert in October 2024; ALONE has a sensitive
// posting to crime; LEFT left covert in 2024, NEW joined it then. CHIEF leads covert, BOSS crime.
const ordinary = [
  { staff_number: 'HR' }, { staff_number: 'CLEARED' }, { staff_number: 'ADMIN' }, { staff_number: 'SAFE' }, { staff_number: 'BOSS', unit: 'crime' },
  { staff_number: 'P1', unit: 'crime', ends_on: '2024-11-30', leaver_type: 'voluntary_resignation' },
  { staff_number: 'P2', unit: 'crime', starts_on: '2024-05-01', joiner_type: 'standard_recruit' },
  { staff_number: 'P3', worker_type: 'police_officer', rank: 'constable', starts_on: '2024-06-01', joiner_type: 'transfer' },
];
const covert = { unit: 'covert', parent_unit: 'crime', unit_sensitive: 'yes' };
const hidden = [
  { staff_number: 'CHIEF', ...covert }, { staff_number: 'C1', ...covert, worker_type: 'police_officer', rank: 'constable' },
  { staff_number: 'TEAM', unit: 'team', parent_unit: 'covert' },
  { staff_number: 'MOVED', unit: 'crime', ends_on: '2024-09-30' }, { staff_number: 'MOVED', ...covert, starts_on: '2024-10-01' },
  { staff_number: 'ALONE', unit: 'crime', sensitive: 'yes' },
  { staff_number: 'LEFT', ...covert, ends_on: '2024-12-31', leaver_type: 'voluntary_resignation' },
  { staff_number: 'NEW', ...covert, starts_on: '2024-07-01', joiner_type: 'standard_recruit' },
];
const names = [...new Set(hidden.map(({ staff_number }) => staff_number))];
const days = ['2021-06-01', '2024-09-30', '2024-10-01', '2025-03-31'];
let withThem, without, cleared, boss, chief, item, old;

// What one does and claims, the same for everybody, so that each figure would move.
async function live(person) {
  await log(person, { item, minutes: 60, happened_on: '2024-08-05' });
  await log(person, { item, minutes: 30, happened_on: '2025-01-10' });
  const first = await claim(person, { item, level: 1, valid_from: '2021-01-01' });
  await claim(person, { item, level: 2, valid_from: '2024-12-01' });
  return first.id;
}

before(async () => {
  item = (await items('cop-cvf-2024'))['we-analyse-critically'];
  withThem = force('south-yorkshire', [...ordinary, ...hidden]);
  without = force('police-scotland', ordinary);
  for (const { people } of [withThem, without]) for (const { staff_number } of ordinary) await live(people[staff_number]);
  old = {};
  for (const name of names) old[name] = await live(withThem.people[name]);
  const { CLEARED, BOSS, CHIEF } = withThem.people;
  const organisation = 'south-yorkshire';
  give(CLEARED, 'workforce:read reports:organisation competencies:assess sensitive:read', { organisation });
  give(BOSS, 'team:read competencies:assess', { organisation, unit: 'crime' });
  give(CHIEF, 'team:read competencies:assess sensitive:read', { organisation, unit: 'covert' });
  cleared = scoped(CLEARED, 'workforce:read reports:organisation competencies:assess sensitive:read');
  boss = scoped(BOSS, 'team:read competencies:assess sensitive:read');
  chief = scoped(CHIEF, 'team:read competencies:assess sensitive:read');
});

const staff = async (query, options) => (await all(`/v1/people?limit=500&${query}`, options, 'people')).map(({ staff_number }) => staff_number).sort();
const read = async (target, options) => (await expect(200, 'GET', target, options)).json;

test('no list of people has them, on any day and by any filter', async () => {
  for (const day of days) {
    const on = `as_of=${day}`;
    const [plain, same] = [await staff(on, withThem.hr), await staff(on, without.hr)];
    assert.deepEqual(plain, same, day);
    for (const filter of ['worker_type=police_officer', 'worker_type=police_staff', 'rank=constable'])
      assert.deepEqual(await staff(`${on}&${filter}`, withThem.hr), await staff(`${on}&${filter}`, without.hr), `${day} ${filter}`);
    for (const name of names) assert.deepEqual(await staff(`${on}&q=${name}`, withThem.hr), [], `${day} ${name}`);
    for (const code of ['covert', 'team']) assert.deepEqual(await staff(`${on}&unit=${unitId('south-yorkshire', code)}`, withThem.hr), [], code);
    const crime = (organisation) => `${on}&unit=${unitId(organisation, 'crime')}`;
    assert.deepEqual(await staff(crime('south-yorkshire'), withThem.hr), await staff(crime('police-scotland'), without.hr));
  }
});

test('whoever is cleared has all of them', async () => {
  assert.deepEqual(await staff('as_of=2025-03-31', cleared), [...await staff('as_of=2025-03-31', without.hr), ...names.filter((name) => name !== 'LEFT')].sort());
  assert.deepEqual(await staff('as_of=2024-09-30&q=MOVED', cleared), ['MOVED']);
  assert.deepEqual(await staff(`as_of=2025-03-31&unit=${unitId('south-yorkshire', 'covert')}`, cleared), ['C1', 'CHIEF', 'MOVED', 'NEW', 'TEAM']);
});

test('nothing of them is found by its identifier, from before the sensitive posting either', async () => {
  for (const name of names) {
    const person = withThem.people[name];
    for (const target of [`/v1/people/${person}`, `/v1/people/${person}/assertions?state=all`, `/v1/assertions/${old[name]}`]) {
      await expect(404, 'GET', target, withThem.hr);
      await expect(200, 'GET', target, cleared);
    }
    const body = { item, level: 3, basis: 'assessed', valid_from: '2021-03-01' };
    await expect(404, 'POST', `/v1/people/${person}/assertions`, { ...withThem.hr, body });
  }
});

test('whoever is cleared assesses them, and the assertion is hidden like the rest', async () => {
  const body = { item, level: 3, basis: 'assessed', valid_from: '2021-03-01' };
  const { id } = (await expect(201, 'POST', `/v1/people/${withThem.people.C1}/assertions`, { ...cleared, body })).json;
  await expect(404, 'GET', `/v1/assertions/${id}`, withThem.hr);
  for (const tag of ['"1"', '*'])
    await expect(404, 'POST', `/v1/assertions/${id}/withdrawal`, { ...withThem.hr, body: {}, headers: { 'if-match': tag } });
  const after = await expect(200, 'POST', `/v1/assertions/${id}/withdrawal`, { ...cleared, body: {}, headers: { 'if-match': '"1"' } });
  assert.equal(after.json.state, 'withdrawn');
});

test('a sensitive unit and those below it are in no list, but for the cleared and those posted there', async () => {
  const units = async (options) => (await all('/v1/organisations/south-yorkshire/units?limit=500', options, 'units')).map(({ code }) => code);
  for (const options of [withThem.hr, boss, without.hr, { as: 'officer' }, { as: 'college' }, officer(withThem.people.ALONE)]) assert.deepEqual(await units(options), ['crime']);
  assert.deepEqual(await units(cleared), ['covert', 'crime', 'team']);
  assert.deepEqual(await units(officer(withThem.people.C1)), ['covert', 'crime']);
  assert.deepEqual(await units(chief), ['covert', 'crime', 'team']);
});

// A report without what must differ between two forces: their names and the identifiers of their units.
const figures = async (target, options) =>
  (await read(target, options)).rows.map(({ organisation_code, organisation_name, unit, ...rest }) => ({ ...rest, of_unit: unit !== null }));
const span = 'framework=cop-cvf-2024&from=2024-04&until=2025-03';
const day = 'framework=cop-cvf-2024&as_of=2025-03-31';
const reports = () => [
  ...['', '&by=unit'].flatMap((by) => [`development?${span}${by}`, ...['any', 'self', 'assessed'].map((basis) => `coverage?${day}&basis=${basis}${by}`)]),
  ...['', '&by=unit', '&by=worker_type'].flatMap((by) => [2022, 2024, 2025, 2026].map((year) => `retention?year_ending=${year}${by}`)),
  ...['', '&by=unit'].flatMap((by) => [2025, 2026].map((year) => `level-changes?framework=cop-cvf-2024&year_ending=${year}${by}`)),
  ...['', '&by=unit', '&by=cohort', '&basis=any'].map((more) => `upskilling?${span}${more}`),
  ...['', '&by=unit', '&by=leaver_type', '&basis=any'].map((more) => `skills-lost?${span}${more}`),
  ...['', '&by=unit'].flatMap((by) => [`time-to-level?${span}&since=joined${by}`, `single-points?${day}&most=10${by}`, `lapsing?${day}${by}`]),
  `course-effect?${span}&item=${item}&level=2&title=activity`, ...['', '&worker_type=police_staff'].map((cut) => `skills-forecast?${day}&months=2${cut}`),
];

test('every figure is that of the force without them; the cleared read other ones', async () => {
  const moved = new Set();
  for (const report of reports()) {
    const plain = await figures(`/v1/reports/${report}`, withThem.hr);
    assert.deepEqual(plain, await figures(`/v1/reports/${report}`, without.hr), report);
    if (JSON.stringify(await figures(`/v1/reports/${report}`, cleared)) !== JSON.stringify(plain)) moved.add(report.split('?')[0]);
  }
  assert.deepEqual([...moved].sort(), ['course-effect', 'coverage', 'development', 'level-changes', 'retention', 'single-points', 'skills-forecast', 'skills-lost', 'time-to-level', 'upskilling'],
    'the comparison can fail');
});

test('no report is of a sensitive unit', async () => {
  for (const report of [`development?${span}`, `coverage?${day}`, `upskilling?${span}`, `skills-lost?${span}`, `single-points?${day}&most=10`, `skills-forecast?${day}`, 'level-changes?framework=cop-cvf-2024&year_ending=2025']) {
    const target = `/v1/reports/${report}&unit=${unitId('south-yorkshire', 'covert')}`;
    await expect(404, 'GET', target, withThem.hr);
    assert.ok((await read(target, cleared)).rows.length > 0);
  }
});

test('the strength at the start, with who came and without who went, is that at the end, for every reader', async () => {
  for (const [options, strengths] of [[withThem.hr, [6, 7]], [cleared, [12, 13]]]) {
    for (const year of [2022, 2023, 2024, 2025]) {
      const whole = (await read(`/v1/reports/retention?year_ending=${year}`, options)).rows.find(({ unit, worker_type }) => !unit && !worker_type);
      const { strength_at_start, joiners, transfers_in, leavers, transfers_out, strength_at_end } = whole;
      assert.equal(strength_at_start + joiners + transfers_in - leavers - transfers_out, strength_at_end, `${year}`);
      if (year === 2025) assert.deepEqual([strength_at_start, strength_at_end], strengths);
    }
  }
});

test('they themselves see all of it: who they are, where, and what is recorded', async () => {
  for (const name of names) {
    const me = await read('/v1/me', officer(withThem.people[name]));
    if (name !== 'LEFT') assert.deepEqual(me.posting.unit.code, hidden.findLast(({ staff_number }) => staff_number === name).unit);
    const assertions = await all('/v1/assertions?state=all', officer(withThem.people[name]), 'assertions');
    assert.ok(assertions.some(({ id }) => id === old[name]));
    assert.ok((await read('/v1/activities', officer(withThem.people[name]))).activities.length >= 2);
  }
});

test('the line manager above does not see into the unit, its own does', async () => {
  assert.deepEqual(await staff('', boss), ['BOSS', 'P2']);
  assert.deepEqual(await staff('', chief), ['C1', 'CHIEF', 'MOVED', 'NEW', 'TEAM']);
  for (const name of names) for (const target of [`/v1/people/${withThem.people[name]}`, `/v1/assertions/${old[name]}`]) await expect(404, 'GET', target, boss);
  for (const name of ['C1', 'TEAM', 'MOVED']) for (const target of [`/v1/people/${withThem.people[name]}`, `/v1/assertions/${old[name]}`]) await expect(200, 'GET', target, chief);
  await expect(404, 'GET', `/v1/people/${withThem.people.ALONE}`, chief);
});

test('a grant of sensitive:read has no effect when the token lacks it', async () => {
  const { CLEARED, CHIEF, C1 } = withThem.people;
  await expect(404, 'GET', `/v1/people/${C1}`, scoped(CLEARED, 'workforce:read reports:organisation'));
  await expect(404, 'GET', `/v1/people/${C1}`, scoped(CHIEF, 'team:read'));
  await expect(403, 'GET', `/v1/people/${C1}`, scoped(CLEARED, 'sensitive:read'));
});

test('an administrator who is not cleared finds neither their accounts nor their grants, nor gives them any', async () => {
  const admin = administrator(withThem.people.ADMIN, 'south-yorkshire');
  const accounts = await all('/v1/accounts?limit=500&state=all', admin, 'accounts');
  const grants = await all('/v1/grants?limit=500&state=all', admin, 'grants');
  for (const name of names) {
    const account = accountOf(withThem.people[name]);
    assert.ok(!accounts.some(({ id, subject }) => id === account || subject.endsWith(`-${name}`)), name);
    await expect(404, 'GET', `/v1/accounts/${account}`, admin);
    await expect(404, 'DELETE', `/v1/accounts/${account}`, { ...admin, headers: { 'if-match': '*' } });
  }
  assert.deepEqual([...new Set(grants.map(({ unit_code }) => unit_code))].sort(), ['crime', null]);
  assert.ok(grants.every(({ holder, scopes }) => holder && !(scopes.includes('team:read') && scopes.includes('sensitive:read'))));
  const body = { account: accountOf(withThem.people.SAFE), organisation: 'south-yorkshire', unit: unitId('south-yorkshire', 'covert'), scopes: ['team:read'] };
  assert.match((await expect(422, 'POST', '/v1/grants', { ...admin, body })).json.type, /#grant_unknown_unit$/);
});

test('one who is cleared manages them', async () => {
  const { SAFE, CHIEF } = withThem.people;
  const own = give(CHIEF, 'sensitive:read', { organisation: 'south-yorkshire', unit: 'covert' });
  give(SAFE, 'administration sensitive:read', { organisation: 'south-yorkshire' });
  const safe = scoped(SAFE, 'administration sensitive:read');
  assert.equal((await read(`/v1/accounts/${accountOf(CHIEF)}`, safe)).person, CHIEF);
  assert.equal((await read(`/v1/grants/${own}`, safe)).unit_code, 'covert');
  await expect(404, 'GET', `/v1/grants/${own}`, scoped(SAFE, 'administration'));
  await expect(404, 'DELETE', `/v1/grants/${own}`, { ...scoped(SAFE, 'administration'), headers: { 'if-match': '*' } });
  await expect(204, 'DELETE', `/v1/grants/${own}`, { ...safe, headers: { 'if-match': '"1"' } });
});
