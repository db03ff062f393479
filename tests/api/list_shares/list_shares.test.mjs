// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, csv, expect, pointers } from '../../lib/client.mjs';
import { scoped } from '../../lib/access.mjs';
import { officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

const target = '/v1/shares';
let thames, shares;

before(async () => {
  thames = posted('thames-valley', { HR: {}, A: {}, B: {} });
  shares = [];
  for (const from of ['2020-01-01', '2021-01-01', '2022-01-01'])
    shares.unshift((await expect(201, 'POST', target, { ...officer(thames.A), body: { organisation: 'thames-valley', from, until: '2022-12-31' } })).json);
  await expect(204, 'DELETE', `${target}/${shares[1].id}`, officer(thames.A));
});

const list = async (query = '', person = thames.A) => (await expect(200, 'GET', `${target}${query}`, officer(person))).json.shares;

test('what one shares and has shared, latest first, ended ones with the time', async () => {
  const rows = await list();
  assert.deepEqual(rows.map(({ ended_at, ...rest }) => ({ ...rest, ended_at: null })), shares);
  assert.deepEqual(rows.map(({ ended_at }) => ended_at === null), [true, false, true]);
});

test('pages of any size, and CSV, give the same list', async () => {
  const whole = await list();
  for (const limit of [1, 2, 3]) assert.deepEqual(await all(`${target}?limit=${limit}`, officer(thames.A), 'shares'), whole);
  const reply = await expect(200, 'GET', target, { ...officer(thames.A), headers: { accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text).map(({ id, from }) => [id, from]), whole.map(({ id, from }) => [id, from]));
});

test('they are nobody else\'s: each has a list of one\'s own', async () => {
  assert.deepEqual(await list('', thames.B), []);
  assert.deepEqual((await expect(200, 'GET', target, thames.hr)).json.shares, []);
});

test('bad parameters are named; without a token 401, without record:read and for a system 403', async () => {
  assert.deepEqual(pointers(await expect(400, 'GET', `${target}?limit=0&after=!&person=x`, officer(thames.A))), ['?after', '?limit', '?person']);
  await expect(401, 'GET', target);
  await expect(403, 'GET', target, scoped(thames.A, 'record:write'));
  for (const as of ['college', 'auditor', 'administrator']) await expect(403, 'GET', target, { as });
});
