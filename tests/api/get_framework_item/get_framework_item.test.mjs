// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, pointers } from '../../lib/client.mjs';
import { items } from '../../lib/force.mjs';

const as = 'officer';
const read = async (id) => (await expect(200, 'GET', `/v1/items/${id}`, { as })).json;
const linked = (item) => item.associations.map(({ kind, direction, framework, code }) => [kind, direction, framework, code].join(' ')).sort();
const codes = (rows) => rows.map(({ code }) => code);
let old, young;

before(async () => {
  [old, young] = [await items('cop-cvf-2016'), await items('cop-cvf-2024')];
});

test('a competency says its framework, its levels and its cluster', async () => {
  const item = await read(old['we-take-ownership']);
  assert.deepEqual([item.title, item.kind, item.framework.code, item.framework.version],
    ['We take ownership', 'competency', 'cop-cvf-2016', '2016']);
  assert.deepEqual(item.levels.map(({ level, title }) => [level, title]),
    [[1, 'Practitioner'], [2, 'Supervisor or middle manager'], [3, 'Senior manager or executive']]);
  assert.deepEqual(codes(item.ancestors), ['resolute-compassionate-and-committed']);
  assert.deepEqual(item.children, []);
});

test('a cluster has children in order and no levels', async () => {
  const item = await read(old['resolute-compassionate-and-committed']);
  assert.deepEqual(codes(item.children), ['we-are-emotionally-aware', 'we-take-ownership']);
  assert.deepEqual([item.levels, item.ancestors], [[], []]);
});

test('the old item and the new one say of each other what they say of themselves', async () => {
  assert.deepEqual(linked(await read(old['we-take-ownership'])),
    ['exactMatchOf from cop-cvf-2024 we-take-ownership', 'replacedBy to cop-cvf-2024 we-take-ownership']);
  assert.deepEqual(linked(await read(young['we-take-ownership'])),
    ['exactMatchOf to cop-cvf-2016 we-take-ownership', 'replacedBy from cop-cvf-2016 we-take-ownership']);
});

test('a skill of Government Digital and Data has the text of each of its four levels', async () => {
  const item = await read((await items('gdd-pcf'))['data-science-innovation']);
  assert.deepEqual(item.levels.map(({ title }) => title), ['Awareness', 'Working', 'Practitioner', 'Expert']);
  assert.ok(item.description.length > 20 && item.levels.every(({ description }) => description.length > 20));
});

test('an unchanged item is not sent again', async () => {
  const target = `/v1/items/${old.integrity}`;
  const etag = (await expect(200, 'GET', target, { as })).headers.get('etag');
  await expect(304, 'GET', target, { as, headers: { 'if-none-match': etag } });
});

test('it refuses strangers, what is not there and what is not an identifier', async () => {
  await expect(401, 'GET', `/v1/items/${old.integrity}`);
  await expect(404, 'GET', '/v1/items/00000000-0000-4000-8000-000000000000', { as });
  assert.deepEqual(pointers(await expect(400, 'GET', '/v1/items/integrity?levels=1', { as })), [':item', '?levels']);
});
