// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, skillsd, sql } from '../../lib/client.mjs';
import { nation, organisation } from '../../lib/organisations.mjs';
import { code, faults, workforce } from '../../lib/workforce.mjs';

const edit = (status, which, body, match = '*', as = nation) =>
  expect(status, 'PATCH', `/v1/organisations/${which}`, { ...as, body, headers: match ? { 'if-match': match } : {} });
let empty, force;

before(() => {
  empty = organisation('edit-empty');
  force = workforce(organisation('edit-full'), { A: { ends_on: '2024-12-31' } });
});

test('it is renamed and dated, and the tag tells', async () => {
  const tag = (await expect(200, 'GET', `/v1/organisations/${empty}`, nation)).headers.get('etag');
  const reply = await edit(200, empty, { name: 'Another name', region: 'Nowhere', ends_on: '2030-12-31' }, tag);
  assert.deepEqual([reply.json.name, reply.json.region, reply.json.ends_on], ['Another name', 'Nowhere', '2030-12-31']);
  assert.equal(code(await edit(412, empty, { name: 'Too late' }, tag)), 'version_changed');
  await edit(428, empty, { name: 'No tag' }, null);
  const again = await edit(200, reply.json.id, { region: null, ends_on: null }, reply.headers.get('etag'));
  assert.deepEqual([again.json.region, again.json.ends_on], [null, null]);
});

test('a migration leaves what the nation has edited', async () => {
  const { json, headers } = await expect(200, 'GET', '/v1/organisations/cnc', nation);
  await edit(200, 'cnc', { name: 'Civil Nuclear Constabulary (renamed)' }, headers.get('etag'));
  try {
    skillsd('migrate');
    assert.equal(sql("select name from organisation where code = 'cnc'")[0], 'Civil Nuclear Constabulary (renamed)');
  } finally {
    await edit(200, 'cnc', { name: json.name });
  }
});

test('it does not end, or begin, where somebody is posted to it', async () => {
  assert.deepEqual(faults(await edit(422, force.organisation, { ends_on: '2030-12-31' })), ['organisation_faulty', '/ends_on organisation_in_use']);
  assert.deepEqual(faults(await edit(422, force.organisation, { starts_on: '2020-01-02' })), ['organisation_faulty', '/starts_on organisation_in_use']);
  assert.deepEqual(faults(await edit(422, empty, { starts_on: '2020-01-01', ends_on: '2019-12-31' })), ['organisation_faulty', '/ends_on organisation_ends_before_it_starts']);
});

test('it is for those who keep the nation, and code and kind stay', async () => {
  await edit(403, force.organisation, { name: 'X' }, '*', force.hr);
  await edit(404, 'no-such', { name: 'X' });
  await edit(422, empty, {});
  for (const more of [{ code: 'new' }, { kind: 'national' }]) await edit(422, empty, more);
});
