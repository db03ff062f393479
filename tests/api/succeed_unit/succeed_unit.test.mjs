// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { call, expect, sql } from '../../lib/client.mjs';
import { unitId } from '../../lib/access.mjs';
import { officer } from '../../lib/force.mjs';
import { postings } from '../../lib/organisations.mjs';
import { anItem, assess, code, faults, number, proven } from '../../lib/workforce.mjs';
import { edit, make, ownForce, read, succeed } from '../../lib/units.mjs';

const day = '2025-10-01';
let force;
const whole = async (year) =>
  (await expect(200, 'GET', `/v1/reports/retention?year_ending=${year}`, force.hr)).json.rows.find(({ unit }) => !unit);
const entries = (person) => sql('select count(*) from skill_ledger join person using (person_id) where id = $1::uuid', person)[0];

before(() => {
  force = ownForce('succ', {
    M1: { unit: 'OLD', joiner_type: 'standard_recruit' }, M2: { unit: 'OLD', ends_on: '2025-12-31', leaver_type: 'normal_retirement' }, M3: { unit: 'OLD', starts_on: '2025-11-01' },
    M4: { unit: 'OLD', ends_on: '2025-09-30', leaver_type: 'other' }, M5: { unit: 'OLD-1', parent_unit: 'OLD' },
    S1: { unit: 'SPLIT' }, S2: { unit: 'SPLIT' }, S3: { unit: 'SPLIT' }, P1: { unit: 'PART' }, P2: { unit: 'PART' }, Q: { unit: 'QUIET' }, X: { unit: 'KEPT' },
  });
});

test('merged: everybody goes on in the successor, nobody joins or leaves, the unit ends', async () => {
  const item = await anItem();
  await assess(force, force.M1, item, 2, '2022-01-01');
  const before = entries(force.M1);
  const goal = await make(force.hr, { code: 'NEW' });
  const { json } = await succeed(200, force.hr, unitId(force.code, 'OLD'), { happens_on: day, parts: [{ unit: goal.id }] });
  assert.deepEqual([json.postings, json.ends_on, json.successors.map(({ code }) => code)], [3, '2025-09-30', ['NEW']]);
  assert.deepEqual(postings(force.M1), ['succ M1 OLD 2020-01-01..2025-09-30 standard_recruit', 'succ M1 NEW 2025-10-01..']);
  assert.deepEqual(postings(force.M2), ['succ M2 OLD 2020-01-01..2025-09-30', 'succ M2 NEW 2025-10-01..2025-12-31 normal_retirement']);
  assert.deepEqual(postings(force.M3), ['succ M3 NEW 2025-11-01..']);
  assert.deepEqual(postings(force.M4), ['succ M4 OLD 2020-01-01..2025-09-30 other']);
  // What stood below it stands below the successor, and is otherwise untouched.
  assert.deepEqual(postings(force.M5), ['succ M5 OLD-1 2020-01-01..']);
  assert.equal((await read(force.hr, unitId(force.code, 'OLD-1'))).json.parent_code, 'NEW');
  // It is one stay in one organisation: the ledger has nothing to say, and the year has its two leavers.
  assert.equal(entries(force.M1), before);
  assert.ok(proven(force.M1));
  assert.deepEqual([(await whole(2026)).leavers, (await whole(2026)).joiners], [2, 0]);
});

test('split: by staff numbers, and the rest', async () => {
  const [a, b] = [await make(force.hr, { code: 'SPLIT-A' }), await make(force.hr, { code: 'SPLIT-B' })];
  const { json } = await succeed(200, force.hr, unitId(force.code, 'SPLIT'),
    { happens_on: day, parts: [{ unit: a.id, staff_numbers: [number('S1')] }, { unit: b.id }] });
  assert.deepEqual([json.postings, json.ends_on], [3, '2025-09-30']);
  assert.deepEqual([force.S1, force.S2, force.S3].map((person) => postings(person).at(-1)),
    ['succ S1 SPLIT-A 2025-10-01..', 'succ S2 SPLIT-B 2025-10-01..', 'succ S3 SPLIT-B 2025-10-01..']);
});

test('without a rest the unit goes on with those who are not named', async () => {
  const goal = await make(force.hr, { code: 'PART-A' });
  const { json } = await succeed(200, force.hr, unitId(force.code, 'PART'), { happens_on: day, parts: [{ unit: goal.id, staff_numbers: [number('P1')] }] });
  assert.deepEqual([json.postings, json.ends_on], [1, null]);
  assert.deepEqual([force.P1, force.P2].map((person) => postings(person).length), [2, 1]);
});

test('into a sensitive unit its people are withheld from then on, and before', async () => {
  const covert = await make(force.cleared, { code: 'COVERT', sensitive: true });
  await succeed(422, force.hr, unitId(force.code, 'QUIET'), { happens_on: day, parts: [{ unit: covert.id }] });
  await expect(200, 'GET', `/v1/people/${force.Q}`, force.hr);
  await succeed(200, force.cleared, unitId(force.code, 'QUIET'), { happens_on: day, parts: [{ unit: covert.id }] });
  await expect(404, 'GET', `/v1/people/${force.Q}`, force.hr);
  await expect(200, 'GET', `/v1/people/${force.Q}`, force.cleared);
});

test('what comes below a sensitive successor is marked, and its people are withheld', async () => {
  const own = ownForce('succ-marked', { A: { unit: 'DEEP', parent_unit: 'CHILD' } });
  const old = await make(own.cleared, { code: 'OLD' });
  await edit(200, own.cleared, unitId(own.code, 'CHILD'), { parent: old.id });
  const covert = await make(own.cleared, { code: 'COVERT', sensitive: true });
  await succeed(200, own.cleared, old.id, { happens_on: day, parts: [{ unit: covert.id }] });
  for (const code of ['CHILD', 'DEEP']) {
    await read(own.hr, unitId(own.code, code), 404);
    assert.equal((await read(own.cleared, unitId(own.code, code))).json.sensitive, true);
  }
  await expect(404, 'GET', `/v1/people/${own.A}`, own.hr);
  await expect(200, 'GET', `/v1/people/${own.A}`, own.cleared);
});

test('a successor from below comes up into the place of the unit', async () => {
  const top = await make(force.hr, { code: 'R-TOP' });
  const old = await make(force.hr, { code: 'R-OLD', parent: top.id });
  const child = await make(force.hr, { code: 'R-CHILD', parent: old.id });
  const goal = await make(force.hr, { code: 'R-GOAL', parent: child.id });
  await succeed(200, force.hr, old.id, { happens_on: day, parts: [{ unit: goal.id }] });
  assert.deepEqual((await Promise.all([goal, child, old].map(({ id }) => read(force.hr, id)))).map(({ json }) => json.parent_code), ['R-TOP', 'R-GOAL', 'R-TOP']);
});

test('who is withheld goes along uncounted for who is not cleared', async () => {
  const own = ownForce('succ-hidden', { A: { unit: 'OLD' }, B: { unit: 'OLD', sensitive: 'yes' } });
  const [one, two] = [await make(own.hr, { code: 'ONE' }), await make(own.hr, { code: 'TWO' })];
  assert.equal((await succeed(200, own.hr, unitId(own.code, 'OLD'), { happens_on: day, parts: [{ unit: one.id }] })).json.postings, 1);
  assert.deepEqual([own.A, own.B].map((person) => postings(person).length), [2, 2]);
  assert.equal((await succeed(200, own.cleared, one.id, { happens_on: '2025-11-01', parts: [{ unit: two.id }] })).json.postings, 2);
});

test('every fault has its place, and nothing is moved', async () => {
  const kept = unitId(force.code, 'KEPT');
  const [goal, late, over] = [await make(force.hr, { code: 'G' }), await make(force.hr, { code: 'LATE', starts_on: '2026-01-01' }),
    await make(force.hr, { code: 'OVER', ends_on: '2030-12-31' })];
  const said = async (parts, happens_on = day) => faults(await succeed(422, force.hr, kept, { happens_on, parts })).slice(1);
  assert.deepEqual(await said([{ unit: '00000000-0000-4000-8000-000000000000' }]), ['/parts/0/unit unknown_unit']);
  assert.deepEqual(await said([{ unit: kept }]), ['/parts/0/unit unit_succeeds_itself']);
  assert.deepEqual(await said([{ unit: late.id }]), ['/parts/0/unit unit_not_then']);
  assert.deepEqual(await said([{ unit: over.id }]), ['/parts/0/unit successor_ends']);
  assert.deepEqual(await said([{ unit: goal.id }, { unit: goal.id }]), ['/parts/1/unit rest_given_twice']);
  assert.deepEqual(await said([{ unit: goal.id, staff_numbers: [number('X'), 'no-such', number('X')] }]),
    ['/parts/0/staff_numbers/0 staff_number_repeated', '/parts/0/staff_numbers/1 staff_number_not_in_unit', '/parts/0/staff_numbers/2 staff_number_repeated']);
  const fresh = await make(force.hr, { code: 'FRESH', starts_on: day });
  assert.deepEqual(faults(await succeed(422, force.hr, fresh.id, { happens_on: day, parts: [{ unit: goal.id }] })).slice(1), ['/happens_on succession_outside_unit']);
  assert.deepEqual(postings(force.X), ['succ X KEPT 2020-01-01..']);
});

test('it wants the version that holds, and HR of the organisation', async () => {
  const [kept, goal] = [unitId(force.code, 'KEPT'), await make(force.hr, { code: 'H' })];
  const body = { happens_on: day, parts: [{ unit: goal.id }] };
  await succeed(428, force.hr, kept, body, null);
  assert.equal(code(await succeed(412, force.hr, kept, body, '"x"')), 'version_changed');
  await succeed(403, officer(force.X), kept, body);
  await succeed(404, ownForce('succ-other').hr, kept, body);
});

test('a posting that is recorded while the unit is handed over goes along or is refused, and nobody waits for ever', async () => {
  const person = force.X;
  for (let round = 0; round < 5; round++) {
    const [old, goal] = [await make(force.hr, { code: `RACE-${round}` }), await make(force.hr, { code: `GOAL-${round}` })];
    const starts_on = `201${round + 1}-01-01`, ends_on = `201${round + 1}-12-31`;
    const replies = await Promise.all([
      call('POST', `/v1/people/${person}/postings`, { ...force.hr, body: { worker_type: 'police_staff', staff_number: number('X'), starts_on, ends_on, unit: old.id } }),
      call('POST', `/v1/units/${old.id}/succession`, { ...force.hr, headers: { 'if-match': '*' }, body: { happens_on: `201${round + 1}-07-01`, parts: [{ unit: goal.id }] } }),
    ]);
    assert.ok([201, 409, 422].includes(replies[0].status), replies[0].text);
    assert.equal(replies[1].status, 200, replies[1].text);
    assert.deepEqual(sql(`select p.id from posting p join unit u using (unit_id) where coalesce(p.ends_before, 'infinity') > u.ends_before and u.id = $1::uuid`, old.id), []);
  }
});
