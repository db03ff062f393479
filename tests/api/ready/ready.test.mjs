// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { expect } from '../../lib/client.mjs';

test('with its database it is ready, without a token', async () => {
  assert.deepEqual((await expect(200, 'GET', '/ready')).json, { status: 'ready' });
});
