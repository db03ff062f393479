-- Events of the audit trail that the caller may read, sealed or not yet, latest first.
-- SPDX-License-Identifier: MIT
-- A person's sealed events are found by their numbers, which an index can take behind the wall.
with matching as (
    select event.sequence, event.id, event.happened_at, event.request_id, event.operation, event.kind, event.issuer,
           event.subject, event.client, event.person, event.organisation_id, event.scopes, event.people, event.target,
           event.parameters, event.status
    from audit_trail as event
    where has_scope('audit:read')
      and (:from is null or event.happened_at >= :from::timestamptz)
      and (:until is null or event.happened_at < :until::timestamptz)
      and (:person is null
           or event.sequence = any (array(
                  select found.sequence
                  from audit_subject as found
                  where found.person = :person::uuid))
           or (event.sequence is null and :person::uuid = any (event.people)))
      and (:actor is null or event.person = :actor::uuid)
      and (:subject is null or event.subject = :subject)
      and (:operation is null or event.operation = :operation)
      and (:kind is null or event.kind = :kind)
      and (:organisation is null
           or event.organisation_id = (
                  select asked.organisation_id
                  from organisation as asked
                  where asked.code = :organisation or asked.id::text = lower(:organisation)))
      and (:request_id is null or event.request_id = :request_id)
      and (:after is null
           or (event.happened_at, event.id) < ((:after ->> 0)::timestamptz, (:after ->> 1)::uuid))
    order by event.happened_at desc, event.id desc
    limit :limit
)
select matching.sequence,
       matching.id,
       matching.happened_at,
       matching.request_id,
       matching.operation,
       matching.kind,
       matching.issuer,
       matching.subject,
       matching.client,
       matching.person,
       case
           when organisation.organisation_id is not null
           then jsonb_build_object('id', organisation.id, 'code', organisation.code, 'name', organisation.name)
       end as organisation,
       to_jsonb(matching.scopes) as scopes,
       to_jsonb(matching.people) as people,
       matching.target,
       matching.parameters,
       matching.status,
       jsonb_build_array(matching.happened_at, matching.id) as _cursor
from matching
left join organisation on organisation.organisation_id = matching.organisation_id
order by matching.happened_at desc, matching.id desc
