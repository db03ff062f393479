// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, sql } from '../../lib/client.mjs';
import { force } from '../../lib/force.mjs';
import { hrOf, organisation } from '../../lib/organisations.mjs';

const day = '2026-06-30';
let place, units, roles;

const ask = async (query) => (await expect(200, 'GET', `/v1/reports/strength?as_of=${day}${query}`, place)).json;
const counts = ({ rows }, name) => Object.fromEntries(rows.map((row) => [row[name] ?? 'all', row.headcount]));
const problem = async (status, query) => (await expect(status, 'GET', `/v1/reports/strength?${query}`, place)).json.type.split(/[/:#]/).pop();

before(() => {
  const code = organisation('cut');
  roles = sql('select id from role_profile order by code limit 2');
  // hq: a sergeant and an inspector; the desk below it: HR and a constable; elsewhere: a sergeant.
  const { people } = force(code, [
    { staff_number: 'HR', unit: 'desk', parent_unit: 'hq', role_profile: sql('select code from role_profile order by code limit 1')[0] },
    { staff_number: 'C', unit: 'desk', worker_type: 'police_officer', rank: 'constable' },
    { staff_number: 'S', unit: 'hq', worker_type: 'police_officer', rank: 'sergeant' }, { staff_number: 'I', unit: 'hq', worker_type: 'police_officer', rank: 'inspector' },
    { staff_number: 'E', unit: 'elsewhere', worker_type: 'police_officer', rank: 'sergeant' },
  ]);
  place = hrOf(people.HR, code);
  units = Object.fromEntries(sql(`select unit.code || ' ' || unit.id from unit join organisation using (organisation_id) where organisation.code = $1`, code).map((line) => line.split(' ')));
});

test('a unit is one whole with those below, and by unit each of them is a row', async () => {
  assert.deepEqual(counts(await ask(`&unit=${units.hq}`), 'unit_code'), { hq: 4 });
  assert.deepEqual(counts(await ask(`&unit=${units.hq}&by=unit`), 'unit_code'), { hq: 4, desk: 2 });
  assert.deepEqual(counts(await ask(`&unit=${units.hq}&by=rank`), 'rank'), { all: 4, constable: 1, sergeant: 1, inspector: 1, none: 1 });
});

test('a worker type, a rank and a role narrow it', async () => {
  assert.deepEqual(counts(await ask('&worker_type=police_officer&by=unit'), 'unit_code'), { all: 4, hq: 3, desk: 1, elsewhere: 1 });
  assert.deepEqual(counts(await ask('&rank=sergeant&by=unit'), 'unit_code'), { all: 2, hq: 1, elsewhere: 1 });
  assert.deepEqual(counts(await ask(`&role=${roles[0]}`), 'unit_code'), { all: 1 });
  assert.deepEqual(counts(await ask(`&role=${roles[1]}&by=unit`), 'unit_code'), { all: 0 }, 'nobody has it');
});

test('by role, those without one are a row of their own, and the rows add up to the whole', async () => {
  assert.deepEqual((await ask('&by=role')).rows.map((each) => [each.role_profile, each.role_profile_title === 'none', each.headcount]), [[null, false, 5], [roles[0], false, 1], [null, true, 4]]);
});

test('it refuses what is not known', async () => {
  assert.equal(await problem(404, `unit=${roles[0]}`), 'unknown_unit');
  assert.equal(await problem(404, 'worker_type=robot'), 'unknown_worker_type');
  assert.equal(await problem(404, 'rank=admiral'), 'unknown_rank');
  assert.equal(await problem(404, `role=${units.hq}`), 'unknown_role_profile');
  assert.equal(await problem(422, 'known_at=2150-01-01T00:00:00Z'), 'known_in_future');
  assert.equal(await problem(422, 'known_at=1990-01-01T00:00:00Z'), 'known_too_early');
  assert.equal(await problem(422, 'edition=999999999999:999999999999:'), 'edition_not_known');
});
