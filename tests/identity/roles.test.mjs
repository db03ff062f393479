// SPDX-License-Identifier: MIT
// What an issuer may assert: roles become scopes and stop at the next request when they are taken back; each of several issuers has its own limits.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { accepted, identified, identityDatabase, owner, register, status, onceKnown } from '../lib/identity.mjs';
import { Issuer, makeKey } from '../lib/issuer.mjs';
import { Provider } from '../lib/provider.mjs';
import { bearer } from '../lib/service.mjs';

const settings = identityDatabase();
const nation = await new Issuer(makeKey()).start();
const other = await new Issuer(makeKey()).start();
let roles = ['hr'];
const provider = await new Provider({ keys: [makeKey('RS256')], claims: () => ({ roles }) }).start();
after(() => Promise.all([nation.stop(), other.stop(), provider.stop()]));
register(settings, nation.url, '--national', '--administrator', 'root');

const administrator = () => nation.token({ claims: { sub: 'root', scope: 'administration' } });
const json = { 'content-type': 'application/json' };
const manage = (service, method, target, body, headers = {}) =>
  service.ask(target, { method, headers: { ...bearer(administrator()), ...json, ...headers }, body: body && JSON.stringify(body) });

async function registered(service, body) {
  const reply = await manage(service, 'POST', '/v1/issuers', { title: 'A force', audience: 'skillsd', ...body });
  assert.equal(reply.status, 201, reply.text);
  return reply;
}

test('A role in a token of oidc-provider gives scopes, until the role is taken back', async (t) => {
  const service = await identified(t, settings, nation.url);
  await accepted(service, administrator());
  const { json: issuer, headers } = await registered(service, {
    url: provider.url, scopes: ['record:read', 'workforce:read', 'reports:organisation'], organisations: ['dorset'],
    roles: [{ role: 'hr', scopes: ['workforce:read'] }, { role: 'analyst', scopes: ['reports:organisation'] }],
  });
  assert.deepEqual(issuer.roles.map(({ role, organisation }) => [role, organisation]), [['analyst', 'dorset'], ['hr', 'dorset']]);

  const token = await provider.systemToken('record:read');
  const people = async (bearing) => (await service.ask('/v1/people', { headers: bearer(bearing) })).status;
  await onceKnown(service, 'the role is in effect', 6, async () => (await people(token)) === 200);
  const me = await service.ask('/v1/me', { headers: bearer(token) });
  assert.ok(me.json.scopes.includes('workforce:read'));
  roles = ['another'];
  assert.equal(await people(await provider.systemToken('record:read')), 403, 'a role that means nothing gives nothing');

  const kept = issuer.roles.filter(({ role }) => role !== 'hr');
  const edited = await manage(service, 'PATCH', `/v1/issuers/${issuer.id}`, { roles: kept }, { 'if-match': headers.etag });
  assert.equal(edited.status, 200, edited.text);
  assert.equal(await people(token), 403, 'the very next request');
  assert.equal(owner(settings, `select count(*) from issuer_role where role = 'hr' and ends_before is not null`).trim(), '1');
});

test('Two issuers at once, each refused for what only the other may assert', async (t) => {
  const service = await identified(t, settings, nation.url);
  await accepted(service, administrator());
  const hr = { role: 'hr', scopes: ['workforce:read'] };
  const third = await new Issuer(makeKey()).start();
  t.after(() => third.stop());
  for (const [issuer, organisation] of [[other, 'kent'], [third, 'surrey']])
    await registered(service, { url: issuer.url, scopes: ['workforce:read'], organisations: [organisation], roles: [hr] });
  const ids = Object.fromEntries(owner(settings, `select code || ' ' || id from organisation where code in ('kent', 'surrey')`).trim().split('\n').map((line) => line.split(' ')));
  const ask = async (issuer, code) =>
    (await service.ask('/v1/people', { headers: { ...bearer(issuer.token({ claims: { scope: '', roles: ['hr'] } })), 'acting-organisation': ids[code] } })).status;
  await onceKnown(service, 'both are known', 6, async () => (await ask(other, 'kent')) === 200 && (await ask(third, 'surrey')) === 200);
  assert.equal(await ask(other, 'surrey'), 403);
  assert.equal(await ask(third, 'kent'), 403);
  const mixed = other.token({ key: third.keys[0], claims: { roles: ['hr'] } });
  assert.equal(await status(service, mixed), 401);
  const beyond = await service.ask('/v1/issuers', { headers: bearer(other.token({ claims: { scope: 'administration', roles: ['hr'] } })) });
  assert.equal(beyond.status, 403, 'a scope beyond those of the issuer is not in effect');
});

test('A retired issuer is refused at the next request, and brought back with its keys', async (t) => {
  const service = await identified(t, settings, nation.url);
  await accepted(service, administrator());
  const fourth = await new Issuer(makeKey()).start();
  t.after(() => fourth.stop());
  const { json: issuer, headers } = await registered(service, { url: fourth.url, scopes: ['workforce:read'], organisations: ['essex'], roles: [{ role: 'hr', scopes: ['workforce:read'] }] });
  const token = fourth.token({ claims: { scope: '', roles: ['hr'] } });
  const people = async () => (await service.ask('/v1/people', { headers: bearer(token) })).status;
  await onceKnown(service, 'it is known', 6, async () => (await people()) === 200);
  const gone = await manage(service, 'DELETE', `/v1/issuers/${issuer.id}`, undefined, { 'if-match': headers.etag });
  assert.equal(gone.status, 204, gone.text);
  assert.notEqual(await people(), 200, 'the very next request');
  await onceKnown(service, 'its tokens are refused whole', 6, async () => (await people()) === 401);
  const back = await manage(service, 'PATCH', `/v1/issuers/${issuer.id}`, { retired: false }, { 'if-match': '*' });
  assert.equal(back.status, 200, back.text);
  await onceKnown(service, 'it is accepted again', 6, async () => (await people()) === 200);
});

test('The person claim names a person of the issuer\'s one organisation by staff number', async (t) => {
  const service = await identified(t, settings, nation.url);
  await accepted(service, administrator());
  const fifth = await new Issuer(makeKey()).start();
  t.after(() => fifth.stop());
  await registered(service, { url: fifth.url, scopes: ['record:read'], organisations: ['sussex'], person_claim: 'employee_number' });
  owner(settings, `with bob as (insert into person (given_name, family_name, synthetic) values ('Bob', 'Brown', true) returning person_id)
    insert into posting (person_id, organisation_id, staff_number, worker_type, starts_on)
    select bob.person_id, organisation_id, code_of.staff_number, 'police_staff', '2020-01-01'
    from bob, organisation, (values ('sussex', 'S1'), ('norfolk', 'N1')) as code_of (code, staff_number) where organisation.code = code_of.code;`);
  const named = async (number) => {
    const reply = await service.ask('/v1/me', { headers: bearer(fifth.token({ claims: { employee_number: number } })) });
    return reply.status === 200 ? reply.json.person?.given_name ?? null : reply.status;
  };
  await onceKnown(service, 'it is known', 6, async () => (await named('S1')) === 'Bob');
  assert.equal(await named('N1'), null, 'a staff number of another organisation is nobody');
  assert.equal(await named(7), 401, 'a claim that is no text');
});
