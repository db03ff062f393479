// SPDX-License-Identifier: MIT
// Issuers for tests of their administration: of names that nobody has, new in every run.
import { expect, sql, token } from './client.mjs';
import { posted } from './posted.mjs';

const run = `${Date.now().toString(36)}-${process.pid.toString(36)}`;
let count = 0;

export const newUrl = () => `https://login.${run}.invalid/${++count}`;

export const nation = { as: 'administrator' };

// An administrator of one organisation alone.
export function administratorOf(organisation) {
  const { A } = posted(organisation, { HR: {}, A: {} });
  sql(`insert into access_grant (account_id, organisation_id, scopes, granted_by)
       select account_id, o.organisation_id, '{administration}', 'test' from account join person using (person_id), organisation o
       where person.id = $1::uuid and o.code = $2`, A, organisation);
  return { as: { token: token('officer', A, 'administration') } };
}

export const wanted = (more = {}) => ({
  url: newUrl(), title: 'A force', audience: 'skillsd', scopes: ['record:read', 'workforce:read'], organisations: ['north-wales'], ...more,
});

// Registers one and gives {id, etag, issuer}.
export async function registered(more, as = nation) {
  const reply = await expect(201, 'POST', '/v1/issuers', { ...as, body: wanted(more) });
  return { id: reply.json.id, etag: reply.headers.get('etag'), issuer: reply.json };
}
