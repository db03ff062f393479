// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { all, csv, expect, pointers } from '../../lib/client.mjs';
import { row } from '../../lib/force.mjs';

const as = 'officer';
const list = (framework, query = '') => all(`/v1/frameworks/${framework}/items?${query}`, { as }, 'items');
const codes = (rows) => rows.map(({ code }) => code);

test('the items come in the order of the framework, each competency below its cluster', async () => {
  const rows = await list('cop-cvf-2016');
  assert.deepEqual(codes(rows), ['integrity', 'impartiality', 'public-service', 'transparency',
    'resolute-compassionate-and-committed', 'we-are-emotionally-aware', 'we-take-ownership',
    'inclusive-enabling-and-visionary-leadership', 'we-are-collaborative', 'we-deliver-support-and-inspire',
    'intelligent-creative-and-informed-policing', 'we-analyse-critically', 'we-are-innovative-and-open-minded']);
  const cluster = row(rows, { code: 'resolute-compassionate-and-committed' });
  const { parent, parent_code, levels } = row(rows, { code: 'we-take-ownership' });
  assert.deepEqual([parent, parent_code, levels], [cluster.id, cluster.code, 3]);
});

test('kind, parent and text narrow the list', async () => {
  const rows = await list('cop-cvf-2016');
  const count = async (kind) => (await list('cop-cvf-2016', `kind=${kind}`)).length;
  assert.deepEqual([await count('value'), await count('cluster'), await count('competency'), await count('skill')], [4, 3, 6, 0]);
  const { id } = row(rows, { code: 'intelligent-creative-and-informed-policing' });
  assert.deepEqual(codes(await list('cop-cvf-2016', `parent=${id}`)), ['we-analyse-critically', 'we-are-innovative-and-open-minded']);
  assert.deepEqual(codes(await list('cop-cvf-2016', 'q=TRANSPAREN')), ['transparency']);
  assert.deepEqual(await list('cop-cvf-2016', 'q=%25'), []);
});

test('the skills of chief officers, for which no levels are published, have none', async () => {
  const rows = await list('gdd-pcf', 'limit=500');
  const count = (levels) => rows.filter((each) => each.kind === 'skill' && each.levels === levels).length;
  assert.deepEqual([count(4), count(null)], [166, 22]);
  assert.equal(row(rows, { code: 'strategic-data-planning' }).level_scale, null);
});

test('a version is known by its identifier too', async () => {
  const { json } = await expect(200, 'GET', '/v1/frameworks/cop-cvf-2024', { as });
  assert.deepEqual(await list(json.id), await list('cop-cvf-2024'));
});

test('pages of any size, and CSV, give all 188 skills once', async () => {
  const whole = await list('gdd-pcf', 'limit=500');
  assert.equal(new Set(codes(whole)).size, 188);
  for (const limit of [37, 187, 188]) assert.deepEqual(await list('gdd-pcf', `limit=${limit}`), whole);
  const reply = await expect(200, 'GET', '/v1/frameworks/gdd-pcf/items?limit=500', { as, headers: { accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text).map(({ id, title }) => [id, title]), whole.map(({ id, title }) => [id, title]));
});

test('it refuses strangers, an unknown framework and bad parameters', async () => {
  await expect(401, 'GET', '/v1/frameworks/gdd-pcf/items');
  const reply = await expect(404, 'GET', '/v1/frameworks/no-such/items', { as });
  assert.match(reply.json.type, /#unknown_framework$/);
  assert.deepEqual(pointers(await expect(400, 'GET', '/v1/frameworks/gdd-pcf/items?kind=x&parent=x&q=&limit=501&after=.&sort=a', { as })),
    ['?after', '?kind', '?limit', '?parent', '?q', '?sort']);
});
