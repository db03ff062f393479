// SPDX-License-Identifier: MIT
// Role profiles of a test's own, and people of a force who are posted to them.
import { expect, sql } from './client.mjs';
import { give, scoped } from './access.mjs';
import { run } from './posted.mjs';

let count = 0;

// A role profile of a framework that asks for [{item, level, importance, alternative}]; keeper is anybody, who is then let write it. Gives {id, code}.
export async function roleProfile(keeper, title, requirements, framework = 'cop-cvf-2024') {
  give(keeper, 'frameworks:write');
  const body = { code: `test-${run}-${++count}`, role: title, title, requirements };
  const { json } = await expect(201, 'POST', `/v1/frameworks/${framework}/role-profiles`, { ...scoped(keeper, 'record:read frameworks:write'), body });
  return { id: json.id, code: json.code };
}

// Gives every posting of people the role profile, from their first day.
export const inRole = (profile, ...people) =>
  sql(`update posting set role_profile_id = role_profile.role_profile_id from role_profile, person
       where role_profile.id = $1::uuid and person.person_id = posting.person_id and person.id = any (string_to_array($2, ',')::uuid[])`, profile.id, people.join(','));

// The units of a force by code: {code: id}.
export const unitsOf = (code) =>
  Object.fromEntries(sql(`select unit.code || ' ' || unit.id from unit join organisation using (organisation_id) where organisation.code = $1`, code)
    .map((line) => line.split(' ')));
