// SPDX-License-Identifier: MIT
// What reports say about themselves, where it is the same for several of them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { expect } from '../../lib/client.mjs';
import { londonDay } from '../../lib/days.mjs';

const hr = { as: 'hr' };
const meta = async (report, query = '') => (await expect(200, 'GET', `/v1/reports/${report}${query}`, hr)).json.meta;

for (const report of ['strength', 'retention', 'survival', 'recruitment', 'early-development?framework=cop-cvf-2024'])
  test(`${report.split('?')[0]} rests on no level, and names no basis`, async () => {
    assert.ok(!('basis' in (await meta(report))));
  });

for (const report of ['upskilling', 'time-to-level', 'skills-lost', 'recruit-skills'])
  test(`${report} of a period that lasts is as of today, and says that it is not complete`, async () => {
    const today = londonDay();
    const until = `${Number(today.slice(0, 4)) + 1}-01`;
    const { as_of, complete, period, definition } = await meta(report, `?framework=cop-cvf-2024&until=${until}`);
    assert.deepEqual([as_of, complete, period.ends_on], [today, false, `${until}-31`]);
    assert.match(definition, /Days after today/);
    assert.equal((await meta(report, '?framework=cop-cvf-2024&from=2025-01&until=2025-02')).as_of, '2025-02-28');
  });
