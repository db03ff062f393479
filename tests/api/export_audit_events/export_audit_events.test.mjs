// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, skillsd, sql } from '../../lib/client.mjs';
import { posted } from '../../lib/posted.mjs';
import { eventsOf } from '../../lib/trail.mjs';

const folder = mkdtempSync(join(tmpdir(), 'skillsd-export-'));
after(() => rmSync(folder, { recursive: true }));
const nation = { as: 'auditor' };
const sha = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');
const bytes = (hex) => Buffer.from(hex, 'hex');
let sussex, first, last;

async function sealed() {
  for (let end = Date.now() + 30_000; Date.now() < end; await sleep(250)) {
    if (sql('select count(*) from audit_pending')[0] !== '0') continue;
    const [last] = sql('select max(sequence) from audit_link');
    return Number(last ?? 0);
  }
  throw new Error('it is not sealed');
}

before(async () => {
  sussex = posted('sussex', { HR: {}, A: {} });
  first = (await sealed()) + 1;
  for (let i = 0; i < 5; i++) await expect(200, 'GET', `/v1/people/${sussex.A}`, sussex.hr);
  last = await sealed();
});

const range = (from, until, options = nation) => expect(200, 'GET', `/v1/audit/export?from_sequence=${from}&until_sequence=${until}`, options);
const verify = (document) => {
  const file = join(folder, 'export.json');
  writeFileSync(file, typeof document === 'string' ? document : JSON.stringify(document));
  try {
    return { status: 0, out: skillsd('audit', 'verify', '--export', file) };
  } catch (error) {
    return { status: error.status, out: error.stdout };
  }
};

test('a range has its digests, its chain and a head over its end', async () => {
  const { json } = await range(first, first);
  assert.equal(json.meta.from_sequence, first);
  let chain = json.meta.previous_chain;
  for (const [i, { sequence, digest, chain: link, event }] of json.events.entries()) {
    assert.equal(sequence, first + i);
    assert.equal(digest, sha(event));
    chain = sha(bytes(chain), bytes(digest));
    assert.equal(link, chain);
  }
  const end = json.events.at(-1).sequence;
  assert.equal(json.meta.until_sequence, end);
  const head = JSON.parse(Buffer.from(json.meta.heads.at(-1).split('.')[1], 'base64url'));
  assert.deepEqual([head.sequence, head.chain], [end, chain]);
});

test('skillsd verifies the file without the service, and names what was touched in it', async () => {
  const { text, json } = await range(first, last);
  const good = verify(text);
  assert.equal(good.status, 0, good.out);
  assert.match(good.out, /verified: no faults/);
  const touched = structuredClone(json);
  // Other tests leave events meanwhile, so that the second may be one of theirs.
  const which = touched.events.findIndex(({ event }) => event?.includes('get_person'));
  touched.events[which].event = touched.events[which].event.replace('get_person', 'get_parson');
  const changed = verify(touched);
  assert.equal(changed.status, 65);
  assert.match(changed.out, new RegExp(`^event ${first + which} \\(.*\\): it was changed`, 'm'));
  const shorter = structuredClone(json);
  shorter.events.splice(2, 1);
  assert.match(verify(shorter).out, new RegExp(`^event ${first + 2}: it is missing`, 'm'));
  assert.equal(verify('{}').status, 65);
});

test('events that are not for the auditor are digests only, and the proof holds', async () => {
  const other = posted('merseyside', { HR: {}, Auditor: {} });
  sql(`insert into access_grant (account_id, organisation_id, scopes, granted_by)
       select account.account_id, organisation.organisation_id, '{audit:read}', 'test'
       from account join person using (person_id), organisation
       where person.id = $1::uuid and organisation.code = 'merseyside'`, other.Auditor);
  const { text, json } = await range(first, last, { as: 'auditor', person: other.Auditor });
  assert.ok(json.events.length >= 5 && json.events.every(({ event }) => event === null));
  assert.equal(verify(text).status, 0);
});

test('a range beyond the end is empty, and one without its ends is refused', async () => {
  const { json } = await range(9007199254740990, 9007199254740991);
  assert.deepEqual([json.events, json.meta.heads], [[], []]);
  await expect(400, 'GET', '/v1/audit/export', nation);
  await expect(400, 'GET', '/v1/audit/export?from_sequence=0&until_sequence=1', nation);
  await expect(403, 'GET', '/v1/audit/export?from_sequence=1&until_sequence=1', sussex.hr);
});

test('the export is an event, written before the first byte', async () => {
  const reply = await range(first, last);
  const [event] = eventsOf(reply);
  assert.deepEqual([event.operation, event.kind, event.parameters.from_sequence], ['export_audit_events', 'report', String(first)]);
  assert.equal(eventsOf(await range(9007199254740990, 9007199254740991)).length, 1, 'an empty one too');
});
