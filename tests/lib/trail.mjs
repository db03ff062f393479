// SPDX-License-Identifier: MIT
// The audit trail as the owner of the schema sees it.
import { sql } from './client.mjs';

// The events of a reply, by its request id.
export const eventsOf = (reply) =>
  sql(`select to_jsonb(event) || jsonb_build_object('organisation', organisation.code)
       from audit_trail as event left join organisation using (organisation_id)
       where request_id = $1`, reply.headers.get('x-request-id')).map((line) => JSON.parse(line));

// Everything that the trail holds, as one text.
export const everything = () =>
  ['audit_pending', 'audit_event', 'audit_subject', 'audit_link', 'audit_head'].flatMap((table) => sql(`select row_to_json(t) from ${table} as t`)).join('\n');
