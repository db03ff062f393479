// SPDX-License-Identifier: MIT
// The audit trail as the owner of the schema sees it.
import { sql } from './client.mjs';

// The events of a reply, by its request id.
export const eventsOf = (reply) =>
  sql(`select to_jsonb(event) || jsonb_build_object('organisation', organisation.code)
       from audit_trail as event left join organisation using (organisation_id)
       where request_id = $1`, reply.headers.get('x-request-id')).map((line) => JSON.parse(line));

// In how many rows of all its tables a text stands.
export const mentions = (text) =>
  ['audit_pending', 'audit_event', 'audit_subject', 'audit_link', 'audit_head'].reduce(
    (sum, table) => sum + Number(sql(`select count(*) from ${table} as t where position($1 in t::text) > 0`, text)[0]), 0);
