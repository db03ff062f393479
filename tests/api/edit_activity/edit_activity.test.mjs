// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect, pointers, token, url } from '../../lib/client.mjs';
import { items, log, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

const full = { title: 'Cell site analysis', happened_on: '2025-03-10', learned: 'Masts.', effect: 'Faster.', provider: 'College', minutes: 60, stage: 'action', type: 'course' };
let cambridgeshire, cvf;

before(async () => {
  cambridgeshire = posted('cambridgeshire', { HR: {}, A: {}, B: {} });
  cvf = await items('cop-cvf-2016');
});

const logged = (more) => log(cambridgeshire.A, { ...full, ...more });
const patch = (status, { id }, body, tag = '"1"', options = officer(cambridgeshire.A)) =>
  expect(status, 'PATCH', `/v1/activities/${id}`, { headers: tag ? { 'if-match': tag } : {}, ...options, body });
const versions = ({ id }) => all(`/v1/activities/${id}/versions`, officer(cambridgeshire.A), 'versions');
const code = (reply) => reply.json.type.split('#')[1];

test('what is named changes, as a new version; what is absent stays', async () => {
  const before = await logged({ item: cvf.integrity, reflection: { tier: 'shared', body: 'Well.' } });
  const reply = await patch(200, before, { minutes: 90, title: 'Cell sites' });
  const { changed_at, ...now } = reply.json;
  assert.deepEqual({ ...now, changed_at: before.changed_at }, { ...before, version: 2, minutes: 90, title: 'Cell sites' });
  assert.ok(changed_at > before.changed_at);
  assert.equal(reply.headers.get('etag'), '"2"');
  assert.deepEqual((await expect(200, 'GET', `/v1/activities/${before.id}`, officer(cambridgeshire.A))).json, reply.json);
  assert.deepEqual(await versions(before), [reply.json, before]);
});

test('null removes, a type becomes other, and a required field cannot be removed', async () => {
  const before = await logged({ item: cvf.integrity, reflection: { body: 'x' } });
  const gone = { effect: null, provider: null, minutes: null, stage: null, reflection: null };
  const { json } = await patch(200, before, { ...gone, type: null, alignments: null });
  for (const [name, value] of Object.entries({ ...gone, type: 'other', alignments: [], title: full.title })) assert.deepEqual(json[name], value);
  assert.deepEqual(pointers(await patch(422, before, { title: null, happened_on: null, learned: null }, '"2"')), ['/happened_on', '/learned', '/title']);
});

test('a reflection is merged, alignments are replaced as a whole', async () => {
  const before = await logged({ alignments: [{ item: cvf.integrity }, { item: cvf['we-take-ownership'], level: 1 }], reflection: { body: 'First.' } });
  const opened = await patch(200, before, { reflection: { tier: 'summary' }, alignments: [{ item: cvf['we-take-ownership'], level: 2 }] });
  assert.deepEqual(opened.json.reflection, { tier: 'summary', body: 'First.' });
  assert.deepEqual(opened.json.alignments.map((each) => [each.code, each.level]), [['we-take-ownership', 2]]);
  const closed = await patch(200, before, { reflection: { tier: null, body: 'Second.' } }, '"2"');
  assert.deepEqual(closed.json.reflection, { tier: 'private', body: 'Second.' });
  const none = await logged();
  assert.deepEqual(pointers(await patch(422, none, { reflection: { tier: 'shared' } })), ['/reflection/body']);
});

test('a patch that changes nothing makes no version', async () => {
  const before = await logged({ alignments: [{ item: cvf['we-take-ownership'], level: 1 }, { item: cvf.integrity }], reflection: { body: 'x' } });
  const turned = [{ item: cvf.integrity, level: null }, { item: cvf['we-take-ownership'], level: 1 }];
  for (const body of [{}, full, { alignments: turned }, { reflection: { body: 'x' } }, { reflection: { tier: 'private' } }]) {
    const reply = await patch(200, before, body);
    assert.deepEqual(reply.json, before);
    assert.equal(reply.headers.get('etag'), '"1"');
  }
  assert.equal((await versions(before)).length, 1);
});

test('of twenty who change one version at once exactly one does, and no version is lost', async () => {
  const before = await logged();
  const options = { method: 'PATCH', headers: { authorization: `Bearer ${token('officer', cambridgeshire.A)}`, 'content-type': 'application/merge-patch+json' } };
  for (const tag of ['"1"', '"2"', '"3"']) {
    const minutes = Array.from({ length: 20 }, (_, i) => Number(tag.slice(1, 2)) * 100 + i);
    const replies = await Promise.all(minutes.map((each) =>
      fetch(`${url}/v1/activities/${before.id}`, { ...options, headers: { ...options.headers, 'if-match': tag }, body: JSON.stringify({ minutes: each }) })));
    assert.deepEqual(replies.map(({ status }) => status).sort(), [200, ...Array(19).fill(412)]);
    const won = await replies.find(({ status }) => status === 200).json();
    assert.equal(won.version, Number(tag.slice(1, 2)) + 1);
    assert.deepEqual((await versions(before))[0], won);
  }
  assert.deepEqual((await versions(before)).map(({ version }) => version), [4, 3, 2, 1]);
});

test('twenty who change whatever holds all do, each upon the one before', async () => {
  const before = await logged();
  await Promise.all(Array.from({ length: 20 }, (_, i) => patch(200, before, i % 2 ? { minutes: 100 + i } : { effect: `${i}` }, '*')));
  const kept = (await versions(before)).reverse();
  assert.deepEqual(kept.map(({ version }) => version), Array.from({ length: 21 }, (_, i) => i + 1));
  for (const [i, each] of kept.entries()) if (i) assert.equal((each.minutes !== kept[i - 1].minutes) + (each.effect !== kept[i - 1].effect), 1);
});

test('it wants If-Match with the version that holds; what is withdrawn is not changed', async () => {
  const before = await logged();
  assert.equal((await patch(428, before, { minutes: 5 }, null)).json.status, 428);
  assert.equal(code(await patch(412, before, { minutes: 5 }, '"2"')), 'version_changed');
  assert.equal(code(await patch(412, before, {}, '"0"')), 'version_changed');
  await expect(204, 'DELETE', `/v1/activities/${before.id}`, { ...officer(cambridgeshire.A), headers: { 'if-match': '"1"' } });
  for (const tag of ['"1"', '"2"', '*']) assert.equal(code(await patch(409, before, { minutes: 5 }, tag)), 'already_withdrawn');
});

test('bad and unknown fields are named at once, and nothing is changed by them', async () => {
  const before = await logged();
  const bad = { title: ' ', minutes: 1.5, version: 7, status: 'withdrawn', alignments: [{}], reflection: { tier: 'open', by: 'me' } };
  assert.deepEqual(pointers(await patch(422, before, bad)), ['/alignments/0/item', '/minutes', '/reflection/by', '/reflection/tier', '/status', '/title', '/version']);
  const refused = async (body, pointer) => assert.deepEqual(pointers(await patch(422, before, body)), [pointer]);
  await refused({ happened_on: '2199-01-01' }, '/happened_on');
  await refused({ type: 'picnic' }, '/type');
  await refused({ alignments: [{ item: cvf['we-take-ownership'], level: 9 }] }, '/alignments');
  await refused({ alignments: [{ item: cvf.integrity }, { item: cvf.integrity }] }, '/alignments');
  assert.deepEqual(await versions(before), [before]);
});

test('not found for a colleague and for HR; without a token 401, without record:write 403', async () => {
  const before = await logged({ reflection: { tier: 'shared', body: 'x' } });
  for (const options of [officer(cambridgeshire.B), cambridgeshire.hr]) await patch(404, before, { minutes: 5 }, '*', options);
  await patch(401, before, { minutes: 5 }, '*', {});
  await patch(403, before, { minutes: 5 }, '*', { as: { token: token('officer', cambridgeshire.A, 'record:read') } });
});
