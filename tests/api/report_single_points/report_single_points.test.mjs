// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect } from '../../lib/client.mjs';
import { claim, officer } from '../../lib/force.mjs';
import { unitId } from '../../lib/access.mjs';
import { investigators } from '../../lib/pip.mjs';
import { assess } from '../../lib/workforce.mjs';

let place;

const base = '/v1/reports/single-points?framework=cop-pip';
const ask = async (more = '', as = place.hr) => (await expect(200, 'GET', `${base}&as_of=2025-06-30${more}`, as)).json;
const lines = ({ rows }) => rows.map((row) => [row.unit_code ?? '-', row.level, row.holders, row.required_by, row.roles].join(' '));

before(async () => { place = await investigators(); });

test('in the whole force one person has PIP 3; nobody has PIP 4, which nobody needs', async () => {
  assert.deepEqual(lines(await ask()), ['- 3 1 0 0']);
});

// In murder M1 alone has PIP 2, which two there need; in desk D1 has 3, and so alone 2 too; in traffic one needs PIP 2 and nobody has any.
const alone = ['- 3 1 0 0', 'desk 2 1 0 0', 'desk 3 1 0 0', 'murder 2 1 2 1', 'traffic 1 0 1 1', 'traffic 2 0 1 1'];

test('by unit: who alone holds it, and what a role asks for and nobody there has', async () => {
  assert.deepEqual(lines(await ask('&by=unit')), alone);
});

test('of two or fewer; of one level; of one unit with those below it', async () => {
  assert.deepEqual(lines(await ask('&by=unit&most=2&level=2')), ['desk 2 1 0 0', 'fraud 2 2 0 0', 'murder 2 1 2 1', 'traffic 2 0 1 1']);
  assert.deepEqual(lines(await ask(`&most=3&unit=${unitId(place.code, 'crime')}`)), ['crime 2 3 2 1']);
  assert.deepEqual(lines(await ask('&rank=sergeant')), ['- 1 1 1 1', '- 2 1 1 1']);
});

test('who is withheld is not counted but for who may see them', async () => {
  assert.deepEqual(lines(await ask('&by=unit&level=2', place.cleared)), ['desk 2 1 0 0', 'traffic 2 0 1 1']);
});

test('a claim counts on any basis and not on another', async () => {
  await claim(place.people.M2, { item: place.item, level: 2 });
  assert.ok(!lines(await ask('&by=unit')).includes('murder 2 1 2 1'));
  assert.deepEqual(lines(await ask('&by=unit&basis=assessed')), alone);
});

test('an edition gives it again; faults of the question', async () => {
  const then = await ask('&by=unit&basis=assessed');
  await assess(place, place.people.D2, place.item, 3, '2025-01-01');
  assert.deepEqual(lines(await ask('&by=unit&basis=assessed')), ['murder 2 1 2 1', 'traffic 1 0 1 1', 'traffic 2 0 1 1']);
  assert.deepEqual((await ask(`&by=unit&basis=assessed&edition=${then.meta.edition}`)).rows, then.rows);
  await expect(400, 'GET', `${base}&most=11`, place.hr);
  await expect(403, 'GET', base, place.boss);
  await expect(403, 'GET', base, officer(place.people.M1));
});
