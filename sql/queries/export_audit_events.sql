-- The sealed trail from one number to the first signed head at or after another, with its proof.
-- SPDX-License-Identifier: MIT
-- The one place where the canonical text of an event is made: sealing takes digests of what this statement gives,
-- `skillsd audit verify` takes them again, and an auditor can. It has every column, in the order and form of jsonb.
with asked as materialized (
    select :from_sequence::bigint as first,
           coalesce(
               (select min(head.sequence) from audit_head as head where head.sequence >= :until_sequence::bigint),
               :until_sequence::bigint) as last
), place as materialized (
    select link.sequence
    from asked
    join audit_link as link on link.sequence between asked.first and asked.last
    union
    select event.sequence
    from asked
    join audit_event as event on event.sequence between asked.first and asked.last
)
select place.sequence,
       encode(link.digest, 'hex') as digest,
       encode(link.chain, 'hex') as chain,
       case
           when event.sequence is not null
           then jsonb_build_object(
                    'id', event.id,
                    'happened_at', to_char(event.happened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                    'request_id', event.request_id,
                    'operation', event.operation,
                    'kind', event.kind,
                    'issuer', event.issuer,
                    'subject', event.subject,
                    'client', event.client,
                    'account_id', event.account_id,
                    'person', event.person,
                    'organisation_id', event.organisation_id,
                    'scopes', event.scopes,
                    'people', event.people,
                    'target', event.target,
                    'parameters', event.parameters,
                    'status', event.status)::text
       end as event,
       case
           when place.sequence is not distinct from (select min(place.sequence) from place)
           then jsonb_build_object(
                    'from_sequence', asked.first,
                    'until_sequence', asked.last,
                    'previous_chain', case
                        when asked.first = 1 then repeat('0', 64)
                        else (
                            select encode(before.chain, 'hex')
                            from audit_link as before
                            where before.sequence = asked.first - 1)
                    end,
                    'heads', coalesce((
                        select jsonb_agg(head.signature order by head.sequence)
                        from audit_head as head
                        where head.sequence between asked.first and asked.last), '[]'))
       end as _meta
from asked
left join place on true
left join audit_link as link on link.sequence = place.sequence
left join audit_event as event on event.sequence = place.sequence
order by place.sequence
