// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, csv, expect } from '../../lib/client.mjs';
import { officer } from '../../lib/force.mjs';
import { eventsOf } from '../../lib/trail.mjs';
import { record, workforce } from '../../lib/workforce.mjs';

let force, other, A;
before(async () => {
  force = workforce('cambridgeshire', { A: { starts_on: '2015-01-01', ends_on: '2022-12-31', leaver_type: 'transfer' }, M: { starts_on: '2019-01-01' }, W: { sensitive: 'yes' } });
  A = force.A;
  other = workforce('leicestershire', { A: { person_id: A, starts_on: '2023-01-01' } });
  await record(201, force, force.M, { starts_on: '2022-01-01', ends_current: true, fte: 0.5 });
});
const of = (person) => `/v1/people/${person}/postings`;

test('an organisation reads its own postings of a person, latest first, and the reading is in the trail', async () => {
  const reply = await expect(200, 'GET', of(force.M), force.hr);
  assert.deepEqual(reply.json.postings.map((each) => [each.starts_on, each.ends_on, each.fte]), [['2022-01-01', null, 0.5], ['2019-01-01', '2021-12-31', 1]]);
  assert.deepEqual(await all(`${of(force.M)}?limit=1`, force.hr, 'postings'), reply.json.postings);
  assert.deepEqual(eventsOf(reply).map((event) => [event.operation, event.people]), [['list_person_postings', [force.M]]]);
  for (const [place, name] of [[force, 'cambridgeshire'], [other, 'leicestershire']])
    assert.deepEqual((await all(of(A), place.hr, 'postings')).map((each) => each.organisation), [name]);
});

test('as CSV', async () => {
  const { text } = await expect(200, 'GET', of(force.M), { ...force.hr, headers: { accept: 'text/csv' } });
  assert.deepEqual(csv(text).map((row) => row.starts_on), ['2022-01-01', '2019-01-01']);
});

test('who is not there for the caller is not found', async () => {
  await expect(404, 'GET', of(force.M), other.hr);
  await expect(404, 'GET', of(force.W), force.hr);
  assert.equal((await expect(200, 'GET', of(force.W), force.cleared)).json.postings[0].sensitive, true);
  await expect(404, 'GET', of('00000000-0000-4000-8000-000000000000'), force.hr);
  await expect(403, 'GET', of(force.M), officer(force.M));
});
