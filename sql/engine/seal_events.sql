-- Moves the events that wait, the oldest first and at most :limit, under the next numbers; gives first and last.
-- SPDX-License-Identifier: MIT
-- Insertions into audit_pending go on meanwhile: nothing here holds a lock that they wait for.
with taken as (
    delete from audit_pending as gone
    using (
        select happened_at, id
        from audit_pending
        order by happened_at, id
        limit :limit
    ) as oldest
    where gone.happened_at = oldest.happened_at and gone.id = oldest.id
    returning gone.id, gone.happened_at, gone.request_id, gone.operation, gone.kind, gone.issuer, gone.subject,
              gone.client, gone.account_id, gone.person, gone.organisation_id, gone.scopes, gone.people,
              gone.target, gone.parameters, gone.status
), numbered as (
    select greatest((select max(sequence) from audit_link), (select max(sequence) from audit_event), 0)
               + row_number() over (order by happened_at, id) as sequence,
           id, happened_at, request_id, operation, kind, issuer, subject, client, account_id, person,
           organisation_id, scopes, people, target, parameters, status
    from taken
), sealed as (
    insert into audit_event (sequence, id, happened_at, request_id, operation, kind, issuer, subject, client,
                             account_id, person, organisation_id, scopes, people, target, parameters, status)
    select sequence, id, happened_at, request_id, operation, kind, issuer, subject, client, account_id, person,
           organisation_id, scopes, people, target, parameters, status
    from numbered
), found_by_person as (
    insert into audit_subject (person, happened_at, sequence, organisation_id)
    select distinct subject.person, numbered.happened_at, numbered.sequence, numbered.organisation_id
    from numbered
    cross join unnest(numbered.people) as subject (person)
)
select min(sequence) as first_sequence, max(sequence) as last_sequence
from numbered
