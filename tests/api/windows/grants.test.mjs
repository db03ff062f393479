// SPDX-License-Identifier: MIT
// Several grants of one account: each is for what it says, and together they are no more than that.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect } from '../../lib/client.mjs';
import { give, organisationId, problem, scoped } from '../../lib/access.mjs';
import { claim, items } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// LEAD assesses u1 of the Metropolitan Police and reads its reports; BOTH is HR there, and line manager of u1 in North Yorkshire; COLLEGE has workforce:read for
// the nation. A works in u1, B in u2, Y in u1 of North Yorkshire.
let met, york, item, ofB;
const everything = 'record:read team:read workforce:read competencies:assess reports:organisation reports:national sensitive:read administration';
const as = (person, organisation) => ({ ...scoped(person, everything), headers: organisation ? { 'acting-organisation': organisationId(organisation) } : {} });
const people = async (options) => (await all('/v1/people?limit=500', options, 'people')).map(({ id }) => id);
const assess = (status, person, options) =>
  expect(status, 'POST', `/v1/people/${person}/assertions`, { ...options, body: { item, level: 1, basis: 'assessed', valid_from: '2024-01-01' } });

before(async () => {
  met = posted('metropolitan', { HR: {}, LEAD: { unit: 'u1' }, BOTH: { unit: 'u2' }, COLLEGE: { unit: 'u2' }, A: { unit: 'u1' }, B: { unit: 'u2' } });
  york = posted('north-yorkshire', { HR: {}, Y: { unit: 'u1' }, Z: { unit: 'u2' } });
  const [organisation, unit] = ['metropolitan', 'u1'];
  give(met.LEAD, 'team:read competencies:assess', { organisation, unit });
  give(met.LEAD, 'reports:organisation', { organisation });
  give(met.BOTH, 'workforce:read reports:organisation', { organisation });
  give(met.BOTH, 'team:read competencies:assess', { organisation: 'north-yorkshire', unit });
  give(met.COLLEGE, 'workforce:read competencies:assess reports:organisation team:read sensitive:read');
  item = (await items('cop-cvf-2016'))['we-take-ownership'];
  ofB = (await claim(met.B, { item, level: 1 })).id;
});

test('an assessor of a unit who reads the reports of the force sees the people of the unit alone', async () => {
  const lead = as(met.LEAD);
  await expect(200, 'GET', '/v1/reports/retention', lead);
  assert.ok((await people(lead)).includes(met.A));
  assert.ok(!(await people(lead)).includes(met.B));
  for (const target of [`/v1/people/${met.B}`, `/v1/people/${met.B}/assertions`, `/v1/assertions/${ofB}`]) await expect(404, 'GET', target, lead);
});

test('and assesses them alone, and withdraws nothing of others', async () => {
  const lead = as(met.LEAD);
  await assess(201, met.A, lead);
  await assess(404, met.B, lead);
  const { id } = (await assess(201, met.B, met.hr)).json;
  await expect(404, 'POST', `/v1/assertions/${id}/withdrawal`, { ...lead, body: {}, headers: { 'if-match': '"1"' } });
});

test('the figures of the force count all its people, for who reads nobody by office too', async () => {
  const strength = async (options) => (await expect(200, 'GET', '/v1/reports/retention', options)).json.rows.find(({ unit, worker_type }) => !unit && !worker_type).strength_at_end;
  assert.equal(await strength(as(met.LEAD)), await strength(met.hr));
});

test('scopes that are not for the nation have no effect when granted for it', async () => {
  for (const target of ['/v1/people', '/v1/reports/retention', `/v1/people/${met.A}`, '/v1/national/figures?measure=strength', '/v1/accounts'])
    await expect(403, 'GET', target, as(met.COLLEGE));
  await expect(404, 'GET', `/v1/assertions/${ofB}`, as(met.COLLEGE));
  await assess(403, met.A, as(met.COLLEGE));
  const { json } = await expect(200, 'GET', '/v1/me', as(met.COLLEGE));
  assert.deepEqual([json.scopes, json.acting_organisation], [['record:read'], null]);
});

test('who has grants for two forces says which one the request is for', async () => {
  for (const target of ['/v1/people', '/v1/reports/retention', `/v1/people/${met.A}`])
    assert.equal(problem(await expect(403, 'GET', target, as(met.BOTH))), 'organisation_not_chosen');
  await expect(200, 'GET', '/v1/record', as(met.BOTH));
  await expect(403, 'GET', '/v1/people', as(met.BOTH, 'kent'));
});

test('the grants for one never reach the other', async () => {
  const [home, away] = [as(met.BOTH, 'metropolitan'), as(met.BOTH, 'north-yorkshire')];
  const [here, there] = [await people(home), await people(away)];
  for (const person of [met.A, met.B]) assert.ok(here.includes(person) && !there.includes(person));
  assert.ok(there.includes(york.Y) && !there.includes(york.Z) && !here.includes(york.Y));
  await expect(404, 'GET', `/v1/people/${met.A}`, away);
  await expect(404, 'GET', `/v1/people/${york.Y}`, home);
  await expect(403, 'GET', '/v1/reports/retention', away);
  await assess(403, met.A, home);
  await assess(404, met.A, away);
  await assess(201, york.Y, away);
});
