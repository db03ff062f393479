// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { call, expect } from '../../lib/client.mjs';
import { unitId } from '../../lib/access.mjs';
import { officer } from '../../lib/force.mjs';
import { code, faults } from '../../lib/workforce.mjs';
import { edit, make, ownForce, read } from '../../lib/units.mjs';

let force, other;
let count = 0;
const fresh = (more = {}, as = force.hr) => make(as, { code: `U${++count}`, ...more });

before(() => {
  force = ownForce('units-edit', { A: { unit: 'TEAM', parent_unit: 'AREA' }, B: { unit: 'AREA', ends_on: '2022-12-31' } });
  other = ownForce('units-theirs');
});

test('it is renamed and moved, and the tag tells', async () => {
  const [unit, above] = [await fresh(), await fresh()];
  const tag = (await read(force.hr, unit.id)).headers.get('etag');
  const reply = await edit(200, force.hr, unit.id, { name: 'Another name', parent: above.id }, tag);
  assert.deepEqual([reply.json.name, reply.json.parent], ['Another name', above.id]);
  assert.notEqual(reply.headers.get('etag'), tag);
  assert.equal(code(await edit(412, force.hr, unit.id, { name: 'Too late' }, tag)), 'version_changed');
  await edit(428, force.hr, unit.id, { name: 'No tag' }, null);
  assert.equal((await edit(200, force.hr, unit.id, { parent: null })).json.parent, null);
});

test('it does not come to stand below itself, nor do two that move at once', async () => {
  const top = await fresh();
  const below = await fresh({ parent: top.id });
  for (const parent of [top.id, below.id])
    assert.deepEqual(faults(await edit(422, force.hr, top.id, { parent })), ['unit_faulty', '/parent unit_below_itself']);
  for (let round = 0; round < 5; round++) {
    const [one, two] = [await fresh(), await fresh()];
    const move = (unit, parent) => call('PATCH', `/v1/units/${unit.id}`, { ...force.hr, body: { parent: parent.id }, headers: { 'if-match': '*' } });
    const statuses = (await Promise.all([move(one, two), move(two, one)])).map(({ status }) => status);
    assert.deepEqual(statuses.sort(), [200, 422]);
  }
});

test('it does not end, or begin, where somebody is posted to it or another unit is below it', async () => {
  const [area, team] = [unitId(force.code, 'AREA'), unitId(force.code, 'TEAM')];
  assert.deepEqual(faults(await edit(422, force.hr, team, { ends_on: '2030-12-31' })), ['unit_faulty', '/ends_on unit_in_use']);
  assert.deepEqual(faults(await edit(422, force.hr, team, { starts_on: '2020-01-02' })), ['unit_faulty', '/starts_on unit_in_use']);
  assert.deepEqual(faults(await edit(422, force.hr, area, { ends_on: '2030-12-31' })), ['unit_faulty', '/ends_on unit_in_use']);
  const unit = await fresh();
  assert.equal((await edit(200, force.hr, unit.id, { ends_on: '2020-12-31' })).json.ends_on, '2020-12-31');
  assert.equal((await edit(200, force.hr, unit.id, { ends_on: null })).json.ends_on, null);
});

test('marked sensitive, or moved below a sensitive one, it and all below it vanish with their people', async () => {
  const made = ownForce('units-covert', { S: { unit: 'S1', parent_unit: 'S0' }, L: { unit: 'L1' } });
  const [above, below, late] = ['S0', 'S1', 'L1'].map((name) => unitId(made.code, name));
  assert.equal(code(await edit(403, made.hr, above, { sensitive: true })), 'scope_not_granted');
  await expect(200, 'GET', `/v1/people/${made.S}`, made.hr);
  await edit(200, made.cleared, above, { sensitive: true });
  await read(made.hr, below, 404);
  await expect(404, 'GET', `/v1/people/${made.S}`, made.hr);
  await edit(200, made.cleared, late, { parent: above });
  await expect(404, 'GET', `/v1/people/${made.L}`, made.hr);
  await expect(200, 'GET', `/v1/people/${made.L}`, made.cleared);
  assert.deepEqual(faults(await edit(422, made.cleared, late, { sensitive: false })), ['unit_faulty', '/sensitive unit_below_sensitive']);
  await edit(200, made.cleared, late, { sensitive: false, parent: null });
  await expect(200, 'GET', `/v1/people/${made.L}`, made.hr);
});

test('it is for HR of the organisation, and no other', async () => {
  const unit = await fresh();
  await edit(403, officer(force.A), unit.id, { name: 'X' });
  await edit(404, other.hr, unit.id, { name: 'X' });
  await edit(404, force.hr, '00000000-0000-4000-8000-000000000000', { name: 'X' });
  await edit(422, force.hr, unit.id, {});
  await edit(422, force.hr, unit.id, { code: 'NEW' });
});
