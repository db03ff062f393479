// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { all, call, expect } from '../../lib/client.mjs';
import { edition } from '../../lib/national.mjs';

test('the College and the nation\'s administrators read which quarters have figures, the last first', async () => {
  const quarter = edition();
  for (const as of ['college', 'administrator']) {
    const editions = await all('/v1/national/editions?limit=7', { as }, 'editions');
    const days = editions.map((each) => each.quarter_end);
    assert.deepEqual(days, [...days].sort().reverse());
    const { number, reason, made_at } = editions.find((each) => each.quarter_end === quarter);
    assert.deepEqual([number, reason, made_at !== null], [1, null, true]);
  }
});

test('others do not', async () => {
  for (const as of ['officer', 'hr']) await expect(403, 'GET', '/v1/national/editions', { as });
  assert.equal((await call('GET', '/v1/national/editions')).status, 401);
});
