// SPDX-License-Identifier: MIT
// A force of which it can be said on paper who holds PIP 2 alone: as units, who holds which level there, and whose role asks for it.
//   murder (below crime)  M1 2, M2 1, both investigators, who are to have PIP 2; S 2, withheld
//   fraud (below crime)   F1 2, F2 2
//   desk                  D1 3, D2 1, HR, BOSS, who manages crime, and CLEARED
//   traffic               R, an investigator without it
import { sql } from './client.mjs';
import { force, items } from './force.mjs';
import { give, scoped } from './access.mjs';
import { organisation } from './organisations.mjs';
import { run } from './posted.mjs';
import { assess } from './workforce.mjs';

let made = 0;

// Gives {code, people, hr, boss, cleared, item}.
export async function investigators() {
  const item = (await items('cop-pip')).pip;
  const role_profile = `investigator-${++made}-${run}`;
  sql(`with profile as (
         insert into role_profile (framework_version_id, code, role, title)
         select framework_version_id, $1, 'Investigator', 'Investigator' from framework_item where id = $2::uuid
         returning role_profile_id
       ), version as (
         insert into role_profile_version (role_profile_id, version, valid_from) select role_profile_id, 1, '2020-01-01' from profile
       )
       insert into role_requirement (role_profile_id, version, framework_item_id, level)
       select role_profile_id, 1, framework_item_id, 2 from profile, framework_item where id = $2::uuid`, role_profile, item);
  const code = organisation(`pip${made}`);
  const [murder, fraud, desk] = [{ unit: 'murder', parent_unit: 'crime' }, { unit: 'fraud', parent_unit: 'crime' }, { unit: 'desk' }];
  const place = force(code, [
    { staff_number: 'HR', ...desk }, { staff_number: 'BOSS', ...desk }, { staff_number: 'CLEARED', ...desk }, { staff_number: 'D1', ...desk }, { staff_number: 'D2', ...desk },
    { staff_number: 'M1', ...murder, role_profile, worker_type: 'police_officer', rank: 'sergeant' }, { staff_number: 'M2', ...murder, role_profile },
    { staff_number: 'S', ...murder, sensitive: 'yes' }, { staff_number: 'F1', ...fraud }, { staff_number: 'F2', ...fraud }, { staff_number: 'R', unit: 'traffic', role_profile },
  ]);
  const { people } = place;
  give(people.BOSS, 'team:read', { organisation: code, unit: 'crime' });
  const office = 'workforce:read reports:organisation competencies:assess sensitive:read';
  give(people.CLEARED, office, { organisation: code });
  const cleared = scoped(people.CLEARED, office);
  for (const [name, level] of [['M1', 2], ['M2', 1], ['F1', 2], ['F2', 2], ['D1', 3], ['D2', 1]]) await assess(place, people[name], item, level, '2024-01-01');
  await assess({ hr: cleared }, people.S, item, 2, '2024-01-01');
  return { code, people, hr: place.hr, boss: scoped(people.BOSS, 'team:read'), cleared, item };
}
