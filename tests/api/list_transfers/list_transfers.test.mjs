// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, csv, expect } from '../../lib/client.mjs';
import { officer } from '../../lib/force.mjs';
import { accept, cancel, edit, number, open, workforce } from '../../lib/workforce.mjs';

let force, other, A, B, X;
before(async () => {
  force = workforce('cambridgeshire', { A: {}, B: {} });
  other = workforce('leicestershire', { X: {} });
  const offer = async (from, person, organisation, more) => (await open(201, from, { person, organisation, starts_on: '2025-06-01', ...more })).json.id;
  A = await offer(force, force.A, 'leicestershire');
  B = await offer(force, force.B, 'leicestershire', { kind: 'secondment' });
  X = await offer(other, other.X, 'cambridgeshire');
  await cancel(200, B, other.hr);
});
const ids = [() => A, () => B, () => X];
const list = async (place, query = '') => (await all(`/v1/transfers?limit=100${query}`, place.hr, 'transfers')).map((each) => each.id).filter((id) => ids.some((of) => of() === id));

test('in and out, latest first, by state', async () => {
  assert.deepEqual(await list(force), [X, B, A]);
  assert.deepEqual(await list(force, '&direction=out'), [B, A]);
  assert.deepEqual(await list(other, '&direction=in'), [B, A]);
  assert.deepEqual(await list(force, '&state=open'), [X, A]);
  assert.deepEqual(await list(force, '&state=cancelled&direction=in'), []);
});

test('in pages, and as CSV', async () => {
  const one = (await expect(200, 'GET', '/v1/transfers?limit=1', force.hr));
  assert.match(one.headers.get('link'), /rel="next"/);
  const { text } = await expect(200, 'GET', '/v1/transfers?direction=out&limit=500', { ...force.hr, headers: { accept: 'text/csv' } });
  assert.ok(csv(text).some((row) => row.staff_number === number('A') && row.to_organisation === 'leicestershire'));
});

test('for HR of either organisation alone', async () => {
  const third = workforce('cleveland');
  assert.deepEqual(await list(third), []);
  await expect(403, 'GET', '/v1/transfers', officer(force.A));
  await expect(403, 'GET', '/v1/transfers', { as: 'college' });
  await expect(400, 'GET', '/v1/transfers?direction=up', force.hr);
});

test('who goes into a sensitive posting is told of there to the cleared alone', async () => {
  const from = workforce('cambridgeshire', { S: {} });
  const { id } = (await open(201, from, { person: from.S, organisation: 'leicestershire', starts_on: '2025-06-01' })).json;
  const told = (place, as) => all('/v1/transfers?limit=100&state=accepted', as, 'transfers').then((rows) => rows.some((each) => each.id === id));
  await expect(200, 'GET', `/v1/transfers/${id}`, other.hr);
  await accept(200, id, { staff_number: number('covert'), sensitive: true }, other.cleared);
  await expect(404, 'GET', `/v1/transfers/${id}`, other.hr);
  assert.deepEqual(await Promise.all([told(other, other.hr), told(other, other.cleared), told(from, from.hr)]), [false, true, true]);
  const [back] = (await expect(200, 'GET', `/v1/people/${from.S}/postings`, other.cleared)).json.postings;
  await edit(200, back.id, { sensitive: false }, other.cleared);
  await expect(200, 'GET', `/v1/transfers/${id}`, other.hr);
});
