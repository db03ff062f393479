// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { call, expect, pointers, token } from '../../lib/client.mjs';
import { claim, items, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// L serves Leicestershire to the end of 2022 and Lincolnshire from 2023 on.
let leicestershire, lincolnshire, L, item;

before(async () => {
  leicestershire = posted('leicestershire', { HR: {}, A: {}, L: { ends_on: '2022-12-31', leaver_type: 'transfer' } });
  L = leicestershire.L;
  lincolnshire = posted('lincolnshire', { HR: {}, L: { person_id: L, starts_on: '2023-01-01', joiner_type: 'transfer' } });
  item = (await items('cop-cvf-2016'))['we-analyse-critically'];
});

const get = (status, id, options) => expect(status, 'GET', `/v1/assertions/${id}`, options);
const seen = async (more) => {
  const { id } = await claim(L, { item, level: 2, ...more });
  await get(200, id, officer(L));
  const replies = await Promise.all([leicestershire, lincolnshire].map(({ hr }) => call('GET', `/v1/assertions/${id}`, hr)));
  return replies.map(({ status }) => status === 200);
};

test('its own person and HR read the same, with the tag of its version', async () => {
  const made = await claim(leicestershire.A, { item, level: 3, evidence: 'A case file, "in court".' });
  const reply = await get(200, made.id, officer(leicestershire.A));
  assert.deepEqual(reply.json, made);
  assert.equal(reply.headers.get('etag'), '"1"');
  assert.deepEqual((await get(200, made.id, leicestershire.hr)).json, made);
  await get(304, made.id, { ...officer(leicestershire.A), headers: { 'if-none-match': '"1"' } });
});

test('an organisation sees an assertion only if it overlaps a posting there; the person always', async () => {
  assert.deepEqual(await seen({ valid_from: '2021-01-01', valid_until: '2022-12-31' }), [true, false]);
  assert.deepEqual(await seen({ valid_from: '2022-12-31', valid_until: '2023-01-01' }), [true, true]);
  assert.deepEqual(await seen({ valid_from: '2021-01-01' }), [true, true]);
  assert.deepEqual(await seen({ valid_from: '2023-01-01' }), [false, true]);
  assert.deepEqual(await seen({ valid_from: '2018-01-01', valid_until: '2019-12-31' }), [false, false]);
});

test('one that is withdrawn is still read, with its reason and another tag', async () => {
  const { id } = await claim(L, { item, level: 1, valid_from: '2024-01-01' });
  await expect(200, 'POST', `/v1/assertions/${id}/withdrawal`, { ...officer(L), headers: { 'if-match': '*' }, body: { withdrawn_on: '2024-06-01', reason: 'Not so.' } });
  const reply = await get(200, id, { ...lincolnshire.hr, headers: { 'if-none-match': '"1"' } });
  assert.deepEqual([reply.json.state, reply.json.withdrawn_on, reply.json.withdrawal_reason], ['withdrawn', '2024-06-01', 'Not so.']);
  assert.equal(reply.headers.get('etag'), '"2"');
});

test('somebody else\'s is not found: by a colleague, by HR of another organisation, by HR with a token for the own record alone', async () => {
  const { id } = await claim(leicestershire.A, { item, level: 3 });
  await get(404, id, officer(L));
  await get(404, id, lincolnshire.hr);
  await get(404, id, { as: { token: token('hr', leicestershire.HR, 'record:read') } });
  await get(404, leicestershire.A, officer(leicestershire.A));
});

test('without a token 401, without a scope that allows it 403, not a UUID 400', async () => {
  await get(401, L);
  await get(403, L, { as: { token: token('officer', L, 'record:write') } });
  await get(403, L, { as: 'college' });
  assert.deepEqual(pointers(await get(400, `${L}?colour=1`, officer(L))), ['?colour']);
  await get(400, 'x', officer(L));
});
