-- Queues an import of which all parts have been sent.
-- SPDX-License-Identifier: MIT
with present as (
    select import.import_id, import.state, import.parts, import_is_own(import.issuer, import.subject) as own
    from import
    where import.id = :import_id::uuid
), judged as (
    select case
               when not present.own then 'import_of_another'
               when present.state <> 'open' then 'import_not_open'
               when present.parts = 0 then 'import_empty'
               when import_gap(present.import_id) then 'import_part_missing'
           end as problem
    from present
), started as (
    update import
    set state = 'queued', queued_at = now()
    from present, judged
    where import.import_id = present.import_id and import.state = 'open' and judged.problem is null
    returning import.import_id
), problem as (
    select coalesce(judged.problem, case when started.import_id is null then 'import_not_open' end) as code
    from judged
    left join started on true
)
select told.id,
       told.kind,
       told.format,
       told.mode,
       told.dry_run,
       told.title,
       told.organisation,
       told.state,
       told.reason,
       told.made_by,
       told.parts,
       told.bytes,
       told.created_at,
       told.queued_at,
       told.started_at,
       told.ended_at,
       told.rows_read,
       told.rows_good,
       told.rows_bad,
       told.added,
       told.changed,
       told.unchanged,
       told.people_touched,
       told.people_posted,
       case
           when problem.code = 'import_of_another' then 403
           when problem.code = 'import_not_open' then 409
           when problem.code is not null then 422
       end as _status,
       problem.code as _problem
from problem
left join started on true
left join lateral import_as_it_is(started.import_id) as told on true
