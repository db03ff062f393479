// SPDX-License-Identifier: MIT
// The audit trail: never an answer without an event, no event lost, and every tampering found and named.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { bearer, dropAfter, folder, freshDatabase, home, inDatabase, load, migratedDatabase, psql, run, serve, token, until } from '../lib/service.mjs';

const activity = JSON.stringify({ title: 'Sealed', happened_on: '2026-01-05', learned: 'That it cannot be changed.' });

// What is to be done after a test, the last first: a service ends before its database does.
function lastFirst(t) {
  const cleanups = [];
  t.after(async () => {
    for (const clean of cleanups) await clean();
  });
  return { after: (clean) => cleanups.unshift(clean) };
}

// A database with people, which nobody writes in: each place has a copy.
let people;

function peopled() {
  const settings = migratedDatabase({ after: (clean) => (people = { clean }) });
  const { status, stderr } = run(['demo', '--people', '60'], settings);
  assert.equal(status, 0, stderr);
  return Object.assign(people, { name: new URL(settings.SKILLSD_OWNER_URL).pathname.slice(1) });
}
after(() => people?.clean());

// A copy of it, and the settings of a service that seals every second into files of its own.
function place(t) {
  const database = freshDatabase(t, { like: (people ?? peopled()).name });
  const files = folder(t);
  const settings = {
    ...database, SKILLSD_SEAL_SECONDS: '1', SKILLSD_AUDIT_KEY: join(files, 'key.json'), SKILLSD_AUDIT_JWKS: join(files, 'jwks.json'), SKILLSD_AUDIT_HEADS: join(files, 'heads'),
  };
  const query = (sql) => psql(settings.SKILLSD_OWNER_URL, `set search_path = skills; ${sql}`).trim();
  const person = query("select person.id from person join posting using (person_id) where ends_before is null order by person_id desc limit 1");
  return { settings, query, person, hr: bearer(token('hr', settings)), officer: bearer(token('officer', settings)) };
}

const write = (service, { officer }) => service.ask('/v1/activities', { method: 'POST', headers: { ...officer, 'content-type': 'application/json' }, body: activity });
const read = (service, { hr, person }) => service.ask(`/v1/people/${person}`, { headers: hr });
const verify = (settings, ...parts) => run(['audit', 'verify', ...parts], settings);
const lines = (file) => readFileSync(file, 'utf8').trim().split('\n');
const headOf = (jws) => JSON.parse(Buffer.from(jws.split('.')[1], 'base64url'));
// A head is in the file a moment after it is in the database.
const sealed = (at) =>
  until('all is sealed, and the newest head in the file', 20, () => {
    const [pending, newest] = at.query('select (select count(*) from audit_pending), max(sequence) from audit_head').split('|').map(Number);
    return pending === 0 && headOf(lines(at.settings.SKILLSD_AUDIT_HEADS).at(-1)).sequence === newest;
  });

function assertWhole(at, replies) {
  const [events, first, last, links] = at.query(`select count(*), min(sequence), max(sequence), (select count(*) from audit_link) from audit_event`).split('|').map(Number);
  assert.deepEqual([first, last, links], [1, events, events], 'a gap');
  const told = new Set(at.query('select request_id from audit_event').split('\n'));
  const lost = replies.filter(({ status }) => status < 300).filter(({ headers }) => !told.has(headers['x-request-id']));
  assert.equal(lost.length, 0, `${lost.length} answers without an event`);
  const { status, stdout } = verify(at.settings);
  assert.equal(status, 0, stdout);
}

test('writers and readers at once: each has its event, numbers have no gap, and all of it is verified', { timeout: 120_000 }, async (context) => {
  const t = lastFirst(context);
  const at = place(t);
  const service = await serve(t, at.settings);
  await service.ready();
  const writers = load(6, () => write(service, at));
  const readers = load(6, () => read(service, at));
  await sleep(4000);
  const { replies, errors } = await writers.stop();
  const seen = await readers.stop();
  assert.deepEqual([...errors, ...seen.errors], []);
  assert.deepEqual([...new Set(replies.map(({ status }) => status))], [201]);
  await sealed(at);
  assertWhole(at, [...replies, ...seen.replies]);
  assert.equal(Number(at.query('select count(*) from audit_event')), replies.length + seen.replies.length);
  assert.ok(Number(at.query('select count(*) from audit_head')) >= 2);
  assert.equal(statSync(at.settings.SKILLSD_AUDIT_KEY).mode & 0o777, 0o600);
  assert.equal(headOf(lines(at.settings.SKILLSD_AUDIT_HEADS).at(-1)).sequence, replies.length + seen.replies.length);
  assert.ok(service.log.some(({ event, head }) => event === 'audit_sealed' && headOf(head).sequence > 0), 'heads are in the log');
});

test('a clerk that is killed between and within seals loses nothing', { timeout: 120_000 }, async (context) => {
  const t = lastFirst(context);
  const at = place(t);
  const service = await serve(t, at.settings);
  await service.ready();
  const writers = load(4, () => write(service, at));
  for (let i = 0; i < 4; i++) {
    const clerk = (await service.whole()).at(-1);
    await sleep(700 + 150 * i);
    process.kill(clerk, 'SIGKILL');
    await until('another clerk', 20, () => !service.workers().includes(clerk) && service.workers().length === 3);
  }
  const { replies, errors } = await writers.stop();
  assert.deepEqual(errors, []);
  await sealed(at);
  await until('the newest head in the file', 10, () => String(headOf(lines(at.settings.SKILLSD_AUDIT_HEADS).at(-1)).sequence) === at.query('select max(sequence) from audit_head'));
  assertWhole(at, replies);
});

test('connections that die under audited reads and writes: no answer without its event', { timeout: 120_000 }, async (context) => {
  const t = lastFirst(context);
  const at = place(t);
  const service = await serve(t, at.settings);
  await service.ready();
  const readers = load(8, () => read(service, at));
  const writers = load(4, () => write(service, at));
  const lost = ({ result }) => result.replies.some(({ status }) => status === 503);
  for (let i = 0; i < 12 || (i < 120 && !(lost(readers) && lost(writers))); i++) {
    await sleep(250);
    psql(at.settings.SKILLSD_DATABASE_URL, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'skillsd/write' and datname = current_database()");
  }
  await sleep(500);
  const seen = await readers.stop();
  const written = await writers.stop();
  assert.deepEqual([...seen.errors, ...written.errors], []);
  for (const { replies } of [seen, written]) {
    const statuses = new Set(replies.map(({ status }) => status));
    assert.deepEqual([...statuses].filter((status) => ![200, 201, 503].includes(status)), []);
    assert.ok(statuses.has(503), 'nothing was lost, so nothing was tried');
  }
  const refused = seen.replies.find(({ status }) => status === 503);
  assert.equal(refused.json.given_name, undefined);
  await sealed(at);
  assertWhole(at, [...seen.replies, ...written.replies]);
});

test('without its key the trail is written and not sealed, and serve says so', { timeout: 60_000 }, async (context) => {
  const t = lastFirst(context);
  const at = place(t);
  const service = await serve(t, { ...at.settings, SKILLSD_AUDIT_KEY: undefined });
  await service.ready();
  assert.equal((await write(service, at)).status, 201);
  await sleep(1500);
  assert.equal(at.query('select count(*) from audit_pending'), '1');
  assert.ok(service.log.some(({ event, level }) => event === 'audit_not_sealed' && level === 'warning'));
});

test('a new key: the old heads are still good, and the old public key is kept', { timeout: 120_000 }, async (context) => {
  const t = lastFirst(context);
  const at = place(t);
  for (const round of ['old', 'new']) {
    const service = await serve(t, { ...at.settings, SKILLSD_AUDIT_KEY: join(at.settings.SKILLSD_AUDIT_KEY, '..', `${round}.json`) });
    await service.ready();
    await write(service, at);
    await sealed(at);
    await service.stop();
  }
  assert.equal(JSON.parse(readFileSync(at.settings.SKILLSD_AUDIT_JWKS, 'utf8')).keys.length, 2);
  assert.equal(at.query('select count(distinct kid) from audit_head'), '2');
  assert.equal(verify(at.settings).status, 0);
});

test('a clerk that finds its heads disowned says so, and keeps the evidence', { timeout: 120_000 }, async (context) => {
  const t = lastFirst(context);
  const at = place(t);
  const first = await serve(t, at.settings);
  await first.ready();
  for (let i = 0; i < 3; i++) await write(first, at);
  await sealed(at);
  await first.stop();
  const kept = lines(at.settings.SKILLSD_AUDIT_HEADS); // one, or as many seals as there were meanwhile
  at.query('delete from audit_event where sequence > 1; delete from audit_link where sequence > 1; delete from audit_subject where sequence > 1; delete from audit_head');
  const second = await serve(t, at.settings);
  await second.ready();
  await write(second, at);
  await sealed(at);
  await until('the alarm', 10, () => second.log.some(({ event, head }) => event === 'audit_chain_broken' && kept.includes(head)));
  await until('the new head', 10, () => lines(at.settings.SKILLSD_AUDIT_HEADS).length === kept.length + 1);
  assert.deepEqual(lines(at.settings.SKILLSD_AUDIT_HEADS).slice(0, -1), kept);
  const { status, stdout } = verify(at.settings);
  assert.equal(status, 65);
  assert.match(stdout, /^head in .*: no such link|^events? .*missing at the end|the chain has another value there/m);
});

// One sealed trail, and copies of its database to be tampered with.
let original, cleanups;

before(async () => {
  cleanups = [];
  const t = { after: (clean) => cleanups.unshift(clean) };
  original = place(t);
  const service = await serve(t, original.settings);
  await service.ready();
  for (let batch = 0; batch < 3; batch++) {
    for (let i = 0; i < 3; i++) await write(service, original);
    for (let i = 0; i < 3; i++) await read(service, original);
    await sealed(original);
  }
  await service.stop();
  original.name = new URL(original.settings.SKILLSD_OWNER_URL).pathname.slice(1);
}, { timeout: 120_000 });

after(async () => {
  for (const clean of cleanups) await clean();
});

// A copy of the sealed database; `sql` runs in it as the owner.
function copy(t) {
  const name = `${original.name}_${Math.random().toString(36).slice(2, 8)}`;
  const owner = process.env.SKILLSD_OWNER_URL;
  psql(inDatabase(owner, 'postgres'), `create database ${name} template ${original.name}`);
  dropAfter(t, name);
  const settings = { ...original.settings, SKILLSD_OWNER_URL: inDatabase(owner, name), SKILLSD_DATABASE_URL: inDatabase(process.env.SKILLSD_DATABASE_URL, name) };
  return { settings, sql: (text) => psql(settings.SKILLSD_OWNER_URL, `set search_path = skills; ${text}`).trim() };
}

// Each tampering, and what must be said of it, the whole line or its beginning.
const id = (sequence) => original.query(`select id from audit_event where sequence = ${sequence}`);
const swap = (table, a, b) => `update ${table} set sequence = -1 where sequence = ${a}; update ${table} set sequence = ${a} where sequence = ${b}; update ${table} set sequence = ${b} where sequence = -1;`;
const columns = 'happened_at, request_id, operation, kind, issuer, subject, client, account_id, person, organisation_id, scopes, people, target, parameters, status';
const changes = {
  id: "gen_random_uuid()", happened_at: "happened_at + interval '1 microsecond'", request_id: "request_id || 'x'", operation: "'get_me'", kind: "'report'",
  issuer: "null", subject: "'somebody-else'", client: "'another'", account_id: 'account_id + 1', person: 'null', organisation_id: 'coalesce(organisation_id, 0) + 1',
  scopes: "'{}'", people: "'{}'", target: "'/v1/me'", parameters: `'{"x": "1"}'`, status: '304',
};
const tamperings = {
  ...Object.fromEntries(Object.entries(changes).map(([column, value]) => [`a changed ${column}`, { sql: `update audit_event set ${column} = ${value} where sequence = 6`, says: [/^event 6 \(.*\): it was changed/m] }])),
  'a changed event with its digest': { sql: "update audit_event set subject = 'x' where sequence = 6; update audit_link set digest = sha256('x') where sequence = 6", says: [/^event 6 \(.*\): it was changed/m, /^event 6 \(.*\): the chain is broken here/m] },
  'a deleted event': { sql: 'delete from audit_event where sequence = 6', says: [/^event 6: it is missing, and only its digest is left$/m] },
  'a deleted event with its link': { sql: 'delete from audit_event where sequence = 6; delete from audit_link where sequence = 6; delete from audit_subject where sequence = 6', says: [/^event 6: it is missing, and so is its link$/m] },
  'a deleted event whose number was closed up': {
    sql: ['audit_event', 'audit_link', 'audit_subject'].map((table) => `delete from ${table} where sequence = 6; update ${table} set sequence = -sequence where sequence > 6; update ${table} set sequence = -sequence - 1 where sequence < 0;`).join(''),
    says: [/^event 6 \(.*\): the chain is broken here/m],
  },
  'two events in each other\'s place': { sql: swap('audit_event', 4, 11), says: [/^event 4 \(.*\): it was moved, and was sealed as event 11$/m, /^event 11 \(.*\): it was moved, and was sealed as event 4$/m] },
  'two events and their links in each other\'s place': { sql: swap('audit_event', 4, 11) + swap('audit_link', 4, 11), says: [/^event 4 \(.*\): the chain is broken here/m, /^event 11 \(.*\): the chain is broken here/m] },
  'an event inserted at the end': { sql: `insert into audit_event (sequence, id, ${columns}) select 19, gen_random_uuid(), ${columns} from audit_event where sequence = 1`, says: [/^event 19 \(.*\): it was inserted, for it has no link in the chain$/m] },
  'an event inserted at the end with a link': {
    sql: `insert into audit_event (sequence, id, ${columns}) select 19, gen_random_uuid(), ${columns} from audit_event where sequence = 1;
          insert into audit_link select 19, digest, sha256(chain || digest) from audit_link where sequence = 18`,
    says: [/^event 19 \(.*\): it was changed/m, /^events 19 to 19: no signed head is over them$/m],
  },
  'an event inserted between, the others moved on': {
    sql: `update audit_event set sequence = -sequence where sequence > 6; update audit_event set sequence = 1 - sequence where sequence < 0;
          insert into audit_event (sequence, id, ${columns}) select 7, gen_random_uuid(), ${columns} from audit_event where sequence = 1`,
    says: [/^event 7 \(.*\): it was changed/m, /^event 8 \(.*\): it was moved, and was sealed as event 7$/m, /^event 19 \(.*\): it was inserted/m],
  },
  'an event inserted before the first': { sql: `insert into audit_event (sequence, id, ${columns}) select 0, gen_random_uuid(), ${columns} from audit_event where sequence = 1`, says: [/^event 0: it stands before the beginning$/m] },
  'the end cut off, its heads left': { sql: 'delete from audit_event where sequence > 12; delete from audit_link where sequence > 12; delete from audit_subject where sequence > 12', says: [/^events 13 to 18: they are missing at the end; the head /m] },
  'the end cut off with its heads': { sql: 'delete from audit_event where sequence > 12; delete from audit_link where sequence > 12; delete from audit_subject where sequence > 12; delete from audit_head where sequence > 12', says: [/^events 13 to 18: they are missing at the end; the head in .*heads, signed /m] },
  'all of it deleted': { sql: 'truncate audit_event, audit_link, audit_subject, audit_head', says: [/^events 1 to 18: they are missing at the end/m] },
  'a head with a signature that is not its own': { sql: "update audit_head set signature = left(signature, -4) || 'AAAA' where sequence = (select max(sequence) from audit_head)", says: [/^head in the database, over event 18: it has a signature that does not hold$/m] },
  'a head with another chain': { sql: "update audit_head set chain = sha256('x') where sequence = (select max(sequence) from audit_head)", says: [/^head in the database, over event 18: its row says other than its signature$/m] },
  'a head moved to another time': { sql: "update audit_head set sealed_at = sealed_at - interval '1 day'", says: [/its row says other than its signature$/m] },
  'an event hidden from whoever was read': { sql: 'delete from audit_subject where sequence = 6', says: [/^event 6: what is found by person .* is not what the event says$/m] },
};

for (const [what, { sql, says }] of Object.entries(tamperings)) {
  test(`found: ${what}`, { timeout: 60_000 }, (t) => {
    const at = copy(t);
    assert.equal(original.query('select max(sequence) from audit_link'), '18');
    const named = id(6);
    at.sql(sql);
    const { status, stdout } = verify(at.settings);
    assert.equal(status, 65, stdout);
    for (const line of says) assert.match(stdout, line);
    if (/^update audit_event set (?!id\b).* where sequence = 6$/.test(sql)) assert.ok(stdout.includes(named), 'the event is not named');
  });
}

test('the trail as it is has no fault, for the owner and for the serving role alike', () => {
  for (const settings of [original.settings, { ...original.settings, SKILLSD_OWNER_URL: undefined }]) {
    const { status, stdout } = verify(settings);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^18 events and \d+ heads verified: no faults\.$/m);
  }
});

// The chain as it would be if it had always been so: links and heads by somebody who can write all tables.
function rechain(at, from) {
  const statement = readFileSync(join(home, 'sql/queries/export_audit_events.sql'), 'utf8').replaceAll(':from_sequence', "'1'").replaceAll(':until_sequence', "'1000'");
  let chain = Buffer.alloc(32);
  for (const line of at.sql(`select row_to_json(x) from (${statement}) as x`).split('\n')) {
    const { sequence, event } = JSON.parse(line);
    const digest = createHash('sha256').update(event).digest();
    chain = createHash('sha256').update(chain).update(digest).digest();
    if (sequence >= from) at.sql(`update audit_link set digest = '\\x${digest.toString('hex')}', chain = '\\x${chain.toString('hex')}' where sequence = ${sequence}`);
  }
}

test('found: a chain made anew after a change, by its heads, and by one head that was kept', { timeout: 60_000 }, (t) => {
  const at = copy(t);
  at.sql("update audit_event set subject = 'nobody' where sequence = 6");
  rechain(at, 6);
  const byHeads = verify(at.settings);
  assert.equal(byHeads.status, 65);
  assert.match(byHeads.stdout, /^head in the database, signed .* over event \d+: the chain has another value there, so of the events \d+ to \d+ some are not what was sealed$/m);
  assert.doesNotMatch(byHeads.stdout, /it was changed|the chain is broken/);
  at.sql('delete from audit_head');
  const kept = lines(at.settings.SKILLSD_AUDIT_HEADS).at(-1);
  const inside = { ...at.settings, SKILLSD_AUDIT_HEADS: undefined };
  const byOne = verify(inside, '--head', kept);
  assert.equal(byOne.status, 65);
  assert.match(byOne.stdout, /^head given, signed .* over event 18: the chain has another value there/m);
  const nothing = verify(inside);
  assert.match(nothing.stdout, /^events 1 to 18: no signed head is over them$/m);
  assert.match(nothing.stderr, /No head from outside was given/);
});

test('found: heads signed by another key', { timeout: 60_000 }, async (context) => {
  const t = lastFirst(context);
  const at = copy(t);
  const files = folder(t);
  at.sql("update audit_event set subject = 'nobody' where sequence = 6");
  rechain(at, 6);
  at.sql('delete from audit_head');
  const service = await serve(t, { ...at.settings, SKILLSD_AUDIT_KEY: join(files, 'key'), SKILLSD_AUDIT_JWKS: join(files, 'jwks'), SKILLSD_AUDIT_HEADS: join(files, 'heads') });
  await service.ready();
  await write(service, original);
  await until('sealed again', 20, () => at.sql('select count(*) from audit_head') !== '0');
  await service.stop();
  const { status, stdout } = verify({ ...at.settings, SKILLSD_AUDIT_HEADS: undefined });
  assert.equal(status, 65);
  assert.match(stdout, /^head in the database, over event 19: it is signed by a key that is not among the known ones$/m);
});

test('found: an export that was cut off at its end, at a head or before the first', { timeout: 60_000 }, async (context) => {
  const t = lastFirst(context);
  const service = await serve(t, original.settings);
  await service.ready();
  const { json } = await service.ask('/v1/audit/export?from_sequence=1&until_sequence=1000', { headers: bearer(token('auditor', original.settings)) });
  const file = join(folder(t), 'export.json');
  const exported = (events) => (writeFileSync(file, JSON.stringify({ ...json, events })), verify(original.settings, '--export', file));
  assert.deepEqual([exported(json.events).status, json.events.length > 1], [0, true]);
  for (const left of [0, 1, json.events.length - 1]) {
    const { status, stdout } = exported(json.events.slice(0, left));
    assert.deepEqual([left, status], [left, 65]);
    assert.match(stdout, new RegExp(`^the export ends with event ${left}, and has a head over event `, 'm'));
  }
});

test('verify says what it needs', () => {
  assert.equal(verify({ ...original.settings, SKILLSD_AUDIT_JWKS: undefined }).status, 78);
  assert.equal(verify({ ...original.settings, SKILLSD_AUDIT_JWKS: '/nowhere' }).status, 66);
  assert.equal(verify({ ...original.settings, SKILLSD_OWNER_URL: undefined, SKILLSD_DATABASE_URL: undefined }).status, 78);
  assert.equal(run(['audit'], original.settings).status, 64);
  assert.equal(verify(original.settings, '--head', 'nonsense').status, 65);
  const empty = join(original.settings.SKILLSD_AUDIT_KEY, '..', 'empty');
  writeFileSync(empty, '');
  assert.ok(existsSync(empty));
  assert.equal(verify(original.settings, '--export', empty).status, 65);
});
