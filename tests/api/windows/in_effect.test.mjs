// SPDX-License-Identifier: MIT
// What is in effect is looked up with every request: dates, revocation, closing, and the scopes of the token at hand.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, sql } from '../../lib/client.mjs';
import { accountOf, administrator, give, scoped } from '../../lib/access.mjs';
import { posted } from '../../lib/posted.mjs';

// Northamptonshire: each of the others has a grant, or had one, or will have one.
let force, admin;
const organisation = 'northamptonshire';
const wide = 'record:read workforce:read reports:organisation competencies:assess sensitive:read audit:read administration';
const today = (offset = 0) => sql(`select london_today() + ${offset}`)[0];
const reads = (status, person, scope = wide) => expect(status, 'GET', '/v1/people', scoped(person, scope));

before(() => {
  force = posted(organisation, { HR: {}, ADMIN: {}, A: {}, B: {}, C: {}, D: {}, E: {}, F: {}, G: {} });
  admin = administrator(force.ADMIN, organisation);
});

test('a grant for the days from today on and for today alone is in effect, one to yesterday or from tomorrow is not', async () => {
  give(force.A, 'workforce:read', { organisation, ends_before: today() });
  await reads(403, force.A);
  give(force.A, 'workforce:read', { organisation, starts_on: today(1) });
  await reads(403, force.A);
  give(force.A, 'workforce:read', { organisation, starts_on: today(), ends_before: today(1) });
  await reads(200, force.A);
});

test('a grant given by an administrator is there at the next request, and gone at the next after it was revoked', async () => {
  await reads(403, force.B);
  const body = { account: accountOf(force.B), organisation, scopes: ['workforce:read'] };
  const { id } = (await expect(201, 'POST', '/v1/grants', { ...admin, body })).json;
  await reads(200, force.B);
  await expect(204, 'DELETE', `/v1/grants/${id}`, { ...admin, headers: { 'if-match': '"1"' } });
  await reads(403, force.B);
});

test('one of two grants revoked leaves what the other gives', async () => {
  const [first] = [give(force.C, 'workforce:read reports:organisation', { organisation }), give(force.C, 'workforce:read', { organisation })];
  await expect(200, 'GET', '/v1/reports/retention', scoped(force.C, wide));
  await expect(204, 'DELETE', `/v1/grants/${first}`, { ...admin, headers: { 'if-match': '"1"' } });
  await expect(403, 'GET', '/v1/reports/retention', scoped(force.C, wide));
  await reads(200, force.C);
});

test('a closed account has nothing left, with the token that worked just before', async () => {
  give(force.D, 'workforce:read', { organisation });
  await reads(200, force.D);
  await expect(200, 'GET', '/v1/record', scoped(force.D, wide));
  await expect(204, 'DELETE', `/v1/accounts/${accountOf(force.D)}`, { ...admin, headers: { 'if-match': '"1"' } });
  await reads(403, force.D);
  await expect(403, 'GET', '/v1/record', scoped(force.D, wide));
});

test('a token with fewer scopes than granted has those of the token', async () => {
  give(force.E, 'workforce:read reports:organisation', { organisation });
  await reads(403, force.E, 'record:read reports:organisation');
  await expect(200, 'GET', '/v1/reports/retention', scoped(force.E, 'reports:organisation'));
  await expect(403, 'GET', '/v1/record', scoped(force.E, 'reports:organisation'));
  assert.deepEqual((await expect(200, 'GET', '/v1/me', scoped(force.E, 'reports:organisation'))).json.scopes, ['reports:organisation']);
});

test('a token with more scopes than granted has those of the grant', async () => {
  give(force.F, 'reports:organisation', { organisation });
  await reads(403, force.F);
  for (const target of ['/v1/accounts', '/v1/grants', `/v1/people/${force.A}`]) await expect(403, 'GET', target, scoped(force.F, wide));
  const { json } = await expect(200, 'GET', '/v1/me', scoped(force.F, wide));
  assert.deepEqual(json.scopes, ['record:read', 'reports:organisation']);
});

test('who asks about oneself reads the grants that are in effect, and no revoked one', async () => {
  const [kept, gone] = [give(force.G, 'workforce:read', { organisation }), give(force.G, 'audit:read', { organisation })];
  assert.ok(kept);
  await expect(204, 'DELETE', `/v1/grants/${gone}`, { ...admin, headers: { 'if-match': '"1"' } });
  give(force.G, 'reports:organisation', { organisation, starts_on: today(1) });
  const { json } = await expect(200, 'GET', '/v1/me', scoped(force.G, wide));
  assert.deepEqual(json.grants.map(({ scopes }) => scopes), [['workforce:read']]);
  assert.deepEqual([json.scopes, json.acting_organisation.code], [['record:read', 'workforce:read'], organisation]);
});
