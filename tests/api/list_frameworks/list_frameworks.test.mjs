// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { all, csv, expect, pointers } from '../../lib/client.mjs';

const as = 'officer';

test('everyone signed in, a system too, reads the frameworks', async () => {
  const codes = (reply) => reply.json.frameworks.map(({ code }) => code);
  const expected = ['cop-cvf-2016', 'cop-cvf-2024', 'cop-leadership-standards', 'cop-pip', 'gdd-pcf', 'gse-pro-framework'];
  for (const role of ['officer', 'manager', 'hr', 'college', 'auditor'])
    assert.deepEqual(codes(await expect(200, 'GET', '/v1/frameworks', { as: role })), expected);
});

test('the Government Digital and Data framework has its 188 skills', async () => {
  const { json } = await expect(200, 'GET', '/v1/frameworks', { as });
  assert.equal(json.frameworks.find(({ code }) => code === 'gdd-pcf').items, 188);
  assert.equal(json.frameworks.find(({ code }) => code === 'cop-cvf-2016').replaced_by, 'cop-cvf-2024');
});

test('pages of any size give the same list', async () => {
  const whole = await all('/v1/frameworks', { as }, 'frameworks');
  for (const limit of [1, 2, 3, 500]) assert.deepEqual(await all(`/v1/frameworks?limit=${limit}`, { as }, 'frameworks'), whole);
});

test('CSV has the same rows', async () => {
  const whole = await all('/v1/frameworks', { as }, 'frameworks');
  const reply = await expect(200, 'GET', '/v1/frameworks', { as, headers: { accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text).map(({ code }) => code), whole.map(({ code }) => code));
});

test('without a token it is refused, with the challenge of RFC 6750', async () => {
  const reply = await expect(401, 'GET', '/v1/frameworks');
  assert.match(reply.headers.get('www-authenticate'), /^Bearer /);
});

test('bad parameters are all named at once', async () => {
  const reply = await expect(400, 'GET', '/v1/frameworks?limit=0&after=%21&colour=blue', { as });
  assert.deepEqual(pointers(reply), ['?after', '?colour', '?limit']);
  assert.deepEqual(pointers(await expect(400, 'GET', '/v1/frameworks?limit=1&limit=2', { as })), ['?limit']);
  await expect(400, 'GET', `/v1/frameworks?after=${Buffer.from('{"a":1}').toString('base64url')}`, { as });
});
