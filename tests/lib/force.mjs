// SPDX-License-Identifier: MIT
// People made for one test in an organisation that no other test uses, so that figures can be counted on paper.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { all, expect, skillsd, sql } from './client.mjs';

// force('dorset', [{staff_number: 'D1', unit: 'u1', starts_on: '2020-01-01', ...}]) imports the postings, gives each person an account, and makes the
// first one HR. Gives {people: {D1: id}, hr: {as, person}}.
export function force(organisation, postings) {
  const folder = mkdtempSync(join(tmpdir(), 'skillsd-force-'));
  const columns = ['organisation', 'staff_number', 'given_name', 'family_name', 'worker_type', 'starts_on', 'ends_on', 'unit', 'parent_unit',
    'rank', 'joiner_type', 'entry_route', 'leaver_type', 'role_profile', 'subject', 'person_id', 'sensitive', 'unit_sensitive'];
  const rows = postings.map((posting) => ({
    organisation, given_name: 'Test', family_name: posting.staff_number, worker_type: 'police_staff', starts_on: '2020-01-01',
    subject: `test-${organisation}-${posting.staff_number}`, ...posting,
  }));
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))].map((cells) => cells.join(','));
  writeFileSync(join(folder, 'people.csv'), lines.join('\n') + '\n');
  skillsd('import', 'people', join(folder, 'people.csv'));
  rmSync(folder, { recursive: true });
  const people = Object.fromEntries(
    sql(`select p.staff_number || ' ' || person.id from posting p join person using (person_id)
         join organisation o using (organisation_id) where o.code = $1`, organisation).map((line) => line.split(' ')));
  const hr = people[postings[0].staff_number];
  sql(`insert into access_grant (account_id, organisation_id, scopes, granted_by)
       select account_id, o.organisation_id, '{workforce:read,workforce:write,reports:organisation,competencies:assess}', 'test'
       from account join person using (person_id), organisation o
       where person.id = $1::uuid and o.code = $2
         and not exists (select from access_grant g where g.account_id = account.account_id)`, hr, organisation);
  return { people, hr: { as: 'hr', person: hr } };
}

export const officer = (person) => ({ as: 'officer', person });

// The items of a framework by code: {code: id}.
export async function items(framework) {
  const rows = await all(`/v1/frameworks/${framework}/items?limit=500`, { as: 'officer' }, 'items');
  return Object.fromEntries(rows.map((row) => [row.code, row.id]));
}

// Logs an activity for a person and gives it.
export async function log(person, { item, alignments, ...activity }) {
  const body = { title: 'A test activity', happened_on: '2025-03-10', learned: 'How to count.', ...activity };
  const aligned = alignments ?? (item ? [{ item }] : undefined);
  if (aligned) body.alignments = aligned;
  return (await expect(201, 'POST', '/v1/activities', { ...officer(person), body })).json;
}

// Claims a level for a person and gives the assertion.
export const claim = async (person, body) =>
  (await expect(201, 'POST', '/v1/assertions', { ...officer(person), body: { valid_from: '2024-01-01', ...body } })).json;

// How many hold an item at exactly each level, of the rows of a coverage report of the organisation: {level: people}.
export const atLevels = (rows, item) => Object.fromEntries(
  rows.filter((row) => row.item === item && row.unit === null && row.people_at_level > 0).map((row) => [row.level, row.people_at_level]));

// The one row that has these values.
export function row(rows, values) {
  const found = rows.filter((candidate) => Object.entries(values).every(([name, value]) => candidate[name] === value));
  if (found.length !== 1) throw new Error(`${found.length} rows have ${JSON.stringify(values)}`);
  return found[0];
}

// Lends a person to another organisation, [from, until], while the posting at home goes on.
export function lend(person, code, from, until) {
  sql(`insert into posting (person_id, organisation_id, staff_number, worker_type, starts_on, ends_before, secondment)
       select person.person_id, organisation.organisation_id, 'on loan ' || person.id, 'police_staff', $3::date, $4::date + 1, true
       from person, organisation where person.id = $1::uuid and organisation.code = $2`, person, code, from, until);
  sql(`select posting_follows(person_id) from person where id = $1::uuid`, person);
}
