// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect, pointers, sql } from '../../lib/client.mjs';
import { officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// A was posted in Avon until the end of 2024; C holds a covert posting there.
let avon, number;
const run = Date.now();
const provider = { as: 'provider' };
const course = (more = {}) => ({
  organisation: 'avon-and-somerset', staff_number: number.A, reference: `${run}-1`, title: 'Open source research', happened_on: '2024-05-03',
  learned: 'Where to look, and what to write down.', minutes: 360, ...more,
});
const record = (status, body, options = provider) => expect(status, 'POST', '/v1/completions', { ...options, body });

before(() => {
  avon = posted('avon-and-somerset', { HR: {}, A: { ends_on: '2024-12-31' }, C: { sensitive: 'yes' } });
  number = Object.fromEntries(['A', 'C'].map((name) => [name, sql('select staff_number from posting join person using (person_id) where person.id = $1::uuid', avon[name])[0]]));
});

test('a completion stands in the person\'s own record, with the provider as its source', async () => {
  const { json } = await record(201, course());
  assert.deepEqual(Object.keys(json), ['id', 'reference', 'recorded_at']);
  const activity = (await expect(200, 'GET', `/v1/activities/${json.id}`, officer(avon.A))).json;
  assert.deepEqual([activity.title, activity.type, activity.source, activity.minutes, activity.reflection],
    ['Open source research', 'course', 'Provider of courses', 360, null]);
});

test('the person may edit and withdraw it', async () => {
  const { id } = (await record(201, course({ reference: `${run}-2` }))).json;
  const edit = { ...officer(avon.A), body: { effect: 'Used twice.' }, headers: { 'if-match': '"1"' } };
  assert.equal((await expect(200, 'PATCH', `/v1/activities/${id}`, edit)).json.source, 'person');
  await expect(204, 'DELETE', `/v1/activities/${id}`, { ...officer(avon.A), headers: { 'if-match': '"2"' } });
});

test('the same reference is recorded once', async () => {
  const before = (await all('/v1/activities?status=all&limit=500', officer(avon.A), 'activities')).length;
  await record(201, course({ reference: `${run}-3` }));
  assert.equal((await record(409, course({ reference: `${run}-3`, title: 'Another title' }))).json.type, '/problems#completion_known');
  assert.equal((await all('/v1/activities?status=all&limit=500', officer(avon.A), 'activities')).length, before + 1);
});

test('nobody there, nobody there then, another force and somebody covert are told apart by nothing', async () => {
  const wrong = [{ staff_number: 'nobody' }, { happened_on: '2025-03-01' }, { organisation: 'mdp' }, { organisation: 'nowhere' }, { staff_number: number.C }];
  const replies = await Promise.all(wrong.map((more) => record(422, course({ reference: `${run}-4`, ...more }))));
  for (const { json } of replies)
    assert.deepEqual({ ...json, request_id: null }, { ...replies[0].json, request_id: null });
  assert.deepEqual(pointers(replies[0]), ['/staff_number']);
});

test('the day, the items and the codes are checked as for an activity', async () => {
  assert.deepEqual(pointers(await record(422, course({ reference: `${run}-5`, happened_on: '2124-01-01', staff_number: number.A }))), ['/staff_number']);
  assert.deepEqual(pointers(await record(422, course({ reference: `${run}-5`, type: 'nonsense' }))), ['/type']);
  assert.deepEqual(pointers(await record(422, course({ reference: `${run}-5`, alignments: [{ item: '00000000-0000-4000-8000-000000000000' }] }))), ['/alignments']);
  assert.deepEqual(pointers(await record(422, { organisation: 'avon-and-somerset', colour: 'red' })),
    ['/colour', '/happened_on', '/learned', '/reference', '/staff_number', '/title']);
});

test('a provider of one organisation records there and nowhere else', async () => {
  const mdp = posted('mdp', { HR: {}, L: {}, A: { staff_number: `A-${run}` } });
  sql(`insert into access_grant (account_id, organisation_id, scopes, granted_by)
       select account.account_id, o.organisation_id, '{completions:write}', 'test'
       from account join person using (person_id), organisation o where person.id = $1::uuid and o.code = 'mdp'`, mdp.L);
  const local = { as: 'provider', person: mdp.L };
  await record(201, course({ organisation: 'mdp', staff_number: `A-${run}`, reference: `${run}-7` }), local);
  await record(403, course({ reference: `${run}-8` }), local);
});

test('without the scope it is refused', async () => {
  for (const options of [officer(avon.A), avon.hr, { as: 'college' }, { as: 'auditor' }, { as: 'administrator' }])
    await record(403, course({ reference: `${run}-6` }), options);
  await expect(401, 'POST', '/v1/completions', { body: course() });
});
