// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect } from '../../lib/client.mjs';
import { force, row } from '../../lib/force.mjs';
import { eventually, numbered } from '../../lib/national.mjs';

let suffolk;
const target = '/v1/national/retention?year_ending=2026&organisation=suffolk';

before(() => {
  suffolk = force('suffolk', [
    ...numbered('S', 20),
    ...numbered('L', 11, { ends_on: '2025-12-31', leaver_type: 'voluntary_resignation' }),
    ...numbered('J', 3, { starts_on: '2025-06-01', joiner_type: 'standard_recruit' }),
  ]);
});

test('each measure is withheld by itself, the rest are HR\'s figures', async () => {
  const { rows } = await eventually(target, (all) => all.some((each) => each.leavers === 11));
  const theirs = row(rows, { organisation_code: 'suffolk' });
  const ours = row((await expect(200, 'GET', '/v1/reports/retention?year_ending=2026', suffolk.hr)).json.rows, { worker_type: null, unit: null });
  for (const measure of ['strength_at_start', 'joiners', 'transfers_in', 'leavers', 'voluntary_leavers', 'transfers_out', 'strength_at_end'])
    assert.equal(theirs[measure], ours[measure] >= 10 ? ours[measure] : null, measure);
  assert.equal(ours.joiners, 3);
  assert.equal(theirs.leaver_rate, ours.leaver_rate);
});

test('HR has not the scope for it', async () => {
  await expect(403, 'GET', target, suffolk.hr);
});
