// SPDX-License-Identifier: MIT
// The cells of the cube as they are asked for: which rows a parameter picks, and why a row has no figure. How they are counted: tests/national/.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { problem } from '../../lib/access.mjs';
import { call, csv, expect } from '../../lib/client.mjs';
import { items, row } from '../../lib/force.mjs';
import { edition } from '../../lib/national.mjs';
import { organisation } from '../../lib/organisations.mjs';

const college = { as: 'college' };
let force, other, item, quarter;
const figures = async (query, status = 200) => expect(status, 'GET', `/v1/national/figures?${query}`, college);
const rows = async (query) => (await figures(`quarter_end=${quarter}&${query}`)).json.rows;
const told = ({ people, marker }) => people ?? marker;

before(async () => {
  [force, other] = [organisation('cube', '1940-01-01'), organisation('cubed', '1940-01-01')];
  item = (await items('cop-cvf-2016'))['we-are-collaborative'];
  quarter = edition([
    { measure: 'strength', organisation: force, worker_type: 'police_officer', people: 40 },
    { measure: 'strength', organisation: force, worker_type: null, people: 55 },
    { measure: 'strength', organisation: null, worker_type: null, people: 100 },
    { measure: 'strength', organisation: null, worker_type: 'police_officer', people: null },
    { measure: 'held', item, basis: 'any', level: 1, organisation: force, worker_type: 'police_officer', people: 30 },
    { measure: 'held', item, basis: 'any', level: 1, organisation: force, worker_type: null, people: null },
    { measure: 'held', item, basis: 'assessed', level: 1, organisation: force, worker_type: 'police_officer', people: 45 },
    { measure: 'developed', item, organisation: force, worker_type: 'police_officer', people: 20 },
  ]);
});

test('an organisation has a row for each worker type and one for all, and its figures are those of the edition', async () => {
  const own = await rows(`measure=strength&organisation=${force}`);
  assert.deepEqual(own.map((each) => [each.worker_type, told(each)]), [
    ['all', 55], ['police_officer', 40], ['police_staff', 'fewer than 10'], ['pcso', 'fewer than 10'], ['designated_officer', 'fewer than 10'],
    ['special_constable', 'fewer than 10'], ['police_support_volunteer', 'fewer than 10']]);
});

test('a total without a figure is withheld where a part of it is given, and else does not say', async () => {
  const all = await rows('measure=strength&organisation=all');
  assert.equal(told(row(all, { worker_type: 'police_officer' })), 'withheld');
  assert.equal(told(row(all, { worker_type: 'pcso' })), 'fewer than 10, or withheld');
  assert.equal(told(row(await rows(`measure=strength&organisation=${other}`), { worker_type: 'all' })), 'fewer than 10, or withheld');
});

test('a level has a row on each basis, and percent is of the strength as it is given: 30 of 40, and 45 of 40', async () => {
  const held = await rows(`measure=held&framework=cop-cvf-2016&item=${item}&organisation=${force}&worker_type=police_officer`);
  assert.deepEqual(held.map((each) => [each.basis, each.level, told(each), each.percent]), [
    ['any', 1, 30, 75], ['any', 2, 'fewer than 10', null], ['any', 3, 'fewer than 10', null],
    ['assessed', 1, 45, 112.5], ['assessed', 2, 'fewer than 10', null], ['assessed', 3, 'fewer than 10', null]]);
  const whole = await rows(`measure=held&framework=cop-cvf-2016&item=${item}&organisation=${force}&worker_type=all`);
  assert.equal(told(row(whole, { basis: 'any', level: 1 })), 'withheld');
});

test('CPD has a row for an item, without basis and level', async () => {
  const [developed, ...more] = await rows(`measure=developed&framework=cop-cvf-2016&item=${item}&organisation=${force}&worker_type=police_officer`);
  assert.deepEqual([developed.basis, developed.level, developed.people, developed.percent, more.length], [null, null, 20, 50, 0]);
});

test('joining has the five years to the one of the quarter, which leave open whether they are small', async () => {
  const year = Number(quarter.slice(0, 4)) + (quarter.slice(5) > '03-31' ? 1 : 0);
  const joined = await rows(`measure=joined&organisation=${force}&worker_type=police_officer`);
  assert.deepEqual(joined.map((each) => [each.joined_year, told(each)]), [0, 1, 2, 3, 4].map((back) => [year - back, 'fewer than 10, or withheld']));
});

test('the figures say when they were made, by which policy, and of which edition', async () => {
  const { meta } = (await figures(`measure=strength&quarter_end=${quarter}&organisation=all`)).json;
  assert.deepEqual([meta.period.ends_on, meta.edition], [quarter, '1']);
  assert.match(meta.policy, /multiple of five.*fewer than 10.*Not guarded against/s);
});

test('as CSV they are the same rows', async () => {
  const reply = await call('GET', `/v1/national/figures?measure=strength&quarter_end=${quarter}&organisation=${force}`, { ...college, headers: { accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text).map((each) => each.people), ['55', '40', '', '', '', '', '']);
});

test('what there is not is said', async () => {
  const refused = async (status, query) => problem(await figures(query, status));
  assert.equal(await refused(404, 'measure=strength&quarter_end=1949-12-31'), 'quarter_without_figures ?quarter_end');
  assert.equal(await refused(404, `measure=strength&quarter_end=${quarter}&edition=2`), 'quarter_without_figures ?edition');
  assert.equal(await refused(404, 'measure=strength&organisation=atlantis'), 'unknown_organisation ?organisation');
  assert.equal(await refused(404, 'measure=strength&worker_type=wizard'), 'unknown_worker_type ?worker_type');
  assert.equal(await refused(404, 'measure=held&framework=atlantis'), 'unknown_framework ?framework');
  assert.equal(await refused(422, 'measure=held'), 'measure_needs_framework ?framework');
  assert.equal(await refused(422, 'measure=strength&framework=cop-cvf-2016'), 'measure_without_framework ?measure');
});

test('there is no other way to cut them', async () => {
  for (const more of ['unit=1', 'rank=constable', 'role=1', 'as_of=2025-01-01', 'from=2025-01', 'basis=self']) await figures(`measure=strength&${more}`, 400);
});

test('what is published may be kept by whoever asked, and is asked for again by its ETag', async () => {
  const ask = (headers = {}, status = 200) => expect(status, 'GET', `/v1/national/figures?measure=strength&quarter_end=${quarter}&organisation=${force}`, { ...college, headers });
  const [json, text, workbook] = [await ask(), await ask({ accept: 'text/csv' }), await ask({ accept: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' })];
  assert.deepEqual([json, text, workbook].map(({ headers }) => headers.get('cache-control')), ['private, no-cache', 'private, no-cache', 'private, no-store']);
  assert.notEqual(json.headers.get('etag'), text.headers.get('etag'), 'each representation has its own');
  const again = await ask({ 'if-none-match': json.headers.get('etag') }, 304);
  assert.deepEqual([again.text, again.headers.get('etag'), again.headers.get('cache-control')], ['', json.headers.get('etag'), 'private, no-cache']);
  assert.equal((await ask({ 'if-none-match': text.headers.get('etag') })).text, json.text, 'the CSV tells nothing of the JSON');
  const other = await call('GET', '/v1/national/figures?measure=strength', { as: 'hr', headers: { 'if-none-match': json.headers.get('etag') } });
  assert.deepEqual([other.status, other.headers.get('cache-control')], [403, 'private, no-store']);
});
