// SPDX-License-Identifier: MIT
// Made-up organisations of a test's own, who writes them, and reorganisations carried through.
import { expect, sql } from './client.mjs';
import { give, organisationId } from './access.mjs';
import { run } from './posted.mjs';
import { until } from './service.mjs';

// An administrator of the nation.
export const nation = { as: 'administrator' };

// The code of a made-up organisation that is there from the first day to, if given, the last.
export function organisation(name, starts_on = '1990-01-01', ends_before = '') {
  const code = `${name}-${run}`;
  sql(`insert into organisation (code, name, nation, kind, starts_on, ends_before)
       values ($1, 'The force of ' || $1, 'England', 'synthetic', $2::date, nullif($3, '')::date)`, code, starts_on, ends_before);
  return code;
}

// Gives a person the grants of HR for an organisation; gives who acts for it.
export function hrOf(person, code, scopes = 'workforce:read workforce:write reports:organisation competencies:assess') {
  give(person, scopes, { organisation: code });
  return { as: 'hr', person, headers: { 'acting-organisation': organisationId(code) } };
}

// Asks for a reorganisation and waits for what comes of it.
export async function reorganised(body, state = 'done') {
  const { json } = await expect(201, 'POST', '/v1/reorganisations', { ...nation, body });
  return until(`the reorganisation is ${state}`, 60, async () => {
    const now = (await expect(200, 'GET', `/v1/reorganisations/${json.id}`, nation)).json;
    if (['done', 'failed'].includes(now.state) && now.state !== state) throw new Error(`it is ${now.state}: ${now.fault}`);
    return now.state === state && now;
  });
}

// What the audit of the ledger finds among the people of an organisation.
export const audited = (code) =>
  sql(`select waiting || ' waiting' || coalesce(', ' || array_to_string(faults, '; '), '')
       from audit_people(0, 10000, null, (select organisation_id from organisation where code = $1))`, code)[0];

// The postings of a person, each as a line: organisation by its name in the test, staff number, unit, days, and what else is said.
export const postings = (person) =>
  sql(`select concat_ws(' ', split_part(o.code, '-', 1), split_part(p.staff_number, '-', 1), u.code, p.starts_on || '..' || coalesce((p.ends_before - 1)::text, ''),
                        p.rank, p.joiner_type, p.leaver_type, case when p.withheld then 'withheld' end)
       from posting p join person using (person_id) join organisation o using (organisation_id) left join unit u using (unit_id)
       where person.id = $1::uuid order by p.starts_on, p.posting_id`, person);
