// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect } from '../../lib/client.mjs';
import { officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

const target = '/v1/me/specialist-listing';
let people;
before(() => {
  people = posted('lancashire', { HR: {}, A: {}, B: {} });
});

test('who has said nothing is found by nobody', async () => {
  const { json } = await expect(200, 'GET', target, officer(people.A));
  assert.deepEqual(json, { reach: 'none', since: null, next_reach: null, next_on: null, statements: [] });
});

test('it is what was said, and nobody else\'s', async () => {
  const said = (await expect(200, 'PUT', target, { ...officer(people.B), body: { reach: 'organisation' } })).json;
  assert.deepEqual((await expect(200, 'GET', target, officer(people.B))).json, said);
  assert.equal((await expect(200, 'GET', target, officer(people.HR))).json.reach, 'none');
});

test('a system has no listing', async () => {
  await expect(403, 'GET', target, { as: 'college' });
});
