// SPDX-License-Identifier: MIT
// Who has become withheld since an edition counts in none of its figures for a reader without sensitive:read, whether they come from balances or, narrowed to
// people, from entries and postings: the two must be alike, for all of this force are police staff. S and T hold an item that lapses, and rose in it; S leaves.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, sql } from '../../lib/client.mjs';
import { scoped } from '../../lib/access.mjs';
import { claim, force, items } from '../../lib/force.mjs';
import { hrOf, organisation } from '../../lib/organisations.mjs';

const span = 'from=2024-04&until=2025-03&basis=self';
const day = 'as_of=2025-03-31&basis=self';
const reports = [`coverage?${day}&detail=held`, `upskilling?${span}`, `upskilling?${span}&by=month`, `skills-lost?${span}`, `lapsing?${day}`, `skills-forecast?${day}&months=2`, 'skill-retention?year_ending=2025&basis=self'];
const office = 'workforce:read reports:organisation sensitive:read';
let code, people, hr, cleared, edition;

const ask = async (report, more, as) => (await expect(200, 'GET', `/v1/reports/${report.replace('?', '?framework=cop-cvf-2024&')}${more}`, as)).json;
const rows = async (report, more, as) => (await ask(report, more, as)).rows;
const withhold = (name, sensitive) => {
  sql('update posting set sensitive = $3::boolean from organisation where posting.organisation_id = organisation.organisation_id and code = $1 and staff_number = $2', code, name, sensitive);
  sql(`select see_person(person_id), post_skills(person_id, null, 'posting') from person where id = $1::uuid`, people[name]);
};

before(async () => {
  code = organisation('since');
  ({ people } = force(code, [{ staff_number: 'HR' }, { staff_number: 'CLEARED' }, { staff_number: 'T' }, { staff_number: 'S', ends_on: '2025-02-28', leaver_type: 'voluntary_resignation' }, { staff_number: 'U' }]));
  hr = hrOf(people.HR, code, 'reports:organisation');
  cleared = { ...hrOf(people.CLEARED, code, office), ...scoped(people.CLEARED, office) };
  const item = (await items('cop-cvf-2024'))['we-analyse-critically'];
  for (const name of ['S', 'T', 'U']) {
    await claim(people[name], { item, level: 1, valid_from: '2021-01-01' });
    await claim(people[name], { item, level: 2, valid_from: '2024-12-01', valid_until: '2025-06-30' });
  }
});

test('what an edition says is the same on both ways, before and after somebody has become withheld', async () => {
  const before = await Promise.all(reports.map((report) => rows(report, '', hr)));
  ({ edition } = (await ask(reports[0], '', hr)).meta);
  const there = `&edition=${edition}`;
  withhold('S', true);
  withhold('T', true);
  for (const [n, report] of reports.entries()) {
    assert.deepEqual(await rows(report, there, cleared), before[n], `${report}: the cleared read it as it was`);
    const now = await rows(report, there, hr);
    assert.notDeepEqual(now, before[n], `${report}: they are counted still`);
    assert.deepEqual(now, await rows(report, `${there}&worker_type=police_staff`, hr), report);
    assert.deepEqual(now, await rows(report, '', hr), `${report}: nothing else has changed`);
  }
});

test('an edition from while they were withheld does not count them when they are so no more, nor does one take them off twice', async () => {
  const meanwhile = (await ask(reports[0], '', hr)).meta.edition;
  const withheld = await Promise.all(reports.map((report) => rows(report, '', hr)));
  withhold('T', false);
  for (const [n, report] of reports.entries()) {
    const [then, first] = await Promise.all([meanwhile, edition].map((known) => rows(report, `&edition=${known}`, hr)));
    if (!report.startsWith('skill-retention')) assert.deepEqual(then, withheld[n], report);
    assert.deepEqual(first, await rows(report, `&edition=${edition}&worker_type=police_staff`, hr), report);
    assert.deepEqual(first, await rows(report, '', hr), report);
  }
});
