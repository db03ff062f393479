// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, sql } from '../../lib/client.mjs';
import { officer } from '../../lib/force.mjs';
import { anItem, assess, code, edit, faults, number, open, postingsOf, proven, record, workforce } from '../../lib/workforce.mjs';

let force, other, item;
before(async () => {
  force = workforce('cambridgeshire', { A: {}, B: {}, C: {}, D: {}, E: {}, W: {} });
  other = workforce('leicestershire');
  item = await anItem();
});
const only = async (person) => (await postingsOf(force, person))[0];
const causes = (person) =>
  sql(`select effective_on || ' ' || cause || ' ' || sum(delta) from skill_ledger join person using (person_id) where id = $1::uuid
       group by effective_on, cause having sum(delta) <> 0 order by 1`, person);

test('a leaver takes the skills along on the day after the last', async () => {
  await assess(force, force.A, item, 2, '2021-01-01');
  const { id } = await only(force.A);
  const reply = await edit(200, id, { ends_on: '2024-06-30', leaver_type: 'normal_retirement' }, force.hr);
  assert.deepEqual([reply.json.ends_on, reply.json.leaver_type], ['2024-06-30', 'normal_retirement']);
  assert.deepEqual(causes(force.A), ['2021-01-01 assessed 1', '2024-07-01 left -1']);
  await edit(200, id, { ends_on: null, leaver_type: null }, force.hr);
  assert.deepEqual(causes(force.A), ['2021-01-01 assessed 1']);
  assert.ok(proven(force.A));
});

test('the version that was read decides, and nothing changed changes nothing', async () => {
  const { id } = await only(force.B);
  const etag = (await expect(200, 'GET', `/v1/postings/${id}`, force.hr)).headers.get('etag');
  assert.equal((await edit(200, id, { fte: 1 }, force.hr, etag)).headers.get('etag'), etag);
  const later = (await edit(200, id, { fte: 0.6, grade: 'Grade 7' }, force.hr, etag)).headers.get('etag');
  assert.notEqual(later, etag);
  assert.equal(code(await edit(412, id, { fte: 0.5 }, force.hr, etag)), 'version_changed');
  await expect(428, 'PATCH', `/v1/postings/${id}`, { ...force.hr, body: { fte: 0.5 } });
});

test('what stays within the service corrects start, flags and codes; faults have their places', async () => {
  const { id } = await only(force.B);
  const { json } = await edit(200, id, { worker_type: 'police_officer', rank: 'constable', starts_on: '2019-06-01', counts: false, secondment: true }, force.hr);
  assert.deepEqual([json.rank, json.starts_on, json.counts, json.secondment], ['constable', '2019-06-01', false, true]);
  assert.deepEqual(faults(await edit(422, id, { worker_type: 'pcso', leaver_type: 'other', staff_number: number('A'), fte: 0.125 }, force.hr)),
    ['posting_faulty', '/staff_number staff_number_taken', '/rank rank_without_office', '/fte fte_range', '/leaver_type leaver_without_end']);
  await edit(422, id, { fte: null, staff_number: null, organisation: 'leicestershire' }, force.hr);
});

test('an entry route goes with the joiner type', async () => {
  const { id } = await only(force.E);
  assert.deepEqual(faults(await edit(422, id, { entry_route: 'pcda' }, force.hr)), ['posting_faulty', '/entry_route entry_route_without_joining']);
  assert.equal((await edit(200, id, { joiner_type: 'standard_recruit', entry_route: 'pcda' }, force.hr)).json.entry_route, 'pcda');
  assert.deepEqual(faults(await edit(422, id, { joiner_type: null }, force.hr)), ['posting_faulty', '/entry_route entry_route_without_joining']);
  const { json } = await edit(200, id, { joiner_type: null, entry_route: null }, force.hr);
  assert.deepEqual([json.joiner_type, json.entry_route], [null, null]);
});

test('it does not come to overlap another', async () => {
  await record(201, force, force.C, { starts_on: '2018-01-01', ends_on: '2019-12-31' });
  const [later, earlier] = await postingsOf(force, force.C);
  assert.deepEqual(faults(await edit(422, earlier.id, { ends_on: '2020-01-01' }, force.hr)), ['posting_faulty', '/starts_on posting_overlaps']);
  assert.deepEqual(faults(await edit(422, later.id, { starts_on: '2019-12-31' }, force.hr)), ['posting_faulty', '/starts_on posting_overlaps']);
});

test('days that an open transfer has set are not changed', async () => {
  await open(201, force, { person: force.D, organisation: 'leicestershire', starts_on: '2025-01-01' });
  const { id } = await only(force.D);
  assert.equal(code(await edit(409, id, { ends_on: null, leaver_type: null }, force.hr)), 'transfer_is_open');
  await edit(200, id, { grade: 'Grade 6' }, force.hr);
});

test('a sensitive posting is made, seen and lifted by those with sensitive:read', async () => {
  const { id } = await only(force.W);
  assert.equal(code(await edit(403, id, { sensitive: true }, force.hr)), 'scope_not_granted');
  await edit(200, id, { sensitive: true }, force.cleared);
  await edit(404, id, { grade: 'Grade 6' }, force.hr);
  await expect(404, 'GET', `/v1/people/${force.W}`, force.hr);
  await edit(200, id, { sensitive: false }, force.cleared);
  await edit(200, id, { grade: 'Grade 6' }, force.hr);
});

test('nobody else does, and not of themselves', async () => {
  const { id } = await only(force.E);
  await edit(404, id, { fte: 0.5 }, other.hr);
  await edit(403, id, { fte: 0.5 }, officer(force.E));
  await edit(404, '00000000-0000-4000-8000-000000000000', { fte: 0.5 }, force.hr);
  assert.equal(code(await edit(403, (await only(force.HR)).id, { fte: 0.5 }, force.hr)), 'own_posting');
});
