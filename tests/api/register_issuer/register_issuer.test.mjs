// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expect, pointers, sql } from '../../lib/client.mjs';
import { administratorOf, nation, newUrl, wanted } from '../../lib/issuers.mjs';

const post = (status, body, as = nation) => expect(status, 'POST', '/v1/issuers', { ...as, body });

test('An issuer is registered with organisations by code or identifier, and roles', async () => {
  const [kent] = sql(`select id from organisation where code = 'kent'`);
  const url = newUrl();
  const reply = await post(201, wanted({
    url, organisations: ['north-wales', kent],
    roles: [{ role: 'HR', organisation: 'kent', scopes: ['workforce:read'], starts_on: '2026-01-01', ends_on: '2030-12-31' }],
  }));
  const { id, organisations, roles, keys, ...rest } = reply.json;
  assert.equal(reply.headers.get('location'), `/v1/issuers/${id}`);
  assert.equal(reply.headers.get('etag'), '"1"');
  assert.deepEqual(organisations.map(({ code }) => code), ['kent', 'north-wales']);
  assert.deepEqual(roles, [{ role: 'HR', organisation: 'kent', scopes: ['workforce:read'], starts_on: '2026-01-01', ends_on: '2030-12-31' }]);
  assert.deepEqual([rest.url, rest.person_claim, rest.role_claim, rest.national, rest.retired_at], [url, null, 'roles', false, null]);
  assert.deepEqual(keys.kids, []);
});

test('A role without an organisation is one of the only organisation', async () => {
  const reply = await post(201, wanted({ roles: [{ role: 'hr', scopes: ['workforce:read'] }] }));
  assert.equal(reply.json.roles[0].organisation, 'north-wales');
});

const refused = {
  'an unknown organisation': [{ organisations: ['atlantis'] }, '/organisations', 'issuer_organisation_not_found'],
  'an organisation twice, by code and identifier': [() => ({ organisations: ['kent', sql(`select id from organisation where code = 'kent'`)[0]] }), '/organisations', 'issuer_organisation_repeated'],
  'no organisation and not national': [{ organisations: [] }, '/organisations', 'issuer_without_organisation'],
  'a person claim for several organisations': [{ organisations: ['kent', 'north-wales'], person_claim: 'employee_number' }, '/person_claim', 'person_claim_needs_one_organisation'],
  'a role of another organisation': [{ roles: [{ role: 'hr', organisation: 'kent', scopes: ['workforce:read'] }] }, '/roles', 'role_of_another_organisation'],
  'a role of none among several': [{ organisations: ['kent', 'north-wales'], roles: [{ role: 'hr', scopes: ['workforce:read'] }] }, '/roles', 'role_needs_organisation'],
  'a role with a scope that the issuer has not': [{ roles: [{ role: 'hr', scopes: ['audit:read'] }] }, '/roles', 'role_beyond_issuer'],
  'a role that ends before it begins': [{ roles: [{ role: 'hr', scopes: ['record:read'], starts_on: '2026-05-02', ends_on: '2026-05-01' }] }, '/roles', 'role_dates_reversed'],
};

for (const [what, [more, pointer, code]] of Object.entries(refused))
  test(`Refused with its place: ${what}`, async () => {
    const reply = await post(422, wanted(typeof more === 'function' ? more() : more));
    assert.deepEqual(reply.json.errors.map((fault) => [fault.pointer, fault.code]), [[pointer, code]]);
  });

test('A URL must be https, or http on loopback, and nothing but an issuer', async () => {
  const bad = ['http://login.example', 'https://user@login.example', 'https://login.example?a=b', 'https://login.example/#x', 'https://', 'ftp://login.example',
    'http://127.0.0.1.evil.example', 'https://login.example/ x', `https://login.example/${'x'.repeat(500)}`];
  for (const url of bad) assert.deepEqual(pointers(await post(422, wanted({ url }))), ['/url'], url);
});

test('Every fault of the form is told with its place', async () => {
  const reply = await post(422, { url: newUrl(), title: '', audience: 'a', scopes: ['everything'], roles: [{ role: 'x', scopes: [] }], note: 1 });
  assert.deepEqual(pointers(reply), ['/note', '/roles/0/scopes', '/scopes/0', '/title']);
});

test('A URL is registered once', async () => {
  const body = wanted();
  await post(201, body);
  const reply = await post(409, body);
  assert.deepEqual(reply.json.errors.map((fault) => [fault.pointer, fault.code]), [['/url', 'issuer_exists']]);
});

test('Nobody registers the issuer of the settings, which they use themselves, nor a force one that others sign in by', async () => {
  const url = process.env.SKILLSD_OIDC_ISSUER;
  for (const as of [undefined, administratorOf('north-wales')]) {
    const { json } = await post(409, wanted({ url }), as);
    assert.deepEqual(json.errors.map(({ pointer, code }) => [pointer, code]), [['/url', 'issuer_of_settings']]);
  }
  const others = newUrl();
  sql(`insert into account (issuer, subject, title) values ($1, 'somebody', 'Of another force')`, others);
  assert.match((await post(409, wanted({ url: others }), administratorOf('north-wales'))).json.type, /issuer_of_others$/);
  await post(201, wanted({ url: others }));
});

test('An administrator of one organisation registers issuers of it alone', async () => {
  const northWales = administratorOf('north-wales');
  const own = await post(201, wanted({ roles: [{ role: 'hr', scopes: ['workforce:read'] }] }), northWales);
  assert.equal(own.json.national, false);
  const beyond = [[{ organisations: ['kent'] }, 'issuer_organisation_not_yours'], [{ organisations: ['north-wales', 'kent'] }, 'issuer_organisation_not_yours'],
    [{ national: true }, 'issuer_national_not_yours'], [{ scopes: ['reports:national'] }, 'issuer_scope_not_yours'],
    ...['http://127.0.0.1:9/a', 'https://127.0.0.1:9/a', 'https://localhost/a', 'https://a.localhost', 'https://10.0.0.1', 'https://127.1', 'https://2130706433']
      .map((url) => [{ url }, 'issuer_loopback_not_yours'])];
  for (const [more, code] of beyond) assert.match((await post(403, wanted(more), northWales)).json.type, new RegExp(`${code}$`), code);
});

test('Nobody else registers one', async () => {
  for (const as of ['officer', 'hr', 'college', 'auditor']) await post(403, wanted(), { as });
  await expect(401, 'POST', '/v1/issuers', { body: wanted() });
});

test('The same Idempotency-Key registers once', async () => {
  const options = { ...nation, body: wanted(), headers: { 'idempotency-key': newUrl() } };
  const first = await expect(201, 'POST', '/v1/issuers', options);
  assert.equal((await expect(201, 'POST', '/v1/issuers', options)).json.id, first.json.id);
});
