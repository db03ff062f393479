// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect } from '../../lib/client.mjs';
import { unitId } from '../../lib/access.mjs';
import { officer } from '../../lib/force.mjs';
import { organisation, postings, reorganised } from '../../lib/organisations.mjs';
import { make, ownForce, succeed } from '../../lib/units.mjs';
import { anItem, assess, cancel, code, open, postingsOf, proven, record, standing, workforce } from '../../lib/workforce.mjs';

let force, other, item;
before(async () => {
  force = workforce('cambridgeshire', { A: {}, B: {}, C: { ends_on: '2026-12-31' }, D: {}, E: {} });
  other = workforce('leicestershire');
  item = await anItem('we-are-emotionally-aware');
});
const offer = async (person, more) => (await open(201, force, { person, organisation: 'leicestershire', starts_on: '2025-06-01', ...more })).json.id;
const last = async (person) => (await postingsOf(force, person)).map((each) => [each.ends_on, each.leaver_type])[0];

test('the posting goes on as it was, and the figures with it', async () => {
  await assess(force, force.A, item, 2, '2021-01-01');
  const before = await standing(force, item, '2025-07-01');
  const id = await offer(force.A);
  assert.notDeepEqual(await standing(force, item, '2025-07-01'), before);
  const { json } = await cancel(200, id, force.hr, { reason: 'Stays after all.' });
  assert.deepEqual([json.state, json.reason, json.posting], ['cancelled', 'Stays after all.', null]);
  assert.deepEqual(await last(force.A), [null, null]);
  assert.deepEqual(await standing(force, item, '2025-07-01'), before);
  assert.ok(proven(force.A));
  await offer(force.A);
});

test('the other organisation declines; an end that was there before stands again', async () => {
  const id = await offer(force.C);
  assert.deepEqual(await last(force.C), ['2025-05-31', 'transfer']);
  await cancel(200, id, other.hr);
  assert.deepEqual(await last(force.C), ['2026-12-31', null]);
});

test('a posting that has been recorded since stays', async () => {
  const id = await offer(force.D);
  await record(201, force, force.D, { starts_on: '2025-06-01' });
  await cancel(200, id, force.hr);
  assert.deepEqual((await postingsOf(force, force.D)).map((each) => [each.starts_on, each.ends_on]), [['2025-06-01', null], ['2020-01-01', '2025-05-31']]);
});

test('a unit that was taken over meanwhile: the posting goes on in the successor, and none overlaps', async () => {
  const own = ownForce('cancel-unit', { A: { unit: 'OLD' }, B: { unit: 'OLD' } });
  const transfer = (person, starts_on) => open(201, own, { person, organisation: 'leicestershire', starts_on });
  const after = (await transfer(own.A, '2026-06-01')).json.id, before = (await transfer(own.B, '2025-06-01')).json.id;
  const goal = await make(own.hr, { code: 'NEW' });
  await succeed(200, own.hr, unitId(own.code, 'OLD'), { happens_on: '2025-10-01', parts: [{ unit: goal.id }] });
  await cancel(200, after, own.hr);
  assert.deepEqual(postings(own.A), ['cancel A OLD 2020-01-01..2025-09-30', 'cancel A NEW 2025-10-01..']);
  // It had ended before the unit did: it goes on as long as that was there.
  await cancel(200, before, own.hr);
  assert.deepEqual(postings(own.B), ['cancel B OLD 2020-01-01..2025-09-30']);
});

test('a reorganisation meanwhile: the posting goes on in the successor, and none overlaps', async () => {
  const own = ownForce('cancel-old', { A: {}, B: {}, C: { ends_on: '2027-12-31', leaver_type: 'normal_retirement' } });
  const transfer = (person, starts_on) => open(201, own, { person, organisation: 'leicestershire', starts_on });
  const offers = [await transfer(own.A, '2026-06-01'), await transfer(own.B, '2025-06-01'), await transfer(own.C, '2026-06-01')].map(({ json }) => json.id);
  const successor = organisation('renewed');
  await reorganised({ happened_on: '2025-10-01', moves: [{ predecessor: own.code, successor }] });
  assert.deepEqual(postings(own.A), ['cancel A 2020-01-01..2025-09-30', 'renewed A 2025-10-01..2026-05-31 transfer']);
  for (const id of offers) await cancel(200, id, other.hr);
  assert.deepEqual(postings(own.A), ['cancel A 2020-01-01..2025-09-30', 'renewed A 2025-10-01..']);
  assert.deepEqual(postings(own.B), ['cancel B 2020-01-01..2025-09-30']);
  assert.deepEqual(postings(own.C), ['cancel C 2020-01-01..2025-09-30', 'renewed C 2025-10-01..2027-12-31 normal_retirement']);
});

test('once, by its version, by those who have it', async () => {
  const id = await offer(force.B, { kind: 'secondment' });
  assert.equal(code(await cancel(412, id, force.hr, {}, '"2"')), 'version_changed');
  await expect(428, 'POST', `/v1/transfers/${id}/cancellation`, { ...force.hr, body: {} });
  await cancel(404, id, workforce('cleveland').hr);
  await cancel(403, id, officer(force.B));
  await cancel(200, id, force.hr);
  assert.equal(code(await cancel(409, id, force.hr)), 'transfer_settled');
  await cancel(404, '00000000-0000-4000-8000-000000000000', force.hr);
});

test('nobody settles what concerns themselves', async () => {
  const id = (await open(201, force, { person: force.HR, organisation: 'leicestershire', starts_on: '2025-06-01', kind: 'secondment' }, force.cleared)).json.id;
  assert.equal(code(await cancel(403, id, force.hr)), 'own_posting');
});
