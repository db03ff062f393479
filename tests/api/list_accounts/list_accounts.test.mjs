// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { before } from 'node:test';
import { all, csv, expect, pointers } from '../../lib/client.mjs';
import { accountOf, administrator, issuer, scoped } from '../../lib/access.mjs';
import { officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// Bedfordshire: A has two accounts of the force, one of them closed, T one that Gwent registered before T came; C has a covert posting.
let bedfordshire, admin, nation, closed, second;
const target = '/v1/accounts';
const list = async (query = '', options = admin) => (await expect(200, 'GET', `${target}?${query}`, options)).json.accounts;
const ids = (rows) => rows.map(({ id }) => id).sort();

before(async () => {
  bedfordshire = posted('bedfordshire', { HR: {}, ADMIN: {}, NATION: {}, A: {}, T: { starts_on: '2024-01-01' }, C: { sensitive: 'yes' } });
  admin = administrator(bedfordshire.ADMIN, 'bedfordshire');
  nation = administrator(bedfordshire.NATION);
  closed = accountOf(bedfordshire.A);
  const body = { issuer, subject: `bedfordshire-${randomUUID()}`, person: bedfordshire.A };
  second = (await expect(201, 'POST', target, { ...admin, body })).json;
  await expect(204, 'DELETE', `${target}/${closed}`, { ...admin, headers: { 'if-match': '"1"' } });
});

test('a person\'s accounts, the open ones unless asked otherwise', async () => {
  const person = `person=${bedfordshire.A}`;
  assert.deepEqual(await list(person), [second]);
  const [gone] = await list(`${person}&state=closed`);
  assert.deepEqual([gone.id, typeof gone.closed_at], [closed, 'string']);
  assert.deepEqual(ids(await list(`${person}&state=all`)), [closed, second.id].sort());
});

test('one account by issuer and subject', async () => {
  const query = `subject=${encodeURIComponent(second.subject)}`;
  assert.deepEqual(await list(query), [second]);
  assert.deepEqual(await list(`${query}&issuer=${encodeURIComponent(issuer)}`), [second]);
  assert.deepEqual(await list(`${query}&issuer=https://elsewhere.invalid`), []);
});

test('by issuer and subject, in pages of any size and as CSV', async () => {
  const whole = await list('limit=500&state=all');
  const keys = whole.map((row) => [row.issuer, row.subject].join('\n'));
  assert.deepEqual(keys, [...keys].sort());
  assert.ok(whole.length >= 6);
  for (const limit of [1, 3]) assert.deepEqual(await all(`${target}?limit=${limit}&state=all`, admin, 'accounts'), whole);
  const reply = await expect(200, 'GET', `${target}?limit=500&state=all`, { ...admin, headers: { accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text).map(({ id }) => id), whole.map(({ id }) => id));
});

test('nobody of another force and nobody withheld is there', async () => {
  const stranger = (await expect(200, 'GET', '/v1/me', { as: 'officer' })).json.person.id;
  assert.deepEqual(await list(`state=all&person=${stranger}`), []);
  assert.deepEqual(await list(`state=all&person=${bedfordshire.A}`, { as: 'administrator' }), []);
  for (const { organisation } of await list('limit=500&state=all')) assert.ok(organisation === 'bedfordshire' || organisation === null);
});

test('for the nation: accounts that stand for no person', async () => {
  const rows = await all(`${target}?limit=500&state=all`, nation, 'accounts');
  assert.ok(rows.some(({ subject }) => subject === 'college'));
  for (const row of rows) assert.ok(row.person === null || row.person === bedfordshire.NATION, JSON.stringify(row));
});

test('bad parameters are all named at once', async () => {
  const reply = await expect(400, 'GET', `${target}?issuer=&subject=&person=me&state=x&limit=0&after=!&colour=blue`, admin);
  assert.deepEqual(pointers(reply), ['?after', '?colour', '?issuer', '?limit', '?person', '?state', '?subject']);
});

test('without a token 401, without administration 403', async () => {
  await expect(401, 'GET', target);
  for (const options of [officer(bedfordshire.A), bedfordshire.hr, { as: 'college' }, { as: 'auditor' }, scoped(bedfordshire.ADMIN, 'record:read')])
    await expect(403, 'GET', target, options);
});
