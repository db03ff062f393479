// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, pointers } from '../../lib/client.mjs';
import { officer } from '../../lib/force.mjs';
import { code, workforce } from '../../lib/workforce.mjs';

// MOVED went from cambridgeshire to leicestershire, LEFT left the service; W is withheld.
let force, other, MOVED;
before(() => {
  force = workforce('cambridgeshire', { A: {}, B: {}, W: { sensitive: 'yes' }, MOVED: { ends_on: '2022-12-31', leaver_type: 'transfer' },
    LEFT: { ends_on: '2022-12-31', leaver_type: 'other' } });
  MOVED = force.MOVED;
  other = workforce('leicestershire', { MOVED: { person_id: MOVED, starts_on: '2023-01-01' } });
});

const edit = (status, person, body, as = force.hr, headers = { 'if-match': '*' }) => expect(status, 'PATCH', `/v1/people/${person}`, { ...as, headers, body });

test('names and email are changed by the version that was read', async () => {
  const read = await expect(200, 'GET', `/v1/people/${force.A}`, force.hr);
  const etag = read.headers.get('etag');
  const reply = await edit(200, force.A, { family_name: 'Married', email: 'a@example.invalid' }, force.hr, { 'if-match': etag });
  assert.deepEqual(reply.json, { ...read.json, family_name: 'Married', email: 'a@example.invalid' });
  assert.equal(code(await edit(412, force.A, { given_name: 'Late' }, force.hr, { 'if-match': etag })), 'version_changed');
  await edit(428, force.A, { given_name: 'Late' }, force.hr, {});
  const again = await edit(200, force.A, { email: null }, force.hr, { 'if-match': reply.headers.get('etag') });
  assert.deepEqual([again.json.family_name, again.json.email], ['Married', null]);
});

test('names are kept where the person is, or was last', async () => {
  assert.equal(code(await edit(403, MOVED, { family_name: 'Old' })), 'names_kept_elsewhere');
  assert.equal((await edit(200, MOVED, { family_name: 'New' }, other.hr)).json.family_name, 'New');
  assert.equal((await edit(200, force.LEFT, { family_name: 'Retired' })).json.family_name, 'Retired');
});

test('what is not one is refused with its place', async () => {
  assert.deepEqual(pointers(await edit(422, force.B, { given_name: ' ', family_name: '', email: 'x', staff_number: '1' })),
    ['/email', '/family_name', '/given_name', '/staff_number']);
  await edit(422, force.B, { given_name: null });
});

test('nobody else does, and not of themselves', async () => {
  assert.equal(code(await edit(403, force.HR, { family_name: 'Own' })), 'own_posting');
  await edit(404, force.B, { family_name: 'X' }, other.hr);
  await edit(404, force.W, { family_name: 'X' });
  await edit(200, force.W, { family_name: 'X' }, force.cleared);
  await edit(404, '00000000-0000-4000-8000-000000000000', { family_name: 'X' });
  await edit(403, force.B, { family_name: 'X' }, officer(force.B));
});
