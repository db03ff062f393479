// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { before } from 'node:test';
import { expect, pointers, url } from '../../lib/client.mjs';
import { problem, scoped } from '../../lib/access.mjs';
import { claim, items, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// M moved from Bedfordshire to West Mercia with the year 2024.
let bedfordshire, mercia, old;
const share = async (body = {}) =>
  (await expect(201, 'POST', '/v1/shares', { ...officer(bedfordshire.M), body: { organisation: 'west-mercia', ...body } })).json;
const end = (status, id, options = officer(bedfordshire.M)) => expect(status, 'DELETE', `/v1/shares/${id}`, options);
const sees = async () => (await expect(200, 'GET', `/v1/people/${bedfordshire.M}/assertions?state=all`, mercia.hr)).json.assertions.some(({ id }) => id === old);

before(async () => {
  bedfordshire = posted('bedfordshire', { HR: {}, M: { ends_on: '2023-12-31', leaver_type: 'transfer' }, A: {} });
  mercia = posted('west-mercia', { HR: {}, M: { person_id: bedfordshire.M, starts_on: '2024-01-01', subject: '' } });
  const item = (await items('cop-cvf-2016'))['we-take-ownership'];
  old = (await claim(bedfordshire.M, { item, level: 1, valid_from: '2020-06-01', valid_until: '2020-12-31' })).id;
});

test('at the next request the organisation sees its own window again, and the share stays listed', async () => {
  const { id } = await share();
  assert.ok(await sees());
  assert.equal((await end(204, id)).text, '');
  assert.ok(!(await sees()));
  await expect(404, 'GET', `/v1/assertions/${old}`, mercia.hr);
  const [latest] = (await expect(200, 'GET', '/v1/shares', officer(bedfordshire.M))).json.shares;
  assert.deepEqual([latest.id, Math.abs(Date.now() - Date.parse(latest.ended_at)) < 60_000], [id, true]);
});

test('another share of the same days stands', async () => {
  const [first, second] = [await share({ until: '2020-12-31' }), await share()];
  await end(204, second.id);
  assert.ok(await sees());
  await end(204, first.id);
  assert.ok(!(await sees()));
});

test('a second time is 409', async () => {
  const { id } = await share();
  await end(204, id);
  assert.equal(problem(await end(409, id)), 'share_ended');
});

test('of many who end it at once one does, and none fails', async () => {
  const { id } = await share();
  const options = { method: 'DELETE', headers: { authorization: `Bearer ${scoped(bedfordshire.M, 'record:write').as.token}` } };
  const replies = await Promise.all(Array.from({ length: 6 }, () => fetch(`${url}/v1/shares/${id}`, options)));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [204, ...Array(5).fill(409)]);
  for (const reply of replies.filter(({ status }) => status === 409)) assert.equal(problem({ json: await reply.json() }), 'share_ended');
});

test('nobody ends what another shares, and what there is not', async () => {
  const { id } = await share();
  for (const options of [officer(bedfordshire.A), { as: 'officer' }]) await end(404, id, options);
  await end(404, randomUUID());
  await end(401, id, {});
  await end(403, id, scoped(bedfordshire.M, 'record:read'));
  for (const as of ['college', 'auditor', 'administrator']) await end(403, id, { as });
  assert.deepEqual(pointers(await end(400, 'mine?reason=x')), [':share_id', '?reason']);
  assert.ok(await sees());
  await end(204, id);
});
