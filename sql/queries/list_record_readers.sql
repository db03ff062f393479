-- Who looked at or changed the caller's own record, and when, latest first; their own doings only if asked for.
-- SPDX-License-Identifier: MIT
with about_me as (
    select event.id, event.happened_at, event.operation, event.kind, event.person, event.organisation_id, event.scopes
    from audit_subject as found
    join audit_event as event on event.sequence = found.sequence
    where found.person = (select app_person_id())
    union all
    select event.id, event.happened_at, event.operation, event.kind, event.person, event.organisation_id, event.scopes
    from audit_pending as event
    where (select app_person_id()) = any (event.people)
), page as (
    select about_me.id, about_me.happened_at, about_me.operation, about_me.kind, about_me.organisation_id,
           about_me.scopes, about_me.person is not distinct from (select app_person_id()) as own
    from about_me
    where (:own::boolean or about_me.person is distinct from (select app_person_id()))
      and (:after is null
           or (about_me.happened_at, about_me.id) < ((:after ->> 0)::timestamptz, (:after ->> 1)::uuid))
    order by about_me.happened_at desc, about_me.id desc
    limit :limit
)
select page.id,
       page.happened_at,
       page.operation,
       page.kind,
       record_reader_name(page.id) as reader,
       page.own,
       case
           when organisation.organisation_id is not null
           then jsonb_build_object('id', organisation.id, 'code', organisation.code, 'name', organisation.name)
       end as organisation,
       to_jsonb(page.scopes) as scopes,
       jsonb_build_array(page.happened_at, page.id) as _cursor
from page
left join organisation on organisation.organisation_id = page.organisation_id
order by page.happened_at desc, page.id desc
