// SPDX-License-Identifier: MIT
// Whom the person_id of a row may name: those whom the organisation has, or had, posted to it, as anywhere else. That somebody shares their record with it
// is not enough, and neither is that an import is for the nation when they are withheld.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { sql } from '../../lib/client.mjs';
import { header, importFile, importers } from '../../lib/imports.mjs';
import { posted, run } from '../../lib/posted.mjs';

const organisation = 'dyfed-powys', other = 'cheshire';
const { force, hr, nation } = importers(organisation);
let there;

before(() => {
  there = posted(other, { HR: {}, SHARED: {}, COVERT: { sensitive: 'yes' }, OPEN: {} });
  sql(`insert into record_share (person_id, organisation_id, from_day, until_day)
       select person_id, organisation_id, '2020-01-01', '2030-01-01' from person, organisation where person.id = $1::uuid and code = $2`, there.SHARED, organisation);
  sql('select see_person(person_id) from person where id = $1::uuid', there.SHARED);
});

const places = (done) => done.faults.map(({ line, column }) => `${line} ${column}`);
const row = (name, person, ...more) => [`K${name}-${run}`, 'Ann', 'Ash', 'police_staff', '2024-01-08', person, ...more].join(',');
const postings = (person) => sql('select count(*) from posting join person using (person_id) where person.id = $1::uuid', person)[0];

test('somebody who shares their record with the organisation is not known to its imports', async () => {
  const people = await importFile(hr, 'people', 'csv', `${header},person_id\n${row('S', there.SHARED)}\n${row('O', there.OPEN)}\n`);
  assert.deepEqual(places(people), ['2 person_id', '3 person_id']);
  assert.equal(postings(there.SHARED), '1');
  const [item] = sql("select item.code from item_named as item join level using (level_scale_id) where framework = 'cop-cvf-2016' and level = 1 order by 1 limit 1");
  const assertion = (person) => `${person},cop-cvf-2016,${item},1,assessed,Somebody,2024-01-01`;
  const said = await importFile(hr, 'assertions', 'csv', `person_id,framework,item,level,basis,assessor,valid_from\n${assertion(there.SHARED)}\n${assertion(force.R)}\n`);
  assert.deepEqual([places(said), said.added], [['2 person_id'], 1]);
});

test('an import for the nation names anybody but those whom an organisation withholds', async () => {
  const file = `organisation,${header},person_id\n${organisation},${row('C', there.COVERT)}\n${organisation},${row('N', there.OPEN)}\n`;
  const done = await importFile(nation, 'people', 'csv', file);
  assert.deepEqual(places(done), ['2 person_id']);
  assert.deepEqual([postings(there.COVERT), postings(there.OPEN)], ['1', '2']);
});
