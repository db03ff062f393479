// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, pointers, token } from '../../lib/client.mjs';
import { claim, items, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

let lancashire, humberside, item;

before(async () => {
  lancashire = posted('lancashire', { HR: {}, A: {}, B: {} });
  humberside = posted('humberside', { HR: {} });
  item = (await items('cop-cvf-2016'))['we-are-collaborative'];
});

const withdraw = (status, id, options, body = {}, tag = '"1"') =>
  expect(status, 'POST', `/v1/assertions/${id}/withdrawal`, { headers: tag ? { 'if-match': tag } : {}, ...options, body });
const claimed = async () => (await claim(lancashire.A, { item, level: 2 })).id;
const assessed = async () =>
  (await expect(201, 'POST', `/v1/people/${lancashire.A}/assertions`, { ...lancashire.hr, body: { item, level: 1, basis: 'assessed', valid_from: '2024-01-01' } })).json.id;
const code = (reply) => reply.json.type.split('#')[1];

test('a withdrawn claim stays, counted no more from the day on', async () => {
  const id = await claimed();
  const reply = await withdraw(200, id, officer(lancashire.A), { withdrawn_on: '2024-07-01', reason: 'I overstated it.' });
  const { state, withdrawn_on, withdrawal_reason, level, valid_from } = reply.json;
  assert.deepEqual([state, withdrawn_on, withdrawal_reason, level, valid_from], ['withdrawn', '2024-07-01', 'I overstated it.', 2, '2024-01-01']);
  assert.equal(reply.headers.get('etag'), '"2"');
  assert.deepEqual((await expect(200, 'GET', `/v1/assertions/${id}`, officer(lancashire.A))).json, reply.json);
  const held = async (day) => (await expect(200, 'GET', `/v1/assertions?state=held&as_of=${day}`, officer(lancashire.A))).json.assertions.some((each) => each.id === id);
  assert.deepEqual([await held('2024-06-30'), await held('2024-07-01')], [true, false]);
});

test('it is withdrawn from today on unless it says otherwise, and once only', async () => {
  const id = await claimed();
  assert.equal((await withdraw(200, id, officer(lancashire.A), {}, '*')).json.state, 'withdrawn');
  assert.equal(code(await withdraw(409, id, officer(lancashire.A), {}, '"2"')), 'already_withdrawn');
});

test('of two who withdraw at the same time one succeeds', async () => {
  const id = await claimed();
  const options = { method: 'POST', body: '{}', headers: { authorization: `Bearer ${token('officer', lancashire.A)}`, 'content-type': 'application/json', 'if-match': '"1"' } };
  const replies = await Promise.all([1, 2, 3, 4].map(() => fetch(`${process.env.SKILLSD_URL}/v1/assertions/${id}/withdrawal`, options)));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409, 409, 409]);
});

test('a claim is withdrawn by whoever made it, another basis by an assessor', async () => {
  const [own, judged] = [await claimed(), await assessed()];
  assert.equal(code(await withdraw(403, own, lancashire.hr)), 'not_yours_to_withdraw');
  assert.equal(code(await withdraw(403, judged, officer(lancashire.A))), 'not_yours_to_withdraw');
  const narrow = { as: { token: token('hr', lancashire.HR, 'record:write workforce:read') } };
  assert.equal(code(await withdraw(403, judged, narrow)), 'scope_not_granted');
  assert.equal((await withdraw(200, judged, lancashire.hr)).json.basis, 'assessed');
});

test('not found for a colleague and for HR of another organisation', async () => {
  const [own, judged] = [await claimed(), await assessed()];
  for (const id of [own, judged]) {
    await withdraw(404, id, officer(lancashire.B));
    await withdraw(404, id, humberside.hr);
  }
  await withdraw(404, lancashire.A, officer(lancashire.A));
});

test('it wants If-Match with the version that holds', async () => {
  const id = await claimed();
  await withdraw(428, id, officer(lancashire.A), {}, null);
  assert.equal(code(await withdraw(412, id, officer(lancashire.A), {}, '"2"')), 'version_changed');
});

test('a day in the future, unknown fields and wrong types are refused at their places', async () => {
  const id = await claimed();
  assert.deepEqual(pointers(await withdraw(422, id, officer(lancashire.A), { withdrawn_on: '2199-01-01' })), ['/withdrawn_on']);
  assert.deepEqual(pointers(await withdraw(422, id, officer(lancashire.A), { withdrawn_on: 'May', reason: '', level: 1 })), ['/level', '/reason', '/withdrawn_on']);
  assert.equal((await expect(200, 'GET', `/v1/assertions/${id}`, officer(lancashire.A))).json.state, 'held');
});

test('without a token 401, without a scope that allows it 403', async () => {
  const id = await claimed();
  await withdraw(401, id, {});
  await withdraw(403, id, { as: { token: token('officer', lancashire.A, 'record:read') } });
});
