// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { call, expect, skillsd, sql } from '../../lib/client.mjs';
import { claim, force, items, officer } from '../../lib/force.mjs';
import { organisation } from '../../lib/organisations.mjs';

let place, cvf, item, other;

const base = '/v1/reports/coverage?framework=cop-cvf-2024&detail=held';
const ask = async (more = '', as = place.hr) => (await expect(200, 'GET', `${base}&basis=each${more}`, as)).json;
// {1: [people at it, at it or above]} of an item on a basis.
const levels = ({ rows }, of = item, basis = 'self') => Object.fromEntries(
  rows.filter((row) => row.item === of && row.basis === basis && row.people_at_level > 0).map((row) => [row.level, [row.people_at_level, row.people]]));
const assess = (person, body) => expect(201, 'POST', `/v1/people/${person}/assertions`, { ...place.hr, body: { item, basis: 'assessed', ...body } });

before(async () => {
  place = force(organisation('standing'), [{ staff_number: 'HR' }, { staff_number: 'A' }, { staff_number: 'B', starts_on: '2023-05-01' },
    { staff_number: 'C', ends_on: '2024-06-30', leaver_type: 'voluntary_resignation' }, { staff_number: 'D', sensitive: 'yes' }]);
  cvf = await items('cop-cvf-2024');
  item = cvf['we-analyse-critically'];
  other = cvf['we-take-ownership'];
  const { A, B, C, D } = place.people;
  await claim(A, { item, level: 1, valid_from: '2022-01-01' });
  await claim(A, { item, level: 2, valid_from: '2024-03-01', valid_until: '2024-12-31' });
  await claim(B, { item, level: 3, valid_from: '2023-01-01' });
  await claim(C, { item, level: 1, valid_from: '2021-01-01' });
  await claim(D, { item, level: 3, valid_from: '2021-01-01' });
});

test('people at each level and at it or above, on the days on which that changes', async () => {
  const expected = {
    '2021-12-31': { 1: [1, 1] }, '2022-01-01': { 1: [2, 2] }, '2023-04-30': { 1: [2, 2] }, '2023-05-01': { 1: [2, 3], 3: [1, 1] },
    '2024-03-01': { 1: [1, 3], 2: [1, 2], 3: [1, 1] }, '2024-06-30': { 1: [1, 3], 2: [1, 2], 3: [1, 1] }, '2024-07-01': { 2: [1, 2], 3: [1, 1] },
    '2024-12-31': { 2: [1, 2], 3: [1, 1] }, '2025-01-01': { 1: [1, 2], 3: [1, 1] }, '2035-01-01': { 1: [1, 2], 3: [1, 1] },
  };
  for (const [day, counts] of Object.entries(expected)) assert.deepEqual(levels(await ask(`&as_of=${day}`)), counts, day);
});

test('what is known of the future is there already', async () => {
  await assess(place.people.A, { level: 2, valid_from: '2024-01-01', valid_until: '2040-01-31' });
  assert.deepEqual(levels(await ask('&as_of=2040-01-31'), item, 'assessed'), { 2: [1, 1] });
  assert.deepEqual(levels(await ask('&as_of=2040-02-01'), item, 'assessed'), {});
});

test('a report is given again by its edition, and as known at a time, whatever is put right later', async () => {
  const day = '&as_of=2025-12-31';
  const before = await ask(day);
  const told = await claim(place.people.B, { item: other, level: 2, valid_from: '2025-06-01' });
  const then = await ask(day);
  assert.deepEqual(levels(then, other), { 2: [1, 1] });
  let known;
  for (let tries = 0; tries < 100 && !known; tries++) {
    const now = new Date().toISOString();
    const { json } = await call('GET', `${base}&basis=each${day}&known_at=${now}`, place.hr);
    if (json.rows && JSON.stringify(levels(json, other)) === JSON.stringify(levels(then, other))) known = now;
    else await new Promise((done) => setTimeout(done, 100));
  }
  assert.ok(known, 'the ledger records a tick within ten seconds');
  const etag = (await expect(200, 'GET', `/v1/assertions/${told.id}`, officer(place.people.B))).headers.get('etag');
  await expect(200, 'POST', `/v1/assertions/${told.id}/withdrawal`, { ...officer(place.people.B), headers: { 'if-match': etag }, body: { withdrawn_on: '2025-07-01' } });
  await claim(place.people.C, { item, level: 3, valid_from: '2020-02-01' });
  await claim(place.people.A, { item: other, level: 1, valid_from: '2024-11-01' });
  const after = await ask(day);
  assert.deepEqual(levels(after, other), { 1: [1, 1] });
  assert.deepEqual((await ask(`${day}&edition=${then.meta.edition}`)).rows, then.rows);
  assert.deepEqual((await ask(`${day}&edition=${before.meta.edition}`)).rows, before.rows);
  assert.deepEqual((await ask(`${day}&known_at=${known}`)).rows, then.rows);
  const past = '&as_of=2020-12-31';
  assert.notDeepEqual((await ask(past)).rows, (await ask(`${past}&edition=${then.meta.edition}`)).rows);
});

test('a withheld person counts for those with sensitive:read alone', async () => {
  const { hr } = place;
  assert.equal(levels(await ask())[3][0], 1);
  sql(`update access_grant set scopes = scopes || '{sensitive:read}' from account join person using (person_id)
       where access_grant.account_id = account.account_id and person.id = $1::uuid`, hr.person);
  const token = skillsd('token', '--as', 'hr', '--person', hr.person, '--scope', 'reports:organisation sensitive:read').trim();
  assert.equal(levels(await ask('', { as: { token } }))[3][0], 2);
  sql(`update access_grant set scopes = array_remove(scopes, 'sensitive:read') from account join person using (person_id)
       where access_grant.account_id = account.account_id and person.id = $1::uuid`, hr.person);
});

test('what cannot be known', async () => {
  const edition = (await ask()).meta.edition;
  const code = async (status, more) => (await expect(status, 'GET', base + more, place.hr)).json;
  assert.match((await code(422, `&known_at=2024-01-01T00:00:00Z&edition=${edition}`)).type, /known_at_or_edition$/);
  assert.match((await code(422, '&known_at=2999-01-01T00:00:00Z')).type, /known_in_future$/);
  assert.match((await code(422, '&known_at=2001-01-01T00:00:00Z')).type, /known_too_early$/);
  for (const bad of ['999999999999:999999999999:', '10:5:', '7:9:3', '1:5:9']) assert.match((await code(422, `&edition=${bad}`)).type, /edition_not_known$/);
  for (const bad of ['&edition=1:2', '&edition=x', '&known_at=yesterday']) await code(400, bad);
});

test('a refusal says which parameter it is about', async () => {
  const where = async (status, more) => (await expect(status, 'GET', base + more, place.hr)).json.errors?.map((one) => one.pointer);
  assert.deepEqual(await where(422, '&known_at=2001-01-01T00:00:00Z'), ['?known_at']);
  assert.deepEqual(await where(422, '&edition=10:5:'), ['?edition']);
});
