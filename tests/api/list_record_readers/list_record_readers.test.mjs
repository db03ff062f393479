// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { all, expect, sql } from '../../lib/client.mjs';
import { officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

let force;
const readers = (person, query = '') => all(`/v1/record/readers${query}`, officer(person), 'readers');

before(() => {
  force = posted('merseyside', { HR: {}, A: {}, B: {}, C: {} });
});

test('whoever is read sees by whom, when, on whose behalf and by which office, newest first', async () => {
  await expect(200, 'GET', `/v1/people/${force.A}`, force.hr);
  await expect(200, 'GET', `/v1/people/${force.A}/assertions`, force.hr);
  await expect(200, 'GET', '/v1/people', force.hr);
  const seen = await readers(force.A);
  assert.deepEqual(seen.map(({ operation }) => operation), ['list_people', 'list_person_assertions', 'get_person']);
  for (const event of seen) {
    assert.match(event.reader, /^Test HR-/);
    assert.equal(event.organisation.code, 'merseyside');
    assert.deepEqual([...event.scopes].sort(), ['competencies:assess', 'workforce:read']);
    assert.equal(event.own, false);
    assert.equal(event.parameters, undefined, 'what was searched for is the reader\'s');
  }
  const times = seen.map(({ happened_at }) => happened_at);
  assert.deepEqual(times, [...times].sort().reverse());
});

test('one\'s own doings are told only when asked for', async () => {
  const body = { title: 'Mine', happened_on: '2026-01-05', learned: 'Something.' };
  await expect(201, 'POST', '/v1/activities', { ...officer(force.B), body });
  assert.deepEqual((await readers(force.B)).filter(({ own }) => own), []);
  const own = (await readers(force.B, '?own=true')).filter((event) => event.own);
  assert.deepEqual(own.map(({ operation, kind }) => [operation, kind]), [['log_activity', 'change']]);
  assert.equal(own[0].reader.startsWith('Test B-'), true);
});

test('nobody sees who read somebody else', async () => {
  await expect(200, 'GET', `/v1/people/${force.A}`, force.hr);
  const before = (await readers(force.C)).length;
  await expect(200, 'GET', `/v1/people/${force.A}`, force.hr);
  assert.equal((await readers(force.C)).length, before);
  assert.deepEqual(await readers(force.HR), [], 'HR was not read by anybody');
  await expect(403, 'GET', '/v1/record/readers', { as: 'college' });
});

test('pages hold every event once, before and after sealing', async () => {
  for (let i = 0; i < 7; i++) await expect(200, 'GET', `/v1/people/${force.C}`, force.hr);
  const paged = await readers(force.C, '?limit=2');
  await sleep(100);
  const whole = await readers(force.C, '?limit=500');
  assert.deepEqual(paged.map(({ id }) => id), whole.map(({ id }) => id));
  assert.ok(paged.length >= 7);
  for (let end = Date.now() + 20_000; Date.now() < end; await sleep(250))
    if (sql('select count(*) from audit_pending where $1::uuid = any (people)', force.C)[0] === '0') break;
  assert.deepEqual((await readers(force.C, '?limit=3')).map(({ id }) => id), whole.map(({ id }) => id), 'sealing moves no event');
});

test('a reader whose posting is sensitive has no name there', async () => {
  sql(`update posting set withheld = true from person
       where person.person_id = posting.person_id and person.id = $1::uuid`, force.HR);
  const seen = await readers(force.A);
  sql(`update posting set withheld = false from person
       where person.person_id = posting.person_id and person.id = $1::uuid`, force.HR);
  assert.ok(seen.length > 0 && seen.every(({ reader }) => reader === null));
});

test('the scope is needed', async () => {
  await expect(401, 'GET', '/v1/record/readers');
  await expect(400, 'GET', '/v1/record/readers?own=perhaps', officer(force.A));
});
