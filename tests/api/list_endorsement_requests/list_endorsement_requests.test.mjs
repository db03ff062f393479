// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, csv, expect, pointers, token } from '../../lib/client.mjs';
import { ask, older, withdrawClaim } from '../../lib/endorsements.mjs';
import { items, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';
import { eventsOf } from '../../lib/trail.mjs';

// A asks B five times, with five ends, and is asked by B once; C is not concerned.
let lancashire, ids;

before(async () => {
  lancashire = posted('lancashire', { HR: {}, A: {}, B: {}, C: {} });
  const { A, B } = lancashire;
  const item = (await items('cop-cvf-2016'))['we-are-collaborative'];
  const made = {};
  for (const name of ['open', 'declined', 'withdrawn', 'expired', 'closed', 'endorsed']) made[name] = await ask(A, B, item);
  made.back = await ask(B, A, item);
  ids = Object.fromEntries(Object.entries(made).map(([name, { id }]) => [name, id]));
  const answer = (id, body) => expect(200, 'POST', `/v1/endorsement-requests/${id}/answer`, { ...officer(B), body });
  await answer(ids.declined, { answer: 'decline', comment: 'I was not there.' });
  await answer(ids.endorsed, { answer: 'endorse' });
  await expect(204, 'DELETE', `/v1/endorsement-requests/${ids.withdrawn}`, officer(A));
  older(ids.expired, 91);
  await withdrawClaim(A, made.closed.assertion);
});

const list = async (query = '', person = lancashire.A) => (await expect(200, 'GET', `/v1/endorsement-requests${query}`, officer(person))).json.endorsement_requests;
const names = (rows) => rows.map(({ id }) => Object.keys(ids).find((name) => ids[name] === id));

test('those made and those received, latest first, each in its state', async () => {
  const rows = await list();
  assert.deepEqual(names(rows), ['back', 'endorsed', 'closed', 'withdrawn', 'declined', 'open', 'expired']);
  assert.deepEqual(rows.map(({ state }) => state), ['open', 'endorsed', 'closed', 'withdrawn', 'declined', 'open', 'expired']);
  assert.deepEqual(rows.map(({ direction }) => direction), ['received', ...Array(6).fill('made')]);
  assert.deepEqual(names(await list('?direction=received')), ['back']);
  assert.deepEqual(names(await list('?direction=received', lancashire.B)), ['endorsed', 'closed', 'withdrawn', 'declined', 'open', 'expired']);
  assert.deepEqual(names(await list('?direction=made&state=open')), ['open']);
  for (const state of ['endorsed', 'closed', 'withdrawn', 'declined', 'expired']) assert.deepEqual(names(await list(`?state=${state}`)), [state]);
  assert.deepEqual(await list('', lancashire.C), []);
});

test('the day that was the last to answer is not yet too late', async () => {
  older(ids.open, 90);
  assert.deepEqual(names(await list('?direction=made&state=open')), ['open']);
});

test('whoever was asked reads the evidence only as long as the request is open or endorsed', async () => {
  const rows = await list('?direction=received', lancashire.B);
  assert.deepEqual(rows.filter(({ evidence }) => evidence).map(({ state }) => state).sort(), ['endorsed', 'open']);
  assert.ok((await list('?direction=made')).every(({ evidence }) => evidence === `evidence of ${lancashire.A}`));
});

test('to read what one was asked is a reading of the asker\'s record; what one asked oneself is not', async () => {
  const events = async (query) => eventsOf(await expect(200, 'GET', `/v1/endorsement-requests${query}`, officer(lancashire.A))).map(({ operation, people }) => [operation, people]);
  assert.deepEqual(await events('?direction=made'), []);
  assert.deepEqual(await events('?direction=received'), [['list_endorsement_requests', [lancashire.B]]]);
});

test('pages of any size, and CSV, give the same', async () => {
  const whole = await list();
  for (const limit of [1, 3]) assert.deepEqual(await all(`/v1/endorsement-requests?limit=${limit}`, officer(lancashire.A), 'endorsement_requests'), whole);
  const reply = await expect(200, 'GET', '/v1/endorsement-requests', { ...officer(lancashire.A), headers: { accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text).map(({ id, state }) => [id, state]), whole.map(({ id, state }) => [id, state]));
});

test('refused: no token, no record:read, bad parameters', async () => {
  await expect(401, 'GET', '/v1/endorsement-requests');
  await expect(403, 'GET', '/v1/endorsement-requests', { as: { token: token('officer', lancashire.A, 'record:write') } });
  assert.deepEqual(pointers(await expect(400, 'GET', '/v1/endorsement-requests?direction=up&state=x&limit=0', officer(lancashire.A))), ['?direction', '?limit', '?state']);
});
