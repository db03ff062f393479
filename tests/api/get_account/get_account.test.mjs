// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, pointers } from '../../lib/client.mjs';
import { accountOf, administrator, issuer, organisationId, scoped } from '../../lib/access.mjs';
import { officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// M came from Surrey to Staffordshire.
let staffordshire, surrey, admin, nation;
const read = (status, person, options = admin) => expect(status, 'GET', `/v1/accounts/${accountOf(person)}`, options);

before(() => {
  surrey = posted('surrey', { HR: {}, M: { ends_on: '2023-12-31', leaver_type: 'transfer' } });
  staffordshire = posted('staffordshire', { HR: {}, ADMIN: {}, NATION: {}, A: {}, M: { person_id: surrey.M, starts_on: '2024-01-01', subject: '' } });
  admin = administrator(staffordshire.ADMIN, 'staffordshire');
  nation = administrator(staffordshire.NATION);
});

test('an account with its person and the force that manages it', async () => {
  const reply = await read(200, staffordshire.A);
  const { person, organisation, title, closed_at } = reply.json;
  assert.deepEqual([reply.json.issuer, person, organisation, title, closed_at], [issuer, staffordshire.A, 'staffordshire', null, null]);
  assert.match(reply.json.subject, /^test-staffordshire-A-/);
  assert.equal(reply.headers.get('etag'), '"1"');
  await expect(304, 'GET', `/v1/accounts/${reply.json.id}`, { ...admin, headers: { 'if-none-match': '"1"' } });
});

test('a force reads the account of somebody who came with one; the other force manages it', async () => {
  assert.equal((await read(200, surrey.M)).json.organisation, 'surrey');
});

test('accounts of others are not found, like one that there is not', async () => {
  const stranger = (await expect(200, 'GET', '/v1/me', { as: 'officer' })).json.person.id;
  await read(404, stranger);
  await read(404, staffordshire.A, { as: 'administrator' });
  await read(404, staffordshire.A, nation);
  await expect(404, 'GET', `/v1/accounts/${staffordshire.A}`, admin);
});

test('an administrator of one force acts for no other', async () => {
  const headers = { 'acting-organisation': organisationId('surrey') };
  await read(403, staffordshire.A, { ...admin, headers });
  await read(403, surrey.M, { ...admin, headers });
});

test('bad parameters are named', async () => {
  const reply = await expect(400, 'GET', '/v1/accounts/me?colour=blue', { ...admin, headers: { 'acting-organisation': 'kent' } });
  assert.deepEqual(pointers(reply), [':account_id', '?colour', 'header:Acting-Organisation']);
});

test('without a token 401, without administration 403, for the own account too', async () => {
  await read(401, staffordshire.A, {});
  for (const options of [officer(staffordshire.A), staffordshire.hr, { as: 'college' }, { as: 'auditor' }, scoped(staffordshire.ADMIN, 'record:read')])
    await read(403, staffordshire.A, options);
});
