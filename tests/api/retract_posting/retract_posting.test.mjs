// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, sql } from '../../lib/client.mjs';
import { officer } from '../../lib/force.mjs';
import { eventsOf } from '../../lib/trail.mjs';
import { ownForce } from '../../lib/units.mjs';
import { anItem, assess, code, flows, open, postingsOf, proven, record, retract, standing, workforce } from '../../lib/workforce.mjs';

let force, other, item;
before(async () => {
  force = workforce('cambridgeshire', { A: {}, B: {}, C: {}, D: {}, W: { sensitive: 'yes' } });
  other = workforce('leicestershire');
  item = await anItem('we-are-innovative-and-open-minded');
});
const only = async (person) => (await postingsOf(force, person))[0];

test('it counts nowhere any more: not in figures, the ledger or what is seen of the record', async () => {
  const months = ['2021-01', '2021-12'];
  const before = [await standing(force, item, '2024-01-01'), await flows(force, item, ...months)];
  await assess(force, force.A, item, 2, '2021-05-01');
  assert.notDeepEqual([await standing(force, item, '2024-01-01'), await flows(force, item, ...months)], before);
  const posting = await only(force.A);
  const reply = await retract(200, posting.id, force.hr);
  assert.deepEqual([reply.json.posting, reply.json.person, reply.json.reason], [posting.id, force.A, 'Recorded for the wrong person.']);
  assert.deepEqual(eventsOf(reply).map((event) => [event.operation, event.people]), [['retract_posting', [force.A]]]);
  assert.deepEqual([await standing(force, item, '2024-01-01'), await flows(force, item, ...months)], before);
  assert.equal(sql('select coalesce(sum(delta), 0) from skill_ledger join person using (person_id) where id = $1::uuid', force.A)[0], '0');
  assert.ok(proven(force.A));
  assert.deepEqual(sql('select seen_by from person where id = $1::uuid union all select assertion.seen_by from assertion join person using (person_id) where person.id = $1::uuid', force.A), ['{}', '{}']);
  await expect(404, 'GET', `/v1/people/${force.A}`, force.hr);
  await expect(404, 'GET', `/v1/postings/${posting.id}`, force.hr);
  await expect(404, 'GET', `/v1/postings/${posting.id}`, officer(force.A));
  await retract(404, posting.id, force.hr);
});

test('it is kept, with who and why', async () => {
  const { id } = await only(force.B);
  await retract(200, id, force.hr, '*', 'Twice in the file.');
  const [kept] = sql(`select to_jsonb(retraction) || jsonb_build_object('by', by.id) from posting_retraction as retraction
                      join account on account_id = retracted_by join person as by on by.person_id = account.person_id where retraction.id = $1::uuid`, id).map(JSON.parse);
  assert.deepEqual([kept.reason, kept.by, kept.posting.starts_on], ['Twice in the file.', force.HR, '2020-01-01']);
});

test('the organisation records another in its place', async () => {
  await retract(200, (await only(force.C)).id, force.hr);
  const { json } = await record(201, force, force.C, { staff_number: `again-${Date.now()}`, starts_on: '2020-02-01' });
  assert.equal(json.person, force.C);
});

test('the version decides, and an open transfer must be settled first', async () => {
  const { id } = await only(force.D);
  assert.equal(code(await retract(412, id, force.hr, '"0"')), 'version_changed');
  await expect(428, 'POST', `/v1/postings/${id}/retraction`, { ...force.hr, body: { reason: 'x' } });
  await expect(422, 'POST', `/v1/postings/${id}/retraction`, { ...force.hr, headers: { 'if-match': '*' }, body: {} });
  await open(201, force, { person: force.D, organisation: 'leicestershire', starts_on: '2025-01-01' });
  assert.equal(code(await retract(409, id, force.hr)), 'transfer_is_open');
});

test('nobody else does, and not of themselves', async () => {
  const { id } = await only(force.D);
  await retract(404, id, other.hr);
  await retract(403, id, officer(force.D));
  await retract(404, '00000000-0000-4000-8000-000000000000', force.hr);
  assert.equal(code(await retract(403, (await only(force.HR)).id, force.hr)), 'own_posting');
  const [hidden] = (await expect(200, 'GET', `/v1/people/${force.W}/postings`, force.cleared)).json.postings;
  await retract(404, hidden.id, force.hr);
  await retract(200, hidden.id, force.cleared);
});

test('what is retracted is withheld as long as the person is, and no longer', async () => {
  const days = { starts_on: '2018-01-01', ends_on: '2018-12-31' };
  const withheld = () => sql('select retraction.withheld from posting_retraction as retraction join person using (person_id) where person.id = $1::uuid', own.A);
  const own = ownForce('retract', { A: {} });
  const covert = (await record(201, own, own.A, { ...days, sensitive: true }, own.cleared)).json;
  await retract(200, covert.id, own.cleared);
  assert.deepEqual(withheld(), ['f']);
  // Somebody who sees the person writes their postings.
  const plain = (await record(201, own, own.A, days)).json;
  await expect(200, 'PATCH', `/v1/postings/${plain.id}`, { ...own.cleared, headers: { 'if-match': '*' }, body: { sensitive: true } });
  assert.deepEqual(withheld(), ['t']);
});
