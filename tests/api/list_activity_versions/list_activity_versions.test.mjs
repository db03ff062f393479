// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect, pointers, token } from '../../lib/client.mjs';
import { items, log, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// One activity of A's: logged, its reflection changed and then removed, edited twice, withdrawn.
let cheshire, target, told;

before(async () => {
  cheshire = posted('cheshire', { HR: {}, A: {}, B: {} });
  const { integrity, impartiality } = await items('cop-cvf-2016');
  const mine = officer(cheshire.A);
  const first = await log(cheshire.A, { item: integrity, reflection: { body: 'A first thought.' } });
  target = `/v1/activities/${first.id}`;
  told = [first];
  for (const body of [{ reflection: { body: 'A second one.' } }, { reflection: null }, { alignments: [{ item: impartiality }] }, { happened_on: '2025-03-11', minutes: 10 }])
    told.unshift((await expect(200, 'PATCH', target, { ...mine, headers: { 'if-match': `"${told.length}"` }, body })).json);
  await expect(204, 'DELETE', target, { ...mine, headers: { 'if-match': '"5"' } });
  told.unshift((await expect(200, 'GET', target, mine)).json);
});

test('every version stands as it was told at the time, latest first', async () => {
  const { versions } = (await expect(200, 'GET', `${target}/versions`, officer(cheshire.A))).json;
  assert.deepEqual(versions, told);
  assert.deepEqual(versions.map(({ version, status }) => `${version} ${status}`), ['6 withdrawn', '5 recorded', '4 recorded', '3 recorded', '2 recorded', '1 recorded']);
  assert.deepEqual(versions.map(({ reflection }) => reflection?.body ?? null), [null, null, null, null, 'A second one.', 'A first thought.']);
  assert.deepEqual(versions.map(({ alignments }) => alignments[0].code), [...Array(3).fill('impartiality'), ...Array(3).fill('integrity')]);
});

test('changed_at grows with each version, recorded_at stays', () => {
  assert.equal(new Set(told.map(({ recorded_at }) => recorded_at)).size, 1);
  const times = told.map(({ changed_at }) => Date.parse(changed_at));
  assert.deepEqual(times, [...times].sort((a, b) => b - a));
});

test('pages of any size give the same list', async () => {
  for (const limit of [1, 4, 5, 6]) assert.deepEqual(await all(`${target}/versions?limit=${limit}`, officer(cheshire.A), 'versions'), told);
});

test('beyond the last version is an empty page, not 404', async () => {
  const after = Buffer.from('[1]').toString('base64url');
  const reply = await expect(200, 'GET', `${target}/versions?after=${after}`, officer(cheshire.A));
  assert.deepEqual(reply.json.versions, []);
  assert.equal(reply.headers.get('link'), null);
});

test('not found for a colleague, for HR and for what is not there', async () => {
  for (const options of [officer(cheshire.B), cheshire.hr]) await expect(404, 'GET', `${target}/versions`, options);
  await expect(404, 'GET', '/v1/activities/00000000-0000-4000-8000-000000000000/versions', officer(cheshire.A));
});

test('without a token 401, without record:read 403, bad parameters named at once', async () => {
  await expect(401, 'GET', `${target}/versions`);
  await expect(403, 'GET', `${target}/versions`, { as: { token: token('officer', cheshire.A, 'record:write') } });
  await expect(403, 'GET', `${target}/versions`, { as: 'college' });
  assert.deepEqual(pointers(await expect(400, 'GET', `${target}/versions?limit=0&after=%21&status=all`, officer(cheshire.A))), ['?after', '?limit', '?status']);
  await expect(400, 'GET', `${target}/versions?after=${Buffer.from('["x"]').toString('base64url')}`, officer(cheshire.A));
});
