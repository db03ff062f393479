// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect, pointers, token } from '../../lib/client.mjs';
import { items, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

const target = '/v1/activities';
const least = { title: 'Digital evidence day', happened_on: '2025-03-10', learned: 'What a hash proves.' };
let cheshire, cvf;

before(async () => {
  cheshire = posted('cheshire', { HR: {}, A: {}, B: {} });
  cvf = await items('cop-cvf-2016');
});

const post = (status, body, options = officer(cheshire.A)) => expect(status, 'POST', target, { ...options, body });

test('title, day and what was learned are enough', async () => {
  const reply = await post(201, least);
  const { id, recorded_at, changed_at, ...rest } = reply.json;
  assert.deepEqual(rest, {
    ...least, version: 1, status: 'recorded', effect: null, type: 'other', provider: null, minutes: null, stage: null, alignments: [], reflection: null, source: 'person',
  });
  assert.equal(changed_at, recorded_at);
  assert.ok(Math.abs(Date.now() - Date.parse(recorded_at)) < 60_000);
  assert.equal(reply.headers.get('etag'), '"1"');
  assert.equal(reply.headers.get('location'), `${target}/${id}`);
  assert.deepEqual((await expect(200, 'GET', `${target}/${id}`, officer(cheshire.A))).json, reply.json);
});

test('all of it is kept to the letter; alignments come back by name', async () => {
  const text = { title: 'Zażółć "naïve" 🚓', learned: 'Line one\nline two\t\\ end', effect: "O'Neill; drop table", provider: '<b>College</b>' };
  const more = { ...text, happened_on: '2024-02-29', minutes: 100000, stage: 'action', type: 'e_learning' };
  const alignments = [{ item: cvf['we-are-collaborative'] }, { item: cvf['we-take-ownership'], level: 2 }, { item: cvf.integrity, level: null }];
  const { json } = await post(201, { ...more, alignments, reflection: { body: 'Next time, sooner.' } });
  for (const [name, value] of Object.entries(more)) assert.equal(json[name], value);
  assert.deepEqual(json.alignments.map(({ framework, code, level }) => [framework, code, level]).sort(), [
    ['cop-cvf-2016', 'integrity', null], ['cop-cvf-2016', 'we-are-collaborative', null], ['cop-cvf-2016', 'we-take-ownership', 2],
  ]);
  assert.deepEqual(json.reflection, { tier: 'private', body: 'Next time, sooner.' });
});

test('a reflection is as open as it says', async () => {
  for (const tier of ['private', 'summary', 'shared']) assert.equal((await post(201, { ...least, reflection: { tier, body: 'x' } })).json.reflection.tier, tier);
});

test('what the calendar, a code list or a scale does not allow is refused at its place, and nothing is kept', async () => {
  const mine = officer(cheshire.B);
  const refused = async (more, pointer, code) => {
    const reply = await post(422, { ...least, ...more }, mine);
    assert.deepEqual(reply.json.errors.map((fault) => [fault.pointer, fault.code]), [[pointer, code]]);
  };
  const item = cvf['we-take-ownership'];
  await refused({ happened_on: '2199-01-01' }, '/happened_on', 'day_in_future');
  await refused({ happened_on: '1949-12-31' }, '/happened_on', 'day_too_early');
  await refused({ happened_on: '2023-02-29' }, '/happened_on', 'format');
  await refused({ type: 'picnic' }, '/type', 'type_not_known');
  await refused({ stage: 'rest' }, '/stage', 'stage_not_known');
  await refused({ alignments: [{ item: cheshire.A }] }, '/alignments', 'alignment_item_not_found');
  await refused({ alignments: [{ item: cvf.integrity, level: 1 }] }, '/alignments', 'alignment_item_without_levels');
  await refused({ alignments: [{ item, level: 4 }] }, '/alignments', 'alignment_level_not_on_scale');
  await refused({ alignments: [{ item, level: 1 }, { item: item.toUpperCase(), level: 2 }] }, '/alignments', 'alignment_item_repeated');
  assert.deepEqual(await all(target + '?status=all', mine, 'activities'), []);
});

test('missing, unknown and bad fields are all named at once', async () => {
  assert.deepEqual(pointers(await post(422, {})), ['/happened_on', '/learned', '/title']);
  const bad = { title: ' ', learned: 'x'.repeat(4001), minutes: 0, person: cheshire.B, source: 'lms', reflection: { tier: 'open' }, alignments: [{ level: 1.5 }] };
  assert.deepEqual(pointers(await post(422, { ...least, ...bad })), [
    '/alignments/0/item', '/alignments/0/level', '/learned', '/minutes', '/person', '/reflection/body', '/reflection/tier', '/source', '/title',
  ]);
  await expect(415, 'POST', target, { ...officer(cheshire.A), type: 'text/plain', body: least });
  await expect(400, 'POST', target, { ...officer(cheshire.A), body: least, raw: '{"title":' });
});

test('without a token 401; without record:write, or as a system, 403', async () => {
  await post(401, least, {});
  await post(403, least, { as: { token: token('officer', cheshire.A, 'record:read') } });
  await post(403, least, { as: 'college' });
});
