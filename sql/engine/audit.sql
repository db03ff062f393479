-- Records what has been done, an event a member of :events: with the change itself, or before what was read is answered.
-- SPDX-License-Identifier: MIT
-- A change of one's own record is about whoever asks; the service knows a person by the key alone, so the identifier is read here.
insert into audit_pending (request_id, operation, kind, issuer, subject, client, account_id, person_id, organisation_id,
                           scopes, people, target, parameters, status)
select given.request_id,
       given.operation,
       given.kind,
       given.issuer,
       given.subject,
       given.client,
       given.account,
       given.person,
       given.organisation,
       given.scopes,
       case
           when given.own
           then array(select person.id from person where person.person_id = given.person)
           else given.people
       end,
       given.target,
       given.parameters,
       given.status
from jsonb_to_recordset(:events) as given (request_id text, operation text, kind text, issuer text, subject text,
                                           client text, account bigint, person bigint, organisation bigint,
                                           scopes text[], own boolean, people uuid[], target text, parameters jsonb,
                                           status int)
