// SPDX-License-Identifier: MIT
// What reports say about themselves, where it is the same for several of them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { expect } from '../../lib/client.mjs';

const hr = { as: 'hr' };
const meta = async (report, query = '') => (await expect(200, 'GET', `/v1/reports/${report}${query}`, hr)).json.meta;

for (const report of ['strength', 'retention', 'survival', 'recruitment', 'early-development?framework=cop-cvf-2024'])
  test(`${report.split('?')[0]} rests on no level, and names no basis`, async () => {
    assert.ok(!('basis' in (await meta(report))));
  });
