// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect } from '../../lib/client.mjs';
import { claim, force, items, row } from '../../lib/force.mjs';
import { eventually, numbered } from '../../lib/national.mjs';

const target = '/v1/national/coverage?framework=cop-cvf-2024&organisation=norfolk';
let norfolk, item;

before(async () => {
  norfolk = force('norfolk', numbered('N', 14));
  item = (await items('cop-cvf-2024'))['we-collaborate'];
  for (const [i, person] of Object.values(norfolk.people).entries()) await claim(person, { item, level: i < 5 ? 3 : i < 11 ? 2 : 1 });
});

test('levels with ten people or more are HR\'s figures, the others are withheld', async () => {
  const { rows } = await eventually(target, (all) => all.some((each) => each.item === item && each.people === 14));
  const own = (await expect(200, 'GET', '/v1/reports/coverage?framework=cop-cvf-2024', norfolk.hr)).json.rows;
  for (const level of [null, 1, 2, 3]) {
    const theirs = row(rows, { item, level }).people;
    const ours = row(own, { item, level, unit: null }).people;
    assert.equal(theirs, ours >= 10 ? ours : null);
  }
  assert.equal(row(rows, { item, level: 3 }).withheld, 'fewer than 10');
});

test('HR has not the scope for it', async () => {
  await expect(403, 'GET', target, norfolk.hr);
});
