// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect } from '../../lib/client.mjs';
import { organisation } from '../../lib/organisations.mjs';
import { claim, force, items, officer, row } from '../../lib/force.mjs';

const target = '/v1/reports/level-changes?framework=cop-cvf-2024&year_ending=2025';
let essex, item;

before(async () => {
  essex = force(organisation('stayers'), ['HR', 'A', 'B', 'C', 'D', 'E'].map((staff_number) => ({ staff_number })));
  item = (await items('cop-cvf-2024'))['we-analyse-critically'];
  const { A, B, C, D, E } = essex.people;
  await claim(A, { item, level: 1 });
  await claim(A, { item, level: 2, valid_from: '2024-04-01' });
  await claim(B, { item, level: 3, valid_from: '2025-03-31' });
  await claim(C, { item, level: 2, valid_until: '2024-10-01' });
  await claim(D, { item, level: 2 });
  await claim(E, { item, level: 3, valid_from: '2024-03-31', valid_until: '2024-12-31' });
  await claim(E, { item, level: 1 });
});

test('who gained, rose, fell and lost between the day before the year and its last', async () => {
  const { rows } = (await expect(200, 'GET', target, essex.hr)).json;
  const people = (change, from_level, to_level) => row(rows, { item, unit: null, change, from_level, to_level }).people;
  assert.equal(people('rose', 1, 2), 1);
  assert.equal(people('gained', null, 3), 1);
  assert.equal(people('lost', 2, null), 1);
  assert.equal(people('fell', 3, 1), 1);
});

test('cut by worker type, and as known before a correction', async () => {
  const mine = (report) => report.rows.filter((each) => each.item === item && each.from_level === null && each.to_level === null).map((each) => `${each.change} ${each.people}`);
  const then = (await expect(200, 'GET', `${target}&worker_type=police_staff`, essex.hr)).json;
  assert.deepEqual(mine(then), ['gained 1', 'rose 1', 'fell 1', 'lost 1']);
  assert.deepEqual(mine((await expect(200, 'GET', `${target}&worker_type=pcso`, essex.hr)).json), []);
  await claim(essex.people.D, { item, level: 3, valid_from: '2024-09-01' });
  assert.deepEqual(mine((await expect(200, 'GET', target, essex.hr)).json), ['gained 1', 'rose 2', 'fell 1', 'lost 1']);
  assert.deepEqual(mine((await expect(200, 'GET', `${target}&edition=${then.meta.edition}`, essex.hr)).json), mine(then));
});

// By the end of June A alone has moved.
test('to a day in the year', async () => {
  const { rows, meta } = (await expect(200, 'GET', `${target}&as_of=2024-06-30`, essex.hr)).json;
  assert.deepEqual(rows.filter((each) => each.item === item && each.from_level === null && each.to_level === null).map((each) => `${each.change} ${each.people}`), ['rose 1']);
  assert.deepEqual([meta.as_of, meta.complete], ['2024-06-30', false]);
  await expect(422, 'GET', `${target}&as_of=2199-01-01`, essex.hr);
});

test('an officer may not read it', async () => {
  await expect(403, 'GET', target, officer(essex.people.A));
});
