// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect, pointers, token } from '../../lib/client.mjs';
import { items, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// L serves Humberside to the end of 2022 and Lancashire from 2023 on.
let humberside, lancashire, L, cvf, item;

before(async () => {
  humberside = posted('humberside', { HR: {}, A: {}, L: { ends_on: '2022-12-31', leaver_type: 'transfer' } });
  L = humberside.L;
  lancashire = posted('lancashire', { HR: {}, L: { person_id: L, starts_on: '2023-01-01', joiner_type: 'transfer' } });
  cvf = await items('cop-cvf-2016');
  item = cvf['we-are-collaborative'];
});

const record = (status, person, body, options = humberside.hr) =>
  expect(status, 'POST', `/v1/people/${person}/assertions`, { ...options, body: { item, level: 1, basis: 'assessed', valid_from: '2024-01-01', ...body } });
const code = (reply) => reply.json.type.split('#')[1];

test('HR records on every basis but self, by the caller unless another assessor is named', async () => {
  const given = { level: 3, basis: 'accredited', assessor: 'College of Policing', evidence: 'Certificate 17', reason: 'Passed at the second go.', valid_until: '2199-12-31' };
  const { json, headers } = await record(201, humberside.A, given);
  const { id, recorded_at, ...rest } = json;
  assert.ok(recorded_at);
  assert.deepEqual(rest, {
    item, framework: 'cop-cvf-2016', code: 'we-are-collaborative', title: 'We are collaborative', level_title: 'Senior manager or executive',
    valid_from: '2024-01-01', state: 'held', withdrawn_on: null, withdrawal_reason: null, succeeds: null, succeeded_by: null, ...given,
  });
  assert.equal(headers.get('location'), `/v1/assertions/${id}`);
  for (const basis of ['assessed', 'endorsed']) assert.match((await record(201, humberside.A, { basis })).json.assessor, /^Test HR-/);
  assert.deepEqual((await all('/v1/assertions', officer(humberside.A), 'assertions')).map((each) => each.basis).sort(), ['accredited', 'assessed', 'endorsed']);
});

test('nobody assesses their own record', async () => {
  assert.equal(code(await record(403, humberside.HR)), 'own_record');
  assert.deepEqual(await all('/v1/assertions', humberside.hr, 'assertions'), []);
});

test('only for a time that overlaps a posting to the assessor\'s organisation', async () => {
  assert.equal((await record(201, L, { valid_from: '2022-12-31' })).json.valid_from, '2022-12-31');
  const late = await record(422, L, { valid_from: '2023-01-01' });
  assert.deepEqual([code(late), pointers(late)], ['not_posted_then', ['/valid_from']]);
  await record(201, L, { valid_from: '2023-01-01' }, lancashire.hr);
  await record(422, L, { valid_from: '2021-01-01', valid_until: '2022-12-31' }, lancashire.hr);
});

test('not found for HR of another organisation, refused to a colleague', async () => {
  await record(404, humberside.A, {}, lancashire.hr);
  await record(404, '00000000-0000-4000-8000-000000000000');
  await record(403, humberside.A, {}, officer(L));
});

test('the same Idempotency-Key records once', async () => {
  const options = { ...lancashire.hr, headers: { 'idempotency-key': `record-${L}` } };
  const first = await record(201, L, { level: 2, basis: 'endorsed' }, options);
  assert.equal((await record(201, L, { level: 2, basis: 'endorsed' }, options)).json.id, first.json.id);
});

test('a claim in another\'s name, unknown fields and what the scale lacks are refused at their places', async () => {
  const at = async (body) => pointers(await record(422, humberside.A, body));
  assert.deepEqual(await at({ basis: 'self', person: L, assessor: ' ' }), ['/assessor', '/basis', '/person']);
  assert.deepEqual(await at({ level: 4 }), ['/level']);
  assert.deepEqual(await at({ item: cvf.integrity }), ['/level']);
  assert.deepEqual(await at({ item: L }), ['/item']);
  assert.deepEqual(await at({ valid_until: '2023-12-31' }), ['/valid_until']);
});

test('without a token 401, without competencies:assess 403', async () => {
  await record(401, humberside.A, {}, {});
  await record(403, humberside.A, {}, { as: { token: token('hr', humberside.HR, 'workforce:read record:write') } });
});
