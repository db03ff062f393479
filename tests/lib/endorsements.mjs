// SPDX-License-Identifier: MIT
// Requests for endorsement, made for one test.
import { expect, sql } from './client.mjs';
import { claim, officer } from './force.mjs';

// Asks for an endorsement of a new claim of this item; gives the request. `more` goes into the claim.
export async function ask(asker, endorser, item, more = {}, message) {
  const { id } = await claim(asker, { item, level: 2, evidence: `evidence of ${asker}`, ...more });
  const whom = endorser ? { endorser } : { line_manager: true };
  return (await expect(201, 'POST', '/v1/endorsement-requests', { ...officer(asker), body: { assertion: id, ...whom, ...(message ? { message } : {}) } })).json;
}

// Puts the asking some days into the past, at the same hour in London.
export const older = (id, days) =>
  sql(`update endorsement_request set asked_at = (asked_at at time zone 'Europe/London' - $2 * interval '1 day') at time zone 'Europe/London' where id = $1::uuid`,
    id, days);

export const read = async (person, id) => (await expect(200, 'GET', `/v1/endorsement-requests/${id}`, officer(person))).json;

export const withdrawClaim = (person, id) =>
  expect(200, 'POST', `/v1/assertions/${id}/withdrawal`, { ...officer(person), headers: { 'if-match': '*' }, body: {} });
