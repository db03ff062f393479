// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { randomUUID } from 'node:crypto';
import { expect, pointers, token } from '../../lib/client.mjs';
import { ask, read } from '../../lib/endorsements.mjs';
import { claim, items, officer } from '../../lib/force.mjs';
import { posted, run } from '../../lib/posted.mjs';
import { eventsOf } from '../../lib/trail.mjs';

let lancashire, item;

before(async () => {
  lancashire = posted('lancashire', { HR: {}, A: {}, B: {}, C: {} });
  item = (await items('cop-cvf-2016'))['we-are-collaborative'];
});

const target = (id) => `/v1/endorsement-requests/${id}`;

test('whoever is asked reads the claim and who asks, and the asker is told of it', async () => {
  const { id } = await ask(lancashire.A, lancashire.B, item, {}, 'Please.');
  const reply = await expect(200, 'GET', target(id), officer(lancashire.B));
  const { direction, state, asker, level, evidence, message } = reply.json;
  assert.deepEqual([direction, state, asker, level, evidence, message], ['received', 'open', `Test A-${run}`, 2, `evidence of ${lancashire.A}`, 'Please.']);
  assert.deepEqual(eventsOf(reply).map(({ operation, kind, people }) => [operation, kind, people]), [['get_endorsement_request', 'record', [lancashire.A]]]);
  const readers = (await expect(200, 'GET', '/v1/record/readers', officer(lancashire.A))).json.readers;
  assert.ok(readers.some(({ operation, reader }) => operation === 'get_endorsement_request' && reader === `Test B-${run}`));
});

test('and nothing else of the record', async () => {
  const { id, assertion } = await ask(lancashire.A, lancashire.B, item);
  const other = (await claim(lancashire.A, { item, level: 1 })).id;
  await read(lancashire.B, id);
  for (const each of [assertion, other]) await expect(404, 'GET', `/v1/assertions/${each}`, officer(lancashire.B));
  await expect(403, 'GET', `/v1/people/${lancashire.A}`, officer(lancashire.B));
  await expect(403, 'GET', `/v1/people/${lancashire.A}/assertions`, officer(lancashire.B));
  assert.deepEqual((await expect(200, 'GET', '/v1/assertions', officer(lancashire.B))).json.assertions, []);
});

test('an unchanged one is not sent again, an answered one is', async () => {
  const { id } = await ask(lancashire.A, lancashire.B, item);
  const tag = (await expect(200, 'GET', target(id), officer(lancashire.A))).headers.get('etag');
  await expect(304, 'GET', target(id), { ...officer(lancashire.A), headers: { 'if-none-match': tag } });
  await expect(200, 'POST', `${target(id)}/answer`, { ...officer(lancashire.B), body: { answer: 'endorse' } });
  await expect(200, 'GET', target(id), { ...officer(lancashire.A), headers: { 'if-none-match': tag } });
});

test('nobody else has it: a colleague, HR', async () => {
  const { id } = await ask(lancashire.A, lancashire.B, item);
  for (const options of [officer(lancashire.C), lancashire.hr]) await expect(404, 'GET', target(id), options);
  await expect(404, 'GET', target(randomUUID()), officer(lancashire.A));
});

test('refused: no token, no record:read, what is not an identifier', async () => {
  const { id } = await ask(lancashire.A, lancashire.B, item);
  await expect(401, 'GET', target(id));
  await expect(403, 'GET', target(id), { as: { token: token('officer', lancashire.A, 'record:write') } });
  assert.deepEqual(pointers(await expect(400, 'GET', target('x'), officer(lancashire.A))), [':endorsement_request_id']);
});
