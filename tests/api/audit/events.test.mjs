// SPDX-License-Identifier: MIT
// Which requests leave an event in the audit trail, and what it says.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { before } from 'node:test';
import { call, expect, sql, token } from '../../lib/client.mjs';
import { items, officer } from '../../lib/force.mjs';
import { edition } from '../../lib/national.mjs';
import { posted } from '../../lib/posted.mjs';
import { eventsOf, mentions } from '../../lib/trail.mjs';

let staffordshire, item, mine;

before(async () => {
  staffordshire = posted('staffordshire', { HR: {}, A: {}, B: {} });
  item = Object.values(await items('cop-cvf-2024')).at(-1);
  mine = officer(staffordshire.A);
});

const activity = (more = {}) => ({ title: 'A course', happened_on: '2026-01-05', learned: 'That it is written down.', ...more });
const only = (reply) => {
  const events = eventsOf(reply);
  assert.equal(events.length, 1, JSON.stringify(events));
  return events[0];
};

test('HR reading somebody leaves an event about that person, with office, scopes and organisation', async () => {
  const event = only(await expect(200, 'GET', `/v1/people/${staffordshire.A}`, staffordshire.hr));
  assert.equal(event.kind, 'record');
  assert.equal(event.operation, 'get_person');
  assert.equal(event.person, staffordshire.HR);
  assert.equal(event.organisation, 'staffordshire');
  assert.deepEqual(event.people, [staffordshire.A]);
  assert.deepEqual([...event.scopes].sort(), ['competencies:assess', 'workforce:read']);
  assert.equal(event.target, `/v1/people/${staffordshire.A}`);
  assert.deepEqual(event.parameters, { person_id: staffordshire.A });
  assert.equal(event.status, 200);
});

test('a list of somebody\'s that turns out empty was a look at the record all the same', async () => {
  const reply = await expect(200, 'GET', `/v1/people/${staffordshire.A}/assertions?basis=accredited`, staffordshire.hr);
  assert.deepEqual(reply.json.assertions, []);
  assert.deepEqual(only(reply).people, [staffordshire.A]);
});

test('that sensitive:read was in effect is told with the scopes', async () => {
  const { K } = posted('staffordshire', { HR: {}, K: {} });
  sql(`insert into access_grant (account_id, organisation_id, scopes, granted_by)
       select account_id, o.organisation_id, '{workforce:read,sensitive:read}', 'test' from account join person using (person_id), organisation o
       where person.id = $1::uuid and o.code = 'staffordshire'`, K);
  const cleared = { as: { token: token('officer', K, 'workforce:read sensitive:read') } };
  assert.deepEqual(only(await expect(200, 'GET', `/v1/people/${staffordshire.A}`, cleared)).scopes, ['workforce:read', 'sensitive:read']);
});

test('a list leaves one event about everybody on the page, and about nobody twice or beyond it', async () => {
  const all = only(await expect(200, 'GET', '/v1/people', staffordshire.hr));
  assert.ok(all.people.includes(staffordshire.A) && all.people.includes(staffordshire.B) && !all.people.includes(staffordshire.HR));
  assert.equal(new Set(all.people).size, all.people.length);
  const page = await expect(200, 'GET', '/v1/people?limit=1', staffordshire.hr);
  const shown = page.json.people.map(({ id }) => id).filter((id) => id !== staffordshire.HR);
  const events = eventsOf(page);
  assert.deepEqual(events.flatMap(({ people }) => people), shown);
});

test('what is sent again as unchanged, or by HEAD, or as CSV, was read all the same', async () => {
  const target = `/v1/people/${staffordshire.A}`;
  const first = await expect(200, 'GET', target, staffordshire.hr);
  const again = await expect(304, 'GET', target, { ...staffordshire.hr, headers: { 'if-none-match': first.headers.get('etag') } });
  assert.equal(only(again).status, 304);
  only(await expect(200, 'HEAD', target, staffordshire.hr));
  only(await expect(200, 'GET', '/v1/people', { ...staffordshire.hr, headers: { accept: 'text/csv' } }));
});

test('one\'s own record, and what is not found, leave no event', async () => {
  await expect(201, 'POST', '/v1/activities', { ...mine, body: activity() });
  for (const target of ['/v1/activities', '/v1/record', '/v1/skills', '/v1/record/export', '/v1/me', '/v1/record/readers'])
    assert.deepEqual(eventsOf(await call('GET', target, mine)), [], target);
  assert.deepEqual(eventsOf(await expect(200, 'GET', `/v1/people/${staffordshire.HR}`, staffordshire.hr)), [], 'HR reading oneself');
  assert.deepEqual(eventsOf(await expect(404, 'GET', `/v1/people/${randomUUID()}`, staffordshire.hr)), []);
  assert.deepEqual(eventsOf(await expect(403, 'GET', `/v1/people/${staffordshire.A}`, { as: 'college' })), []);
});

test('a change of one\'s own record is an event about oneself, at the place of what was made', async () => {
  const made = await expect(201, 'POST', '/v1/activities', { ...mine, body: activity() });
  const event = only(made);
  assert.equal(event.kind, 'change');
  assert.deepEqual([event.person, event.people, event.scopes], [staffordshire.A, [staffordshire.A], ['record:write']]);
  assert.equal(event.target, made.headers.get('location'));
  assert.equal(event.status, 201);
  const target = event.target;
  const edited = await expect(200, 'PATCH', target, { ...mine, body: { minutes: 30 }, headers: { 'if-match': '"1"' } });
  assert.equal(only(edited).operation, 'edit_activity');
  const withdrawn = await expect(204, 'DELETE', target, { ...mine, headers: { 'if-match': '"2"' } });
  assert.equal(only(withdrawn).status, 204);
});

test('an assessor\'s assertion is an event about the person, and so is its reading and withdrawal', async () => {
  const made = await expect(201, 'POST', `/v1/people/${staffordshire.A}/assertions`, { ...staffordshire.hr, body: { item, basis: 'endorsed', level: 1, valid_from: '2026-01-01' } });
  assert.deepEqual([only(made).people, only(made).scopes], [[staffordshire.A], ['competencies:assess']]);
  const target = made.headers.get('location');
  const read = only(await expect(200, 'GET', target, staffordshire.hr));
  assert.deepEqual([read.people, read.operation], [[staffordshire.A], 'get_assertion']);
  assert.ok(!read.scopes.includes('record:read'), 'one\'s own scope does not open another\'s record');
  assert.deepEqual(eventsOf(await expect(200, 'GET', target, mine)), []);
  assert.deepEqual(only(await expect(200, 'GET', `/v1/people/${staffordshire.A}/assertions`, staffordshire.hr)).people, [staffordshire.A]);
});

test('what is refused changes nothing and leaves no event', async () => {
  assert.deepEqual(eventsOf(await expect(422, 'POST', '/v1/activities', { ...mine, body: activity({ happened_on: '2999-01-01' }) })), []);
  assert.deepEqual(eventsOf(await expect(422, 'POST', '/v1/activities', { ...mine, body: activity({ minutes: 0 }) })), []);
});

test('a request repeated under its key is one change and one event', async () => {
  const key = { headers: { 'idempotency-key': randomUUID() } };
  const first = await expect(201, 'POST', '/v1/activities', { ...mine, ...key, body: activity() });
  const second = await expect(201, 'POST', '/v1/activities', { ...mine, ...key, body: activity() });
  assert.equal(second.text, first.text);
  assert.deepEqual([eventsOf(first).length, eventsOf(second).length], [1, 0]);
});

test('a report is an event, and names nobody', async () => {
  const event = only(await expect(200, 'GET', '/v1/reports/development?framework=cop-cvf-2024', staffordshire.hr));
  assert.deepEqual([event.kind, event.people, event.organisation], ['report', [], 'staffordshire']);
  assert.equal(event.parameters.framework, 'cop-cvf-2024');
  only(await expect(200, 'GET', `/v1/national/figures?measure=strength&organisation=all&quarter_end=${edition()}`, { as: 'college' }));
});

test('free text is in no event: neither what is written nor what is searched for', async () => {
  const mark = `marker${process.pid}x${Date.now()}`;
  const made = await expect(201, 'POST', '/v1/activities', {
    ...mine,
    body: activity({ title: mark, learned: mark, effect: mark, provider: mark, reflection: { tier: 'private', body: mark }, alignments: [{ item }] }),
  });
  const target = made.headers.get('location');
  await expect(200, 'PATCH', target, { ...mine, body: { title: `${mark} 2`, reflection: { tier: 'shared', body: mark } }, headers: { 'if-match': '"1"' } });
  const claimed = await expect(201, 'POST', '/v1/assertions', { ...mine, body: { item, level: 1, evidence: mark, valid_from: '2026-01-01' } });
  await expect(200, 'POST', `${claimed.headers.get('location')}/withdrawal`, { ...mine, body: { reason: mark }, headers: { 'if-match': '"1"' } });
  await expect(201, 'POST', `/v1/people/${staffordshire.A}/assertions`, { ...staffordshire.hr, body: { item, basis: 'assessed', level: 1, evidence: mark, assessor: mark, valid_from: '2026-01-01' } });
  await expect(200, 'GET', `/v1/people?q=${mark}`, staffordshire.hr);
  const page = await expect(200, 'GET', '/v1/people?limit=1', staffordshire.hr);
  const next = page.headers.get('link').match(/<([^>]+)>/)[1];
  const followed = await expect(200, 'GET', next, staffordshire.hr);
  for (const { parameters } of eventsOf(followed)) assert.deepEqual(Object.keys(parameters), ['limit'], 'a cursor holds names');
  assert.equal(mentions(mark), 0);
  assert.ok(mentions(target.split('/').at(-1)) > 0, 'what is looked for would be found');
});

test('a hundred readers at once each leave their own event', async () => {
  const replies = await Promise.all(Array.from({ length: 100 }, () => expect(200, 'GET', `/v1/people/${staffordshire.B}`, staffordshire.hr)));
  for (const reply of replies) only(reply);
});
