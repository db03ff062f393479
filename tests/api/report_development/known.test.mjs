// SPDX-License-Identifier: MIT
// An edition gives the figures again that were given then, whatever was changed since; and who is withheld is in no edition of who may not see them.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, sql } from '../../lib/client.mjs';
import { force, items, log, officer } from '../../lib/force.mjs';
import { organisation } from '../../lib/organisations.mjs';

// Two people of one force; A logs 60 minutes on 3 March 2025 for one item, and B 30 on the 4th for another. Then A's becomes 90 minutes of January, for the
// other item, B's is withdrawn, and A adds 15 minutes.
let hr, people, edition, aware, ownership;

before(async () => {
  ({ hr, people } = force(organisation('cpdknown'), [{ staff_number: 'HR' }, { staff_number: 'A', unit: 'u1' }, { staff_number: 'B', unit: 'u1' },
    { staff_number: 'S' }]));
  const cvf = await items('cop-cvf-2016');
  [aware, ownership] = [cvf['we-are-emotionally-aware'], cvf['we-take-ownership']];
  const one = await log(people.A, { happened_on: '2025-03-03', minutes: 60, item: aware });
  const other = await log(people.B, { happened_on: '2025-03-04', minutes: 30, item: ownership });
  await log(people.S, { happened_on: '2025-04-04', minutes: 5 });
  ({ edition } = (await expect(200, 'GET', '/v1/reports/development', hr)).json.meta);
  await expect(200, 'PATCH', `/v1/activities/${one.id}`, { ...officer(people.A), headers: { 'if-match': '"1"' },
    body: { happened_on: '2025-01-31', minutes: 90, alignments: [{ item: ownership }] } });
  await expect(204, 'DELETE', `/v1/activities/${other.id}`, { ...officer(people.B), headers: { 'if-match': '"1"' } });
  await log(people.A, { happened_on: '2025-03-05', minutes: 15 });
});

const months = async (query) => (await expect(200, 'GET', `/v1/reports/development?from=2025-01&until=2025-03&${query}`, hr)).json.rows
  .filter((each) => each.bin && each.activities).map((each) => [each.bin, each.people, each.activities, each.minutes]);

test('now it is what holds now', async () => {
  assert.deepEqual(await months(''), [['2025-01', 1, 1, 90], ['2025-03', 1, 1, 15]]);
});

test('in the edition of then it is what held then', async () => {
  assert.deepEqual(await months(`edition=${edition}`), [['2025-03', 2, 2, 90]]);
});

test('alignments are those of the version that held', async () => {
  assert.deepEqual(await months(`item=${aware}&edition=${edition}`), [['2025-03', 1, 1, 60]]);
  assert.deepEqual(await months(`item=${ownership}`), [['2025-01', 1, 1, 90]]);
});

test('and so are gaps, before the period and in it', async () => {
  const longest = async (query) => {
    const { rows: [all] } = (await expect(200, 'GET', `/v1/reports/development-gaps?${query}`, hr)).json;
    return [all.in_gap, all.never];
  };
  // On 30 March 2025 all four have a posting since 2020: now A logged on the 5th; HR, B and S never. Then A and B had, on the 3rd and 4th.
  assert.deepEqual(await longest('as_of=2025-03-30'), [3, 3]);
  assert.deepEqual(await longest(`as_of=2025-03-30&edition=${edition}`), [2, 2]);
  // On 30 April with a period that begins after all of them, the last one before it is found: the same, for it is but two months.
  assert.deepEqual(await longest(`as_of=2025-03-30&from=2025-03-20&edition=${edition}`), [2, 2]);
});

test('who becomes withheld is in no edition', async () => {
  const april = async (query) => (await expect(200, 'GET', `/v1/reports/development?from=2025-04&until=2025-04&bin=period&${query}`, hr)).json.rows[0].people;
  assert.deepEqual([await april(''), await april(`edition=${edition}`)], [1, 1]);
  sql(`update posting set sensitive = true from person where person.person_id = posting.person_id and person.id = $1::uuid`, people.S);
  sql('select see_person(person_id) from person where id = $1::uuid', people.S);
  assert.deepEqual([await april(''), await april(`edition=${edition}`)], [0, 0]);
});
