// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect } from '../../lib/client.mjs';
import { force, items, log, row } from '../../lib/force.mjs';
import { eventually, numbered } from '../../lib/national.mjs';

// Durham: twelve people with one item, nine with another.
const month = new Date(Date.now() - 40 * 864e5).toISOString().slice(0, 7);
const target = `/v1/national/development?framework=cop-cvf-2024&from=${month}&until=${month}`;
let durham, many, few;

before(async () => {
  durham = force('durham', numbered('D', 12));
  const cvf = await items('cop-cvf-2024');
  [many, few] = [cvf['we-analyse-critically'], cvf['we-take-ownership']];
  for (const [i, person] of Object.values(durham.people).entries())
    await log(person, { happened_on: `${month}-05`, minutes: 10, alignments: [{ item: many }, ...(i < 9 ? [{ item: few }] : [])] });
});

test('a cell of ten or more is the figure that HR reads; a smaller one is withheld, and zero looks the same', async () => {
  const { rows, meta } = await eventually(target + '&organisation=durham', (all) => all.some((each) => each.item === many && each.people === 12));
  const own = (await expect(200, 'GET', `/v1/reports/development?framework=cop-cvf-2024&from=${month}&until=${month}`, durham.hr)).json.rows;
  const theirs = row(rows, { item: many });
  const ours = row(own, { item: many, month, unit: null });
  assert.deepEqual([theirs.people, theirs.activities, theirs.minutes], [ours.people, ours.activities, ours.minutes]);
  const hidden = ({ people, activities, minutes, withheld }) => [people, activities, minutes, withheld];
  assert.deepEqual(hidden(row(rows, { item: few })), [null, null, null, 'fewer than 10']);
  const untouched = rows.find((each) => each.item && each.item !== many && each.item !== few);
  assert.deepEqual(hidden(untouched), hidden(row(rows, { item: few })));
  assert.match(meta.policy, /ten/i);
});

test('no figure under ten leaves an organisation, no unit is named, and there is no total of all', async () => {
  const { rows } = (await expect(200, 'GET', target, { as: 'college' })).json;
  assert.ok(rows.length > 100);
  for (const each of rows) {
    assert.ok(each.people === null || each.people >= 10);
    assert.ok(each.people === null || each.activities >= 10);
    assert.ok(each.organisation);
    assert.ok(!('unit' in each));
  }
});

test('the College reads no person, no unit and no organisation\'s own report', async () => {
  for (const path of ['/v1/reports/development?framework=cop-cvf-2024', '/v1/people', '/v1/activities', `/v1/people/${durham.people.D0}`])
    await expect(403, 'GET', path, { as: 'college' });
  await expect(403, 'GET', target, durham.hr);
});
