// SPDX-License-Identifier: MIT
// The nation's curves, which only the schema's owner can draw: postings of several organisations overlap there.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sql } from '../../lib/client.mjs';
import { force } from '../../lib/force.mjs';
import { organisation } from '../../lib/organisations.mjs';

test('somebody who was on loan meanwhile leaves once, when the home posting ends', () => {
  const [home, host] = [organisation('home'), organisation('host')];
  const { people } = force(home, [{ staff_number: 'L', starts_on: '2021-03-01', ends_on: '2023-05-31', joiner_type: 'standard_recruit', leaver_type: 'voluntary_resignation' }]);
  sql(`insert into posting (person_id, organisation_id, staff_number, worker_type, starts_on, ends_before, secondment)
       select person_id, organisation_id, 'H', 'police_staff', '2021-09-01', '2022-01-01', true from person, organisation where person.id = $1::uuid and organisation.code = $2`, people.L, host);
  assert.deepEqual(
    sql(`select joined_on, ends_before, leaver_type from joinings(0, null) join person using (person_id) where person.id = $1::uuid`, people.L),
    ['2021-03-01|2023-06-01|voluntary_resignation']);
});
