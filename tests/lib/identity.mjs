// SPDX-License-Identifier: MIT
// A database and services for tests of identity: no issuer in the settings, all of them in the database.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { bearer, migratedDatabase, home, psql, run, serve, until } from './service.mjs';

// A migrated database that is gone after the tests of the file; its settings leave the settings' own issuer out.
export function identityDatabase(changes = {}) {
  return {
    ...migratedDatabase({ after }),
    SKILLSD_OIDC_ISSUER: undefined, SKILLSD_JWKS: undefined, SKILLSD_DEMO: '0', SKILLSD_DEMO_KEY: undefined, SKILLSD_KEYS_SECONDS: '300',
    ...changes,
  };
}

export const owner = (settings, sql) => psql(settings.SKILLSD_OWNER_URL, `set search_path = skills; ${sql}`);

// skillsd issuer URL ...; gives the identifier.
export function register(settings, url, ...more) {
  const { status, stdout, stderr } = run(['issuer', url, '--audience', 'skillsd', '--title', 'Test', ...more], settings);
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

// A service that is ready and knows the keys of these issuers; the test ends it.
export async function identified(t, settings, ...urls) {
  const service = await serve(t, settings);
  await service.ready();
  for (const url of urls) await fetched(settings, url);
  return service;
}

export const keySet = (settings, url) => {
  const line = owner(settings, `select row_to_json(k) from issuer_key_set k join issuer using (issuer_id) where url = '${url}'`).trim();
  return line ? JSON.parse(line) : undefined;
};

export const fetched = (settings, url) => until(`keys of ${url}`, 10, () => keySet(settings, url)?.digest);

// The status of GET /v1/me with a token.
export const status = async (service, token) => (await service.ask('/v1/me', { headers: bearer(token) })).status;

// What the workers' verifiers should know by now, as the engine's own statement tells it to them.
const statement = readFileSync(join(home, 'sql/engine/verifying_keys.sql'), 'utf8').replace(':known', 'null');
const state = (settings) => owner(settings, statement).split('|')[0].trim();

// Whether each worker knows it.
function everywhere(service) {
  const [present, states] = [state(service.settings), Object.values(service.verifiers)];
  return states.length === service.size && states.every((each) => each === present);
}

// Until every worker knows the issuers and keys of now, and `look` is true.
export function onceKnown(service, what, seconds, look) {
  return until(what, seconds, async () => everywhere(service) && look());
}

// Until the service accepts the token; in seconds how long that took.
export async function accepted(service, token, seconds = 6) {
  const start = Date.now();
  await onceKnown(service, 'the token is accepted', seconds, async () => (await status(service, token)) === 200);
  return (Date.now() - start) / 1000;
}
