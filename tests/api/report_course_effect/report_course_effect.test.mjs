// SPDX-License-Identifier: MIT
// "Did the data course move anyone from working to practitioner within a year?"
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect } from '../../lib/client.mjs';
import { londonDay } from '../../lib/days.mjs';
import { claim, force, items, log, officer } from '../../lib/force.mjs';
import { organisation } from '../../lib/organisations.mjs';
import { assess } from '../../lib/workforce.mjs';

let place, item, courseItem;

const base = '/v1/reports/course-effect?framework=gdd-pcf';
const ask = async (more, ...period) => {
  const [from, until] = period.length ? period : ['2023-01', '2023-12'];
  return (await expect(200, 'GET', `${base}&item=${item}&level=3&from=${from}&until=${until}${more}`, place.hr)).json;
};
const lines = ({ rows }) => rows.map((row) =>
  [row.from_level_title ?? 'none', row.course, row.people, row.reached, row.share ?? '-', row.median_days ?? '-', row.went, row.not_over].join(' '));
const working = (found) => lines(found).filter((line) => line.startsWith('Working'));

// On 1 March 2023 A, B, C and D are at working level and take the data course; E takes it at practitioner, F without the skill. A is a practitioner after 100 days, B after
// 300, C after 400, D leaves before. Of six at working level without the course one is a practitioner after 200 days; Z takes another course.
before(async () => {
  const staff = ['HR', 'A', 'B', 'C', 'E', 'F', 'U', 'V', 'W', 'X', 'Y', 'Z'].map((staff_number) => ({ staff_number }));
  place = force(organisation('course'), [...staff, { staff_number: 'D', ends_on: '2023-10-31', leaver_type: 'voluntary_resignation' }]);
  const all = await items('gdd-pcf');
  [item, courseItem] = [Object.values(all)[0], Object.values(all)[1]];
  const { people } = place;
  for (const name of ['A', 'B', 'C', 'D', 'U', 'V', 'W', 'X', 'Y', 'Z']) await assess(place, people[name], item, 2, '2022-06-01');
  await assess(place, people.E, item, 3, '2022-06-01');
  for (const name of ['A', 'B', 'C', 'D', 'E', 'F'])
    await log(people[name], { title: 'Data skills for policing', provider: 'College of Data', happened_on: '2023-03-01', alignments: [{ item: courseItem }] });
  await log(people.A, { title: 'Data skills, second day', happened_on: '2023-03-20' });
  await log(people.Z, { title: 'First aid', happened_on: '2023-03-01' });
  await assess(place, people.A, item, 3, '2023-06-09');
  await assess(place, people.B, item, 3, '2023-12-26');
  await assess(place, people.C, item, 3, '2024-04-04');
  await assess(place, people.X, item, 3, '2023-09-17');
  await claim(people.F, { item, level: 3, valid_from: '2023-03-31' });
});

test('two of four at working level with the course, one of six without, within a year', async () => {
  const found = await ask('&title=data+SKILLS&basis=assessed');
  assert.deepEqual(working(found), ['Working with 4 2 50 200 1 0', 'Working without 6 1 16.7 200 0 0']);
  assert.match(found.meta.definition, /NO PROOF OF CAUSE/);
});

test('a course by its provider, its source, or the item it is aligned to', async () => {
  const wanted = working(await ask('&title=data&basis=assessed'));
  assert.deepEqual(working(await ask('&provider=college+of+data&basis=assessed')), wanted);
  assert.deepEqual(working(await ask(`&course_item=${courseItem}&basis=assessed`)), wanted);
  assert.deepEqual(working(await ask('&source=person&basis=assessed')), ['Working with 5 2 40 200 1 0', 'Working without 5 1 20 200 0 0']);
  // Nobody did it, so all are followed from 1 January: A after 159 days, X after 259, B after 359.
  assert.deepEqual(working(await ask('&source=moodle&basis=assessed')), ['Working without 10 3 30 259 1 0']);
});

test('on any basis, and from not holding it: F claimed it, HR did not', async () => {
  const found = lines(await ask('&title=data&basis=any')).filter((line) => line.startsWith('none'));
  assert.deepEqual(found, ['none with 1 1 100 30 0 0', 'none without 1 0 0 - 0 0']);
});

test('within fewer days, or more', async () => {
  assert.deepEqual(working(await ask('&title=data&basis=assessed&within=99')), ['Working with 4 0 0 - 0 0', 'Working without 6 0 0 - 0 0']);
  assert.deepEqual(working(await ask('&title=data&basis=assessed&within=400'))[0], 'Working with 4 3 75 300 1 0');
});

test('whose days are not over is told apart', async () => {
  const today = londonDay();
  // At working level today are U, V, W and Z beside Y.
  await log(place.people.Y, { title: 'A fresh course', happened_on: today });
  assert.deepEqual(working(await ask('&title=fresh&basis=assessed', today.slice(0, 7), today.slice(0, 7))),
    ['Working with 0 0 - - 0 1', 'Working without 0 0 - - 0 4']);
});

test('as it stood on a day: at the end of 2023 no year was over, but 200 days were', async () => {
  const found = await ask('&title=data&basis=assessed&as_of=2023-12-31');
  assert.deepEqual(working(found), ['Working with 0 0 - - 0 4', 'Working without 0 0 - - 0 6']);
  assert.deepEqual([found.meta.as_of, found.meta.complete], ['2023-12-31', false]);
  assert.deepEqual(working(await ask('&title=data&basis=assessed&as_of=2023-12-31&within=200')), ['Working with 4 1 25 100 0 0', 'Working without 6 1 16.7 200 0 0']);
  // Nobody had done it by the end of February.
  assert.deepEqual(working(await ask('&title=data&basis=assessed&as_of=2023-02-28')).map((line) => line.split(' ')[1]), ['without']);
});

test('faults of the question', async () => {
  const fault = async (status, more, name) => assert.match((await expect(status, 'GET', `${base}${more}`, place.hr)).json.type, new RegExp(`${name}$`));
  await fault(422, `&item=${item}`, 'level_required');
  await fault(422, `&item=${item}&level=9`, 'level_not_on_scale');
  await fault(422, `&item=${item}&level=3&course_item=00000000-0000-4000-8000-000000000000`, 'unknown_course_item');
  await fault(404, '&item=00000000-0000-4000-8000-000000000000&level=3', 'unknown_item');
  await expect(400, 'GET', `${base}&level=3`, place.hr);
  await expect(403, 'GET', `${base}&item=${item}&level=3`, officer(place.people.A));
});

test('by default the last twelve whole months whose people have all had their days', async () => {
  const today = londonDay();
  for (const within of [30, 365]) {
    const { meta, rows } = (await expect(200, 'GET', `${base}&item=${item}&level=3&basis=assessed&within=${within}`, place.hr)).json;
    const ends = Date.parse(meta.period.ends_on);
    const dayAfter = (days) => new Date(ends + days * 86400000).toISOString().slice(0, 10);
    assert.ok(dayAfter(within) <= today && dayAfter(within + 31) > today, `${within} days after ${meta.period.ends_on}`);
    assert.equal(Number(meta.period.ends_on.slice(0, 4)) - Number(meta.period.starts_on.slice(0, 4)), dayAfter(1).endsWith('-01-01') ? 0 : 1);
    // Nobody took a course then: who is below the level is followed, to the end.
    assert.ok(rows.length > 0 && rows.every((row) => row.people > 0 && row.not_over === 0), JSON.stringify(rows));
  }
});
