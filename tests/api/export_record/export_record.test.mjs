// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { csv, expect, pointers, token } from '../../lib/client.mjs';
import { claim, items, log, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

const target = '/v1/record/entries';
const awkward = 'He said "stop", then\r\nran, £5 lost';
let lancashire, cvf, course, claimed;

before(async () => {
  lancashire = posted('lancashire', { HR: {}, A: {}, B: {} });
  const { A, B } = lancashire;
  cvf = await items('cop-cvf-2016');
  const item = cvf['we-take-ownership'];
  course = await log(A, {
    happened_on: '2025-03-10', title: 'Course, "advanced"', learned: awkward, minutes: 90, type: 'course', stage: 'action', provider: 'College',
    alignments: [{ item, level: 2 }, { item: cvf.integrity }], reflection: { tier: 'shared', body: 'For all to read.' },
  });
  await log(A, { happened_on: '2025-03-01', reflection: { tier: 'private', body: 'For nobody to read.' } });
  const gone = await log(A, { happened_on: '2025-03-05' });
  await expect(204, 'DELETE', `/v1/activities/${gone.id}`, { ...officer(A), headers: { 'if-match': '"1"' } });
  claimed = await claim(A, { item, level: 3, valid_from: '2025-03-10', valid_until: '2025-12-31', evidence: awkward });
  await expect(200, 'POST', `/v1/assertions/${claimed.id}/withdrawal`, { ...officer(A), headers: { 'if-match': '"1"' }, body: { withdrawn_on: '2025-06-01' } });
  await log(B, { happened_on: '2025-03-10' });
});

const read = async (query = '') => (await expect(200, 'GET', target + query, officer(lancashire.A))).json.entries;

test('activities and assertions in one list, oldest first, withdrawn activities and other people\'s left out', async () => {
  const entries = await read();
  assert.deepEqual(entries.map(({ day, kind }) => `${day} ${kind}`), ['2025-03-01 activity', '2025-03-10 activity', '2025-03-10 assertion']);
  const { recorded_at, ...activity } = entries[1];
  assert.ok(recorded_at);
  assert.deepEqual(activity, {
    day: '2025-03-10', kind: 'activity', id: course.id, title: 'Course, "advanced"', learned: awkward, effect: null, type: 'course', provider: 'College',
    minutes: 90, stage: 'action', reflection: 'For all to read.', items: 'cop-cvf-2016/integrity cop-cvf-2016/we-take-ownership@2', level: null,
    basis: null, assessor: null, evidence: null, reason: null, ends_on: null, withdrawn_on: null, succeeded_on: null,
  });
  const { title, items: about, level, basis, evidence, ends_on, withdrawn_on } = entries[2];
  assert.deepEqual([title, about, level, basis, evidence, ends_on, withdrawn_on],
    ['We take ownership', 'cop-cvf-2016/we-take-ownership@3', 3, 'self', awkward, '2025-12-31', '2025-06-01']);
});

test('one assertion that takes the place of another says why, and the other from when on', async () => {
  const person = posted('lancashire', { HR: {}, S: {} }).S;
  const { id } = await claim(person, { item: cvf['we-take-ownership'], level: 1, valid_from: '2024-01-01' });
  await expect(201, 'POST', `/v1/assertions/${id}/successor`, { ...officer(person), headers: { 'if-match': '"1"' }, body: { level: 2, valid_from: '2024-05-01', reason: 'Grown.' } });
  const { entries } = (await expect(200, 'GET', target, officer(person))).json;
  assert.deepEqual(entries.map(({ day, level, reason, succeeded_on }) => [day, level, reason, succeeded_on]), [['2024-01-01', 1, null, '2024-05-01'], ['2024-05-01', 2, 'Grown.', null]]);
});

test('private reflection is not in it, in no representation', async () => {
  for (const accept of ['application/json', 'text/csv']) {
    const reply = await expect(200, 'GET', target, { ...officer(lancashire.A), headers: { accept } });
    assert.ok(!reply.text.includes('For nobody') && reply.text.includes('For all'));
  }
});

test('CSV has the same entries, with quotes, commas and line breaks kept', async () => {
  const reply = await expect(200, 'GET', target, { ...officer(lancashire.A), headers: { accept: 'text/csv' } });
  assert.match(reply.headers.get('content-type'), /^text\/csv/);
  const expected = (await read()).map((each) => Object.fromEntries(Object.entries(each).map(([name, value]) => [name, String(value ?? '')])));
  assert.deepEqual(csv(reply.text), expected);
});

test('first and last day are in; no entries are an empty list, and in CSV the names of the columns', async () => {
  assert.equal((await read('?from=2025-03-10')).length, 2);
  assert.equal((await read('?until=2025-03-09')).length, 1);
  assert.equal((await read('?from=2025-03-01&until=2025-03-10')).length, 3);
  assert.deepEqual(await read('?from=2025-03-02&until=2025-03-09'), []);
  const reply = await expect(200, 'GET', `${target}?until=2019-01-01`, { ...officer(lancashire.A), headers: { accept: 'text/csv' } });
  assert.match(reply.text, /^day,kind,id,.*recorded_at\r\n$/);
});

test('a record longer than a page comes whole', async () => {
  const item = cvf.integrity;
  for (let n = 0; n < 60; n++) await claim(lancashire.B, { item, valid_from: `2024-${String(1 + (n % 12)).padStart(2, '0')}-01` });
  const { entries } = (await expect(200, 'GET', target, officer(lancashire.B))).json;
  assert.equal(entries.length, 61);
  assert.deepEqual(entries.map(({ day }) => day), entries.map(({ day }) => day).sort());
});

test('refused: no token, no record:read, bad and unknown parameters, a representation it does not have', async () => {
  await expect(401, 'GET', target);
  await expect(403, 'GET', target, { as: { token: token('officer', lancashire.A, 'record:write') } });
  await expect(403, 'GET', target, { as: 'college' });
  assert.deepEqual(pointers(await expect(400, 'GET', `${target}?from=x&until=2025-02-30&limit=5`, officer(lancashire.A))), ['?from', '?limit', '?until']);
  await expect(406, 'GET', target, { ...officer(lancashire.A), headers: { accept: 'image/png' } });
});
