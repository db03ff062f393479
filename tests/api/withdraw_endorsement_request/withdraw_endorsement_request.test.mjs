// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, pointers, token } from '../../lib/client.mjs';
import { problem } from '../../lib/access.mjs';
import { ask, older, read, withdrawClaim } from '../../lib/endorsements.mjs';
import { items, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

let lancashire, item;

before(async () => {
  lancashire = posted('lancashire', { HR: {}, A: {}, B: {}, C: {} });
  item = (await items('cop-cvf-2016'))['we-are-collaborative'];
});

const takeBack = (status, id, options = officer(lancashire.A)) => expect(status, 'DELETE', `/v1/endorsement-requests/${id}`, options);
const asked = () => ask(lancashire.A, lancashire.B, item);

test('it stays, withdrawn, and whoever was asked no longer reads the evidence', async () => {
  const { id } = await asked();
  await takeBack(204, id);
  assert.deepEqual([(await read(lancashire.A, id)).state, (await read(lancashire.B, id)).state, (await read(lancashire.B, id)).evidence], ['withdrawn', 'withdrawn', null]);
});

test('only while it is open', async () => {
  const [taken, answered, old, gone] = [await asked(), await asked(), await asked(), await asked()];
  await takeBack(204, taken.id);
  await expect(200, 'POST', `/v1/endorsement-requests/${answered.id}/answer`, { ...officer(lancashire.B), body: { answer: 'endorse' } });
  older(old.id, 91);
  await withdrawClaim(lancashire.A, gone.assertion);
  for (const { id } of [taken, answered, old, gone]) assert.equal(problem(await takeBack(409, id)), 'request_not_open');
});

test('by whoever made it: whoever was asked declines instead, and for others it is not there', async () => {
  const { id } = await asked();
  assert.equal(problem(await takeBack(403, id, officer(lancashire.B))), 'not_yours_to_take_back');
  for (const options of [officer(lancashire.C), lancashire.hr]) await takeBack(404, id, options);
  await takeBack(404, lancashire.A);
  assert.equal((await read(lancashire.A, id)).state, 'open');
});

test('refused: no token, no record:write, what is not an identifier', async () => {
  const { id } = await asked();
  await takeBack(401, id, {});
  await takeBack(403, id, { as: { token: token('officer', lancashire.A, 'record:read') } });
  assert.deepEqual(pointers(await takeBack(400, 'x')), [':endorsement_request_id']);
});
