// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect } from '../../lib/client.mjs';
import { claim, force, items, row } from '../../lib/force.mjs';
import { eventually, numbered } from '../../lib/national.mjs';

let gwent, item;
const target = '/v1/national/level-changes?framework=cop-cvf-2024&year_ending=2026&organisation=gwent';

before(async () => {
  gwent = force('gwent', numbered('G', 12));
  item = (await items('cop-cvf-2024'))['we-support-and-inspire'];
  for (const [i, person] of Object.values(gwent.people).entries()) {
    if (i < 2) await claim(person, { item, level: 1 });
    await claim(person, { item, level: 2, valid_from: '2025-09-01' });
  }
});

test('changes of ten people or more are given, smaller ones withheld', async () => {
  const { rows } = await eventually(target, (all) => all.some((each) => each.item === item && each.people !== null));
  assert.equal(row(rows, { item, change: 'gained' }).people, 10);
  assert.equal(row(rows, { item, change: 'rose' }).people, null);
  assert.equal(row(rows, { item, change: 'lost' }).people, null);
});

test('HR has not the scope for it', async () => {
  await expect(403, 'GET', target, gwent.hr);
});
