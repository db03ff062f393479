// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { expect, pointers } from '../../lib/client.mjs';
import { force } from '../../lib/force.mjs';
import { hrOf, nation, organisation, reorganised } from '../../lib/organisations.mjs';

const [from, to] = [organisation('gave'), organisation('took')];
const { people } = force(from, [{ staff_number: 'HR' }]);
const job = await reorganised({ happened_on: '2026-01-01', dry_run: true, moves: [{ predecessor: from, successor: to }] });

test('it tells what was asked for and what came of it', async () => {
  const { json } = await expect(200, 'GET', `/v1/reorganisations/${job.id}`, nation);
  assert.deepEqual([json.state, json.dry_run, json.happened_on, json.people, json.waiting], ['done', true, '2026-01-01', 1, 0]);
  assert.deepEqual(json.moves, [{ predecessor: from, successor: to, units: null }]);
});

test('HR of an organisation, which writes its own people, does not see it', async () => {
  await expect(404, 'GET', `/v1/reorganisations/${job.id}`, hrOf(people.HR, to));
});

test('it refuses strangers, what is not there and bad identifiers', async () => {
  await expect(404, 'GET', `/v1/reorganisations/${randomUUID()}`, nation);
  for (const as of [{ as: 'officer' }, { as: 'auditor' }]) await expect(403, 'GET', `/v1/reorganisations/${job.id}`, as);
  await expect(401, 'GET', `/v1/reorganisations/${job.id}`);
  assert.equal((await expect(400, 'GET', '/v1/reorganisations/1', nation)).status, 400);
  assert.deepEqual(pointers(await expect(400, 'GET', `/v1/reorganisations/${job.id}?x=1`, nation)).length, 1);
});
