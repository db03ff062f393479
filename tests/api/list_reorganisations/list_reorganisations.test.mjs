// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { all, expect } from '../../lib/client.mjs';
import { force } from '../../lib/force.mjs';
import { hrOf, nation, organisation, reorganised } from '../../lib/organisations.mjs';

const [from, to] = [organisation('first'), organisation('second')];
const body = { happened_on: '2026-01-01', dry_run: true, moves: [{ predecessor: from, successor: to }] };
const made = [await reorganised(body), await reorganised(body), await reorganised(body)].map(({ id }) => id);

test('the last asked for comes first, in pages of any size', async () => {
  const list = async (limit) => (await all(`/v1/reorganisations?limit=${limit}`, nation, 'reorganisations')).map(({ id }) => id);
  for (const limit of [2, 500]) assert.deepEqual((await list(limit)).filter((id) => made.includes(id)), [...made].reverse());
});

test('who writes no organisations of the nation has none', async () => {
  const { people } = force(from, [{ staff_number: 'HR' }]);
  assert.deepEqual(await all('/v1/reorganisations', hrOf(people.HR, from), 'reorganisations'), []);
  for (const as of ['officer', 'auditor']) await expect(403, 'GET', '/v1/reorganisations', { as });
  await expect(401, 'GET', '/v1/reorganisations');
});
