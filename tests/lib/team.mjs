// SPDX-License-Identifier: MIT
// A force of a test's own with a line manager of unit "team", for what is read of people by name.
import { expect } from './client.mjs';
import { give } from './access.mjs';
import { force } from './force.mjs';
import { hrOf, organisation } from './organisations.mjs';
import { unitsOf } from './roles.mjs';

// Sergeant A manages "team", with "cell" below it; "desk" is beside them. Others are posted as told: {B: {unit: 'team'}}.
export function team(name, postings) {
  const code = organisation(name);
  const rows = { HR: {}, A: { unit: 'team', worker_type: 'police_officer', rank: 'sergeant' }, CELL: { unit: 'cell', parent_unit: 'team' }, DESK: { unit: 'desk' }, ...postings };
  const { people } = force(code, Object.entries(rows).map(([staff_number, posting]) => ({ staff_number, ...posting })));
  give(people.A, 'team:read', { organisation: code, unit: 'team' });
  return { code, people, hr: hrOf(people.HR, code), manager: { as: 'manager', person: people.A }, units: unitsOf(code) };
}

// A level recorded by HR of it.
export const assess = ({ hr }, person, item, level, more = {}) =>
  expect(201, 'POST', `/v1/people/${person}/assertions`, { ...hr, body: { item, level, basis: 'assessed', valid_from: '2024-01-01', ...more } });
