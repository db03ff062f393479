// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect } from '../../lib/client.mjs';
import { officer } from '../../lib/force.mjs';
import { make, ownForce, read, succeed } from '../../lib/units.mjs';

let force, first, second;

before(async () => {
  force = ownForce('units-read', { A: {} });
  first = await make(force.hr, { code: 'ONE' });
  second = await make(force.hr, { code: 'TWO' });
  await succeed(200, force.hr, first.id, { happens_on: '2020-04-01', parts: [{ unit: second.id }] });
});

test('a unit tells of the units that it took over from and that took over', async () => {
  const before = (await read(officer(force.A), first.id)).json;
  const after = (await read(officer(force.A), second.id)).json;
  assert.deepEqual([before.ends_on, before.successors.map(({ id, happened_on }) => [id, happened_on])], ['2020-03-31', [[second.id, '2020-04-01']]]);
  assert.deepEqual(after.predecessors, [{ id: first.id, code: 'ONE', name: 'The unit ONE', happened_on: '2020-04-01' }]);
  assert.equal(after.organisation.code, force.code);
});

test('an unchanged one is not sent again', async () => {
  const tag = (await read(force.hr, second.id)).headers.get('etag');
  await expect(304, 'GET', `/v1/units/${second.id}`, { ...force.hr, headers: { 'if-none-match': tag } });
});

test('a sensitive one is not there without clearance', async () => {
  const covert = await make(force.cleared, { code: 'COVERT', sensitive: true });
  await read(force.cleared, covert.id);
  for (const as of [force.hr, officer(force.A)]) await read(as, covert.id, 404);
});

test('it refuses strangers and what is not there', async () => {
  await expect(401, 'GET', `/v1/units/${first.id}`);
  await read(force.hr, '00000000-0000-4000-8000-000000000000', 404);
  await read(force.hr, 'ONE', 400);
});
