// SPDX-License-Identifier: MIT
// HR of a force that writes postings: people made for one test, and what is asked of them by HTTP.
import { expect, sql, token } from './client.mjs';
import { atLevels, items } from './force.mjs';
import { posted, run } from './posted.mjs';
import { give } from './access.mjs';

const scopes = 'workforce:read workforce:write reports:organisation competencies:assess';

// Somebody in HR who acts with scopes (and a grant for them); cleared: with sensitive:read too.
export const office = (person, more = '') =>
  ({ as: { token: token('hr', person, ['record:read record:write', scopes, more].filter(Boolean).join(' ')) } });

// workforce('suffolk', {A: {...}}) -> {hr, cleared, A: id}: HR and CLEARED are made too, and may write.
export function workforce(organisation, postings = {}) {
  const made = posted(organisation, { HR: {}, CLEARED: {}, ...postings });
  sql(`delete from access_grant where account_id in (select account_id from account join person using (person_id) where person.id = $1::uuid)`, made.HR);
  give(made.HR, scopes, { organisation });
  give(made.CLEARED, `${scopes} sensitive:read`, { organisation });
  return { ...made, organisation, hr: office(made.HR), cleared: office(made.CLEARED, 'sensitive:read') };
}

export const number = (name) => `${name}-${run}`;
export const code = (reply) => reply.json.type.split('#')[1];
// What is wrong and where: 'posting_faulty /starts_on posting_overlaps'.
export const faults = (reply) => [code(reply), ...(reply.json.errors ?? []).map((fault) => `${fault.pointer} ${fault.code}`)];

export const postingsOf = async (force, person) => (await expect(200, 'GET', `/v1/people/${person}/postings`, force.hr)).json.postings;
export const record = (status, force, person, body, as = force.hr) =>
  expect(status, 'POST', `/v1/people/${person}/postings`, { ...as, body: { worker_type: 'police_staff', starts_on: '2024-01-01', ...body } });
export const edit = (status, posting, body, as, match = '*') =>
  expect(status, 'PATCH', `/v1/postings/${posting}`, { ...as, headers: { 'if-match': match }, body });
export const retract = (status, posting, as, match = '*', reason = 'Recorded for the wrong person.') =>
  expect(status, 'POST', `/v1/postings/${posting}/retraction`, { ...as, headers: { 'if-match': match }, body: { reason } });
export const open = (status, force, body, as = force.hr) => expect(status, 'POST', '/v1/transfers', { ...as, body: { kind: 'transfer', ...body } });
export const accept = (status, transfer, body, as, match = '*') =>
  expect(status, 'POST', `/v1/transfers/${transfer}/acceptance`, { ...as, headers: { 'if-match': match }, body: { worker_type: 'police_staff', ...body } });
export const cancel = (status, transfer, as, body = {}, match = '*') =>
  expect(status, 'POST', `/v1/transfers/${transfer}/cancellation`, { ...as, headers: { 'if-match': match }, body });

// What a force's figures say of an item of a framework, of one basis: who stands on a day, and what came and went, as lines of text.
export async function standing(force, item, day, basis = 'assessed') {
  const { json } = await expect(200, 'GET', `/v1/reports/coverage?framework=cop-cvf-2016&detail=held&basis=${basis}&as_of=${day}`, force.hr);
  return Object.entries(atLevels(json.rows, item)).map(([level, people]) => `${level}: ${people}`).sort();
}
export async function flows(force, item, from, until, basis = 'assessed') {
  const { json } = await expect(200, 'GET', `/v1/reports/upskilling?framework=cop-cvf-2016&basis=${basis}&from=${from}&until=${until}`, force.hr);
  return json.rows.filter((row) => row.item === item).map((row) => `${row.change} ${row.cause} ${row.to_level ?? row.from_level}: ${row.moves}`).sort();
}
export const anItem = async (name = 'we-are-collaborative') => (await items('cop-cvf-2016'))[name];
// A level recorded by HR of a force.
export const assess = (force, person, item, level, valid_from, more = {}) =>
  expect(201, 'POST', `/v1/people/${person}/assertions`, { ...force.hr, body: { item, level, basis: 'assessed', valid_from, ...more } });
// Whether the entries of a person are what the facts imply.
export const proven = (person) =>
  sql(`select count(*) from (
         select framework_item_id, organisation_id, effective_on, level, other_level, gain, basis, cause, delta from skill_implied join person using (person_id) where id = $1::uuid
         union all
         select framework_item_id, organisation_id, effective_on, level, other_level, gain, basis, cause, -delta from skill_ledger join person using (person_id) where id = $1::uuid
       ) as line group by framework_item_id, organisation_id, effective_on, level, other_level, gain, basis, cause having sum(delta) <> 0`, person).length === 0;
