// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { expect } from '../../lib/client.mjs';

test('the process says that it lives, without a token', async () => {
  assert.deepEqual((await expect(200, 'GET', '/live')).json, { status: 'live' });
});
