// SPDX-License-Identifier: MIT
// Tokens of oidc-provider: systems and people sign in, keys change while requests run, and the provider may be away.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { accepted, identified, identityDatabase, keySet, owner, register, status, onceKnown } from '../lib/identity.mjs';
import { makeKey } from '../lib/issuer.mjs';
import { Provider } from '../lib/provider.mjs';
import { bearer, load, until } from '../lib/service.mjs';

const settings = identityDatabase();
const provider = await new Provider({ keys: [makeKey()] }).start();
after(() => provider.stop().catch(() => {}));

register(settings, provider.url, '--national', '--scopes', 'record:read record:write workforce:read reports:organisation administration');
owner(settings, `insert into account (issuer, subject, title) values ('${provider.url}', 'system', 'A system of Dorset');
  insert into access_grant (account_id, organisation_id, scopes, granted_by)
  select account_id, organisation_id, '{workforce:read}', 'test' from account, organisation where subject = 'system' and code = 'dorset';
  with alice as (insert into person (given_name, family_name, synthetic) values ('Alice', 'Archer', true) returning person_id)
  insert into account (issuer, subject, person_id) select '${provider.url}', 'alice', person_id from alice`);

const people = async (service, token) => (await service.ask('/v1/people', { headers: bearer(token) })).status;

test('A system signs in with client credentials and does what it was granted', async (t) => {
  const service = await identified(t, settings, provider.url);
  const token = await provider.systemToken('workforce:read');
  await accepted(service, token);
  assert.equal(await people(service, token), 200);
  assert.equal(await people(service, await provider.systemToken('record:read')), 403);
  owner(settings, `update access_grant set ends_before = current_date, starts_on = current_date - 1 where granted_by = 'test'`);
  assert.equal(await people(service, token), 403, 'a grant that is over is gone at the next request');
});

test('A person signs in with an authorization code and PKCE, and reads the own record', async (t) => {
  const service = await identified(t, settings, provider.url);
  const token = await provider.personToken('alice', 'record:read');
  const payload = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
  assert.deepEqual([payload.sub, payload.aud, payload.scope, payload.client_id], ['alice', 'skillsd', 'record:read', 'pages']);
  await accepted(service, token);
  const me = await service.ask('/v1/me', { headers: bearer(token) });
  assert.equal(me.json.person.given_name, 'Alice');
  assert.equal((await service.ask('/v1/activities', { headers: bearer(token) })).status, 200);
});

test('Keys change while requests run: no good token is refused, a new one is accepted soon, and a removed key no more', async (t) => {
  const [old] = provider.keys;
  const fresh = makeKey();
  const service = await identified(t, settings, provider.url);
  const oldToken = await provider.systemToken('workforce:read');
  await accepted(service, oldToken);
  const running = load(4, () => service.ask('/v1/me', { headers: bearer(oldToken) }));

  await new Promise((resolve) => setTimeout(resolve, 3500)); // no issuer is asked more often
  provider.rotate([fresh, old]);
  const newToken = await provider.systemToken('workforce:read');
  const seconds = await accepted(service, newToken);
  t.diagnostic(`a token of a new key was accepted after ${seconds.toFixed(2)} s`);
  assert.ok(seconds < 3, `${seconds} s`);
  const both = load(4, () => service.ask('/v1/me', { headers: bearer(newToken) }));
  await new Promise((resolve) => setTimeout(resolve, 3000));
  for (const result of [await running.stop(), await both.stop()]) {
    assert.deepEqual(result.errors, []);
    assert.ok(result.replies.length > 20);
    assert.deepEqual([...new Set(result.replies.map((reply) => reply.status))].filter((code) => code !== 200), []);
  }

  provider.rotate([fresh]);
  await new Promise((resolve) => setTimeout(resolve, 3500));
  owner(settings, 'update issuer_key_set set due_at = now()');
  await onceKnown(service, 'the old key is refused', 8, async () => (await status(service, oldToken)) === 401);
  assert.equal(await status(service, newToken), 200);
});

test('While the provider is away its last keys stay in use, also after a restart of the service', async (t) => {
  const service = await identified(t, settings, provider.url);
  const token = await provider.systemToken('workforce:read');
  await accepted(service, token);
  const { port } = provider;
  await provider.stop();
  try {
    owner(settings, 'update issuer_key_set set due_at = now()');
    await until('the fault is known', 12, () => keySet(settings, provider.url).fault);
    assert.equal(await status(service, token), 200);
    await service.stop();
    const again = await identified(t, settings);
    await accepted(again, token);
    owner(settings, 'update issuer_key_set set due_at = now()');
    await until('it was asked again', 12, () => keySet(settings, provider.url).failures > 1);
    const lines = again.log.filter(({ event, issuer }) => event === 'keys_not_fetched' && issuer === provider.url);
    assert.equal(lines.length, 0, 'a fault that was known before is not logged again');
    assert.ok(keySet(settings, provider.url).jwks.keys.length > 0);
  } finally {
    provider.server = (await import('node:http')).createServer((request, response) => provider.callback(request, response));
    await provider.start(port);
  }
  owner(settings, 'update issuer_key_set set due_at = now()');
  await until('the fault is over', 12, () => keySet(settings, provider.url).fault === null);
});
