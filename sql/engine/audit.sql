-- Records what has been done, an event a member of :events: with the change, or before what was read is answered.
-- SPDX-License-Identifier: MIT
-- The service knows a person who asks by the inner key alone. A change of one's own record is about whoever asks. That
-- sensitive:read was in effect, which widens every other scope, is told with them.
insert into audit_pending (request_id, operation, kind, issuer, subject, client, account_id, person, organisation_id,
                           scopes, people, target, parameters, status)
select given.request_id,
       given.operation,
       given.kind,
       given.issuer,
       given.subject,
       given.client,
       given.account,
       person_identifier(given.person),
       given.organisation,
       case
           when not given.own and 'sensitive:read' = any (given.effective) then given.scopes || 'sensitive:read'::text
           else given.scopes
       end,
       case when given.own then array[person_identifier(given.person)] else given.people end,
       given.target,
       given.parameters,
       given.status
from jsonb_to_recordset(:events) as given (request_id text, operation text, kind text, issuer text, subject text,
                                           client text, account bigint, person bigint, organisation bigint,
                                           scopes text[], effective text[], own boolean, people uuid[],
                                           target text, parameters jsonb, status int)
