// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect, pointers, token } from '../../lib/client.mjs';
import { londonDay } from '../../lib/days.mjs';
import { items, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

const target = '/v1/assertions';
let lincolnshire, cvf, item;

before(async () => {
  lincolnshire = posted('lincolnshire', { HR: {}, A: {}, B: {} });
  cvf = await items('cop-cvf-2016');
  item = cvf['we-take-ownership'];
});

const post = (status, body, options = {}) => expect(status, 'POST', target, { ...officer(lincolnshire.A), body, ...options });

test('a claim is on basis self, by nobody else, and is found where Location says', async () => {
  const reply = await post(201, { item, level: 2, evidence: 'Led the night shift.', reason: 'I led it.', valid_from: '2024-02-01', valid_until: '2024-03-31' });
  const { id, recorded_at, ...rest } = reply.json;
  assert.deepEqual(rest, {
    item, framework: 'cop-cvf-2016', code: 'we-take-ownership', title: 'We take ownership', level: 2, level_title: 'Supervisor or middle manager',
    basis: 'self', assessor: null, evidence: 'Led the night shift.', reason: 'I led it.', valid_from: '2024-02-01', valid_until: '2024-03-31', state: 'ended',
    withdrawn_on: null, withdrawal_reason: null, succeeds: null, succeeded_by: null,
  });
  assert.ok(Math.abs(Date.now() - Date.parse(recorded_at)) < 60_000);
  assert.equal(reply.headers.get('etag'), '"1"');
  assert.equal(reply.headers.get('location'), `${target}/${id}`);
  assert.deepEqual((await expect(200, 'GET', `${target}/${id}`, officer(lincolnshire.A))).json, reply.json);
});

test('it begins today and has no end unless it says so; what has no levels takes none', async () => {
  const { json } = await post(201, { item: cvf.integrity });
  const today = londonDay(0, json.recorded_at);
  assert.deepEqual([json.valid_from, json.valid_until, json.state, json.level, json.level_title], [today, null, 'held', null, null]);
  assert.equal((await post(201, { item, level: 1, valid_from: '2199-01-01' })).json.state, 'future');
});

test('the same Idempotency-Key gets the first reply again and claims once', async () => {
  const options = { ...officer(lincolnshire.B), headers: { 'idempotency-key': `claim-${lincolnshire.B}` } };
  const first = await post(201, { item, level: 3 }, options);
  assert.deepEqual((await post(201, { item, level: 3 }, options)).json, first.json);
  await post(422, { item, level: 2 }, options);
  assert.equal((await all(target, officer(lincolnshire.B), 'assertions')).length, 1);
});

test('what the scale, the item or the calendar does not allow is refused at its place', async () => {
  const refused = async (body, pointer, code) => {
    const reply = await post(422, body);
    assert.deepEqual(reply.json.errors.map((fault) => [fault.pointer, fault.code]), [[pointer, code]]);
  };
  await refused({ item, level: 4 }, '/level', 'level_not_on_scale');
  await refused({ item }, '/level', 'level_required');
  await refused({ item: cvf.integrity, level: 1 }, '/level', 'item_without_levels');
  await refused({ item: lincolnshire.A, level: 1 }, '/item', 'item_not_found');
  await refused({ item, level: 1, valid_from: '2024-01-02', valid_until: '2024-01-01' }, '/valid_until', 'valid_until_before_valid_from');
  await refused({ item, level: 1, valid_from: '1949-12-31' }, '/valid_from', 'day_too_early');
  await refused({ item, level: 1, valid_from: '2023-02-29' }, '/valid_from', 'format');
});

test('unknown fields, a basis among them, and bad ones are all named at once', async () => {
  const reply = await post(422, { item: 'x', level: 0, basis: 'assessed', assessor: 'Me', evidence: '' });
  assert.deepEqual(pointers(reply), ['/assessor', '/basis', '/evidence', '/item', '/level']);
  assert.deepEqual(pointers(await post(422, {})), ['/item']);
});

test('without a token 401; without record:write, or as a system, 403', async () => {
  await expect(401, 'POST', target, { body: { item, level: 1 } });
  await expect(403, 'POST', target, { as: { token: token('officer', lincolnshire.A, 'record:read') }, body: { item, level: 1 } });
  await expect(403, 'POST', target, { as: 'college', body: { item, level: 1 } });
});
