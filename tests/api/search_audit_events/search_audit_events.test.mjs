// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect, sql } from '../../lib/client.mjs';
import { officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';
import { eventsOf } from '../../lib/trail.mjs';

const nation = { as: 'auditor' };
let staffordshire, northumbria, own;
const search = (query, options = nation) => all(`/v1/audit/events?${query}`, options, 'events');

before(async () => {
  staffordshire = posted('staffordshire', { HR: {}, A: {}, Auditor: {} });
  northumbria = posted('northumbria', { HR: {}, B: {} });
  sql(`insert into access_grant (account_id, organisation_id, scopes, granted_by)
       select account.account_id, organisation.organisation_id, '{audit:read}', 'test'
       from account join person using (person_id), organisation
       where person.id = $1::uuid and organisation.code = 'staffordshire'`, staffordshire.Auditor);
  own = { as: 'auditor', person: staffordshire.Auditor };
  await expect(200, 'GET', `/v1/people/${staffordshire.A}`, staffordshire.hr);
  await expect(200, 'GET', `/v1/people/${northumbria.B}`, northumbria.hr);
  await expect(201, 'POST', '/v1/activities', { ...officer(staffordshire.A), body: { title: 'x', happened_on: '2026-01-05', learned: 'y' } });
});

test('an auditor of the nation finds by each filter', async () => {
  const about = await search(`person=${staffordshire.A}`);
  assert.ok(about.length >= 2 && about.every(({ people }) => people.includes(staffordshire.A)));
  const by = await search(`actor=${staffordshire.HR}`);
  assert.ok(by.length >= 1 && by.every(({ person }) => person === staffordshire.HR));
  const subject = by[0].subject;
  assert.deepEqual((await search(`subject=${encodeURIComponent(subject)}`)).map(({ id }) => id), (await search(`actor=${staffordshire.HR}`)).map(({ id }) => id));
  assert.ok((await search(`person=${staffordshire.A}&kind=change`)).every(({ operation }) => operation === 'log_activity'));
  assert.ok((await search(`person=${staffordshire.A}&operation=get_person`)).every(({ kind }) => kind === 'record'));
  const kents = await search('organisation=staffordshire&kind=record');
  assert.ok(kents.length > 0 && kents.every(({ organisation }) => organisation.code === 'staffordshire'));
  const [one] = about;
  assert.deepEqual((await search(`request_id=${one.request_id}`)).map(({ id }) => id), [one.id]);
  assert.deepEqual(await search(`person=${staffordshire.A}&from=2999-01-01T00:00:00Z`), []);
  assert.deepEqual(await search(`person=${staffordshire.A}&until=2001-01-01T00:00:00Z`), []);
  assert.ok((await search(`person=${staffordshire.A}&until=${one.happened_at}`)).every(({ id }) => id !== one.id), 'until is not included');
});

test('pages are in order and whole', async () => {
  const paged = await search(`person=${staffordshire.A}&limit=1`);
  assert.deepEqual(paged.map(({ id }) => id), (await search(`person=${staffordshire.A}&limit=500`)).map(({ id }) => id));
});

test('an auditor of an organisation sees what was done for it, and nothing else', async () => {
  const mine = await search('limit=500', own);
  assert.ok(mine.length > 0 && mine.every(({ organisation }) => organisation?.code === 'staffordshire'));
  assert.deepEqual(await search(`person=${northumbria.B}`, own), []);
  assert.deepEqual(await search('organisation=northumbria', own), []);
  assert.ok((await search(`person=${staffordshire.A}`, own)).every(({ operation }) => operation !== 'log_activity'), 'a person\'s own doing is done for nobody');
});

test('reading the trail is an event itself, with what was asked', async () => {
  const reply = await expect(200, 'GET', `/v1/audit/events?person=${staffordshire.A}&kind=record`, nation);
  const [event] = eventsOf(reply);
  assert.deepEqual([event.kind, event.operation, event.parameters.person], ['report', 'search_audit_events', staffordshire.A]);
  assert.deepEqual(event.scopes, ['audit:read']);
});

test('others may not', async () => {
  await expect(401, 'GET', '/v1/audit/events');
  await expect(403, 'GET', '/v1/audit/events', staffordshire.hr);
  await expect(403, 'GET', '/v1/audit/events', officer(staffordshire.A));
  await expect(400, 'GET', '/v1/audit/events?kind=gossip', nation);
  await expect(400, 'GET', '/v1/audit/events?from=yesterday', nation);
});
