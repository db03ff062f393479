// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, pointers, token, url } from '../../lib/client.mjs';
import { items, log, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

let derbyshire, item;

before(async () => {
  derbyshire = posted('derbyshire', { HR: {}, A: {}, B: {} });
  item = (await items('cop-cvf-2016'))['we-take-ownership'];
});

const logged = () => log(derbyshire.A, { minutes: 30, alignments: [{ item, level: 2 }], reflection: { tier: 'shared', body: 'Too open.' } });
const withdraw = (status, { id }, tag = '"1"', options = officer(derbyshire.A)) =>
  expect(status, 'DELETE', `/v1/activities/${id}`, { headers: tag ? { 'if-match': tag } : {}, ...options });
const read = async ({ id }) => (await expect(200, 'GET', `/v1/activities/${id}`, officer(derbyshire.A))).json;
const code = (reply) => reply.json.type.split('#')[1];

test('withdrawing is a last version that says the same, without the reflection; the first one is kept', async () => {
  const before = await logged();
  assert.equal((await withdraw(204, before)).text, '');
  const { changed_at, ...now } = await read(before);
  assert.deepEqual({ ...now, changed_at: before.changed_at }, { ...before, version: 2, status: 'withdrawn', reflection: null });
  const { json } = await expect(200, 'GET', `/v1/activities/${before.id}/versions`, officer(derbyshire.A));
  assert.deepEqual(json.versions, [{ ...now, changed_at }, before]);
});

test('it counts in the list and in the record no more', async () => {
  const mine = officer(derbyshire.B);
  const [kept, gone] = [await log(derbyshire.B, { item }), await log(derbyshire.B, { item })];
  const counted = async () => {
    const list = (await expect(200, 'GET', '/v1/activities', mine)).json.activities.length;
    const record = (await expect(200, 'GET', '/v1/record', mine)).json;
    return [list, Object.values(record).flat().find((each) => each?.item === item).activities];
  };
  assert.deepEqual(await counted(), [2, 2]);
  await withdraw(204, gone, '*', mine);
  assert.deepEqual(await counted(), [1, 1]);
  await withdraw(204, kept, '"1"', mine);
});

test('a second time is 409, whatever If-Match says, and makes no version', async () => {
  const before = await logged();
  await withdraw(204, before);
  for (const tag of ['"1"', '"2"', '*']) assert.equal(code(await withdraw(409, before, tag)), 'already_withdrawn');
  assert.equal((await read(before)).version, 2);
});

test('of many who withdraw at once one does', async () => {
  const { id } = await logged();
  const options = { method: 'DELETE', headers: { authorization: `Bearer ${token('officer', derbyshire.A)}`, 'if-match': '"1"' } };
  const replies = await Promise.all(Array.from({ length: 8 }, () => fetch(`${url}/v1/activities/${id}`, options)));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [204, ...Array(7).fill(409)]);
  assert.equal((await read({ id })).version, 2);
});

test('it wants If-Match with the version that holds', async () => {
  const before = await logged();
  await withdraw(428, before, null);
  assert.equal(code(await withdraw(412, before, '"2"')), 'version_changed');
  assert.deepEqual(await read(before), before);
});

test('not found for a colleague, for HR and for what is not there', async () => {
  const before = await logged();
  for (const options of [officer(derbyshire.B), derbyshire.hr]) await withdraw(404, before, '*', options);
  await withdraw(404, { id: derbyshire.A });
  assert.equal((await withdraw(400, { id: 'x' })).json.errors.length, 1);
  assert.deepEqual(pointers(await withdraw(400, { id: `${before.id}?reason=x` })), ['?reason']);
  assert.equal((await read(before)).status, 'recorded');
});

test('without a token 401, without record:write 403', async () => {
  const before = await logged();
  await withdraw(401, before, '"1"', {});
  await withdraw(403, before, '"1"', { as: { token: token('officer', derbyshire.A, 'record:read') } });
});
