// SPDX-License-Identifier: MIT
// Grants, tokens and administrators for people made by a test.
import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { sql, token } from './client.mjs';

export const issuer = process.env.SKILLSD_OIDC_ISSUER;

// Somebody with a token of these scopes, whatever is granted: a person, or any subject.
export const scoped = (person, scope) => ({ as: { token: token('officer', person, scope) } });
export const subject = (sub, scope) => ({ as: { token: signed({ sub, scope }) } });

// A token of the local signer for a subject that `skillsd token` knows nothing of.
function signed(claims) {
  const { kid, ...key } = JSON.parse(readFileSync(process.env.SKILLSD_DEMO_KEY, 'utf8'));
  const now = Math.floor(Date.now() / 1000);
  const all = { iss: issuer, aud: process.env.SKILLSD_OIDC_AUDIENCE, iat: now, exp: now + 3600, jti: randomUUID(), ...claims };
  const text = [{ alg: 'ES256', typ: 'at+jwt', kid }, all].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = sign('sha256', Buffer.from(text), { key: createPrivateKey({ key, format: 'jwk' }), dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

// Gives a person's account scopes, for an organisation, a unit of it by code, or the nation; gives the identifier of the grant.
export function give(person, scopes, { organisation = '', unit = '', starts_on = '2020-01-01', ends_before = '' } = {}) {
  const made = sql(`insert into access_grant (account_id, organisation_id, unit_id, scopes, starts_on, ends_before, granted_by)
       select account.account_id, o.organisation_id, unit.unit_id, string_to_array($2, ' '), $5::date, nullif($6, '')::date, 'test'
       from account join person using (person_id)
       left join organisation o on o.code = $3
       left join unit on unit.organisation_id = o.organisation_id and unit.code = $4
       where person.id = $1::uuid
       returning id`, person, scopes, organisation, unit, starts_on, ends_before);
  if (made.length !== 1) throw new Error(`${person} has ${made.length} accounts`);
  return made[0];
}

// Makes a person an administrator of an organisation, or of the nation without one.
export function administrator(person, organisation) {
  give(person, 'administration', { organisation });
  return scoped(person, 'administration');
}

// The identifier at the API of the account that a person came with.
export const accountOf = (person) =>
  sql('select account.id from account join person using (person_id) where person.id = $1::uuid order by account_id limit 1', person)[0];

export const organisationId = (code) => sql('select id from organisation where code = $1', code)[0];
export const unitId = (organisation, code) =>
  sql('select unit.id from unit join organisation using (organisation_id) where organisation.code = $1 and unit.code = $2', organisation, code)[0];

// What a problem says: its code, and the places of its faults.
export const problem = ({ json }) => [json.type.split('#')[1], ...(json.errors ?? []).map(({ pointer }) => pointer)].join(' ');
