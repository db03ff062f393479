// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { randomUUID } from 'node:crypto';
import { expect, pointers, token } from '../../lib/client.mjs';
import { claim, items, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';
import { eventsOf } from '../../lib/trail.mjs';

// M served Humberside until 2022 and serves Lancashire since; C has a sensitive posting.
let lancashire, humberside, item;

before(async () => {
  const mover = randomUUID();
  humberside = posted('humberside', { HR: {}, M: { person_id: mover, ends_on: '2022-12-31', leaver_type: 'transfer', subject: '' } });
  lancashire = posted('lancashire', { HR: {}, A: {}, B: {}, C: { sensitive: 'yes' }, M: { person_id: mover, starts_on: '2023-01-01', joiner_type: 'transfer' } });
  item = (await items('cop-cvf-2016'))['we-are-collaborative'];
  await claim(lancashire.A, { item, level: 2 });
  await claim(lancashire.C, { item, level: 2 });
  await claim(lancashire.M, { item, level: 1, valid_from: '2021-01-01', valid_until: '2021-12-31' });
  await claim(lancashire.M, { item, level: 3, valid_from: '2023-06-01' });
});

const target = (person, query = '') => `/v1/people/${person}/skills/${item}${query}`;
const levels = ({ json }) => json.assertions.map(({ level }) => level);

test('it tells what the person is told, and the person is told who asked', async () => {
  const reply = await expect(200, 'GET', target(lancashire.A), lancashire.hr);
  assert.deepEqual(reply.json, (await expect(200, 'GET', `/v1/skills/${item}`, officer(lancashire.A))).json);
  assert.deepEqual(eventsOf(reply).map(({ operation, kind, people }) => [operation, kind, people]), [['explain_person_skill', 'record', [lancashire.A]]]);
});

test('each organisation reads of it what overlaps its postings', async () => {
  assert.deepEqual(levels(await expect(200, 'GET', target(lancashire.M), lancashire.hr)), [3]);
  assert.deepEqual(levels(await expect(200, 'GET', target(lancashire.M), humberside.hr)), [1]);
  assert.deepEqual((await expect(200, 'GET', target(lancashire.M, '?as_of=2023-07-01'), humberside.hr)).json.bases, []);
});

test('somebody withheld, of another force or unknown is not there', async () => {
  for (const person of [lancashire.C, humberside.HR, item]) await expect(404, 'GET', target(person), lancashire.hr);
  await expect(404, 'GET', `/v1/people/${lancashire.A}/skills/${lancashire.A}`, lancashire.hr);
});

test('refused: no token, no office, bad parameters', async () => {
  await expect(401, 'GET', target(lancashire.A));
  await expect(403, 'GET', target(lancashire.A), officer(lancashire.B));
  await expect(403, 'GET', target(lancashire.A), { as: { token: token('hr', lancashire.HR, 'reports:organisation') } });
  assert.deepEqual(pointers(await expect(400, 'GET', '/v1/people/x/skills/y?as_of=z', lancashire.hr)), [':item', ':person_id', '?as_of']);
});
