// SPDX-License-Identifier: MIT
// "Who holds PIP 2 alone in their unit?"
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect, pointers } from '../../lib/client.mjs';
import { claim, items, officer } from '../../lib/force.mjs';
import { give, scoped, unitId } from '../../lib/access.mjs';
import { londonDay } from '../../lib/days.mjs';
import { investigators } from '../../lib/pip.mjs';
import { eventsOf } from '../../lib/trail.mjs';
import { assess } from '../../lib/workforce.mjs';

let place;

const base = '/v1/single-points?framework=cop-pip';
const line = (row) => [row.unit_code, row.level, row.holders, row.staff_number, row.held_level].join(' ');
const ask = async (more = '', as = place.hr) => (await expect(200, 'GET', `${base}&as_of=2025-06-30${more}`, as)).json.rows.map(line);

const problem = async (more, as = place.boss) => {
  const reply = await expect(422, 'GET', base + more, as);
  return [reply.json.type, ...pointers(reply)];
};

before(async () => { place = await investigators(); });

test('M1 holds PIP 2 alone in murder, D1 in desk', async () => {
  assert.deepEqual(await ask('&level=2'), ['desk 2 1 D1 3', 'murder 2 1 M1 2']);
});

test('with two or fewer each of them is named, in every unit above too', async () => {
  assert.deepEqual(await ask('&most=2'), ['desk 1 2 D1 3', 'desk 1 2 D2 1', 'desk 2 1 D1 3', 'desk 3 1 D1 3', 'fraud 1 2 F1 2', 'fraud 1 2 F2 2', 'fraud 2 2 F1 2', 'fraud 2 2 F2 2',
    'murder 1 2 M1 2', 'murder 1 2 M2 1', 'murder 2 1 M1 2']);
  assert.deepEqual(await ask('&most=3&level=2&rank=sergeant'), ['crime 2 1 M1 2', 'murder 2 1 M1 2']);
});

test('without a limit all of them are named, however many', async () => {
  // M1 and M2, in murder and so in crime, hold six items at each of their levels.
  const cvf = Object.values(await items('cop-cvf-2024')).slice(-6);
  for (const name of ['M1', 'M2']) for (const item of cvf) await claim(place.people[name], { item, level: 3 });
  const reply = await expect(200, 'GET', '/v1/single-points?framework=cop-cvf-2024&basis=self&as_of=2025-06-30&most=2', place.hr);
  assert.deepEqual([reply.json.rows.length, reply.headers.get('link')], [72, null]);
});

test('a page at a time', async () => {
  const rows = await all(`${base}&as_of=2025-06-30&most=3&limit=2`, place.hr, 'rows');
  assert.deepEqual(rows.map(line), await ask('&most=3'));
});

test('a line manager is told of the units managed, and of no other', async () => {
  const { rows, meta } = (await expect(200, 'GET', `${base}&level=2`, place.boss)).json;
  assert.deepEqual(rows.map(line), ['murder 2 1 M1 2']);
  assert.deepEqual(['edition', 'pending'].filter((name) => name in meta), []);
  await expect(404, 'GET', `${base}&unit=${unitId(place.code, 'desk')}`, place.boss);
});

test('a line manager is refused another day, in which those who have gone would be missing, and what was known before', async () => {
  const now = londonDay();
  const { edition } = (await expect(200, 'GET', base, place.hr)).json.meta;
  assert.deepEqual(await problem(`&as_of=2025-06-30`), ['/problems#team_of_today', '?as_of']);
  assert.deepEqual(await problem(`&edition=${edition}`), ['/problems#team_known_now']);
  assert.deepEqual(await problem(`&known_at=${encodeURIComponent(new Date().toISOString())}`), ['/problems#team_known_now']);
  await expect(200, 'GET', `${base}&as_of=${now}`, place.boss);
});

// D2 manages murder, and reads the reports of the force besides.
function both() {
  give(place.people.D2, 'team:read', { organisation: place.code, unit: 'murder' });
  give(place.people.D2, 'reports:organisation', { organisation: place.code });
  return scoped(place.people.D2, 'team:read reports:organisation');
}

test('who reads reports of the force besides is told of people as a line manager all the same: of the units managed, as of today', async () => {
  const as = both(), now = londonDay();
  const { edition } = (await expect(200, 'GET', base, place.hr)).json.meta;
  assert.deepEqual(await problem(`&as_of=2025-06-30`, as), ['/problems#team_of_today', '?as_of']);
  assert.deepEqual(await problem(`&edition=${edition}`, as), ['/problems#team_known_now']);
  assert.deepEqual(await problem(`&known_at=${encodeURIComponent(new Date().toISOString())}`, as), ['/problems#team_known_now']);
  // In crime, above murder, M1, F1 and F2 hold it: who does not manage it would be told of M1 alone.
  const { rows, meta } = (await expect(200, 'GET', `${base}&level=2&most=3&as_of=${now}`, as)).json;
  assert.deepEqual(rows.map(line), ['murder 2 1 M1 2']);
  assert.deepEqual(['edition', 'pending'].filter((name) => name in meta), []);
  const { json } = await expect(200, 'GET', `${base}&level=2&most=3&unit=${unitId(place.code, 'crime')}`, as);
  assert.deepEqual(json.rows.map(line), ['murder 2 1 M1 2']);
  // The figures, which name nobody, are of the force and of any day.
  const figures = await expect(200, 'GET', `/v1/reports/single-points?framework=cop-pip&by=unit&most=3&as_of=2025-06-30&edition=${edition}`, as);
  assert.ok(figures.json.rows.some(({ unit_code }) => unit_code === 'desk'));
});

test('whoever is named is told in the trail', async () => {
  const reply = await expect(200, 'GET', `${base}&as_of=2025-06-30&level=2`, place.hr);
  assert.deepEqual(eventsOf(reply).map((event) => [event.operation, [...event.people].sort()]), [['list_single_points', [place.people.D1, place.people.M1].sort()]]);
});

test('who is withheld is not named and does not count, but for who may see them', async () => {
  assert.deepEqual(await ask('&most=2&level=2', place.cleared), ['desk 2 1 D1 3', 'fraud 2 2 F1 2', 'fraud 2 2 F2 2', 'murder 2 2 M1 2', 'murder 2 2 S 2']);
});

test('an edition gives it again; who reads nobody by office is refused', async () => {
  const { edition } = (await expect(200, 'GET', `${base}&as_of=2025-06-30`, place.hr)).json.meta;
  await assess(place, place.people.M2, place.item, 2, '2025-01-01');
  assert.deepEqual(await ask('&level=2'), ['desk 2 1 D1 3']);
  assert.deepEqual(await ask(`&level=2&edition=${edition}`), ['desk 2 1 D1 3', 'murder 2 1 M1 2']);
  await expect(403, 'GET', base, officer(place.people.M1));
});
