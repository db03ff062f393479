// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, call, expect } from '../../lib/client.mjs';
import { officer } from '../../lib/force.mjs';
import { code, faults } from '../../lib/workforce.mjs';
import { make, ownForce, read } from '../../lib/units.mjs';

let force, other;

before(() => {
  force = ownForce('units-made', { A: {} });
  other = ownForce('units-other');
});

test('a unit stands in the list of the organisation, below the one above it', async () => {
  const top = await make(force.hr, { code: 'TOP' });
  const reply = await expect(201, 'POST', '/v1/units', { ...force.hr, body: { code: 'BELOW', name: 'Below', parent: top.id, starts_on: '2015-01-01', ends_on: '2030-12-31' } });
  assert.deepEqual([reply.json.parent_code, reply.json.starts_on, reply.json.ends_on, reply.json.sensitive], ['TOP', '2015-01-01', '2030-12-31', false]);
  assert.equal(reply.headers.get('location'), `/v1/units/${reply.json.id}`);
  assert.equal(reply.headers.get('etag'), (await read(force.hr, reply.json.id)).headers.get('etag'));
  const rows = await all(`/v1/organisations/${force.code}/units`, officer(force.A), 'units');
  assert.deepEqual(rows.map(({ code, parent_code }) => [code, parent_code]), [['BELOW', 'TOP'], ['TOP', null]]);
});

test('what is made below a sensitive unit is sensitive, and there only for those who are cleared', async () => {
  assert.equal(code(await make(force.hr, { code: 'COVERT', sensitive: true }, 403)), 'scope_not_granted');
  const covert = await make(force.cleared, { code: 'COVERT', sensitive: true });
  const below = await make(force.cleared, { code: 'COVERT-1', parent: covert.id });
  assert.equal(below.sensitive, true);
  await read(force.hr, below.id, 404);
  assert.deepEqual(faults(await make(force.hr, { code: 'OPEN-1', parent: covert.id }, 422)), ['unit_faulty', '/parent unit_parent_not_found']);
});

test('every fault has its place', async () => {
  const top = await make(force.hr, { code: 'F', starts_on: '2012-01-01', ends_on: '2020-12-31' });
  const theirs = await make(other.hr, { code: 'T' });
  const said = async (body) => faults(await make(force.hr, body, 422)).slice(1);
  assert.deepEqual(await said({ code: 'F' }), ['/code unit_code_taken']);
  assert.deepEqual(await said({ code: 'G', parent: theirs.id }), ['/parent unit_parent_not_found']);
  assert.deepEqual(await said({ code: 'G', ends_on: '2009-12-31' }), ['/ends_on unit_ends_before_it_starts']);
  assert.deepEqual(await said({ code: 'G', parent: top.id }), ['/starts_on unit_outside_parent', '/ends_on unit_outside_parent']);
  assert.deepEqual(await said({ code: 'G', starts_on: '1980-01-01' }), ['/starts_on unit_outside_organisation']);
  await make(force.hr, { code: ' ' }, 422);
  await make(force.hr, { code: 'G', colour: 'blue' }, 422);
});

test('of many who make it at once one does', async () => {
  const one = async () => (await call('POST', '/v1/units', { ...force.hr, body: { code: 'RACE', name: 'Race' } })).status;
  assert.deepEqual((await Promise.all(Array.from({ length: 6 }, one))).sort(), [201, 422, 422, 422, 422, 422]);
});

test('only HR that may write makes one', async () => {
  await make(officer(force.A), { code: 'X' }, 403);
  await expect(401, 'POST', '/v1/units', { body: { code: 'X', name: 'X' } });
});
