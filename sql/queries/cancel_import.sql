-- Takes back an import that has not begun to run.
-- SPDX-License-Identifier: MIT
with present as (
    select import.import_id
    from import
    where import.id = :import_id::uuid
), cancelled as (
    update import
    set state = 'cancelled', ended_at = now()
    from present
    where import.import_id = present.import_id and import.state in ('open', 'queued')
    returning import.import_id
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
       case when cancelled.import_id is null then 409 end as _status,
       case when cancelled.import_id is null then 'import_under_way' end as _problem
from present
left join cancelled on true
left join lateral import_as_it_is(cancelled.import_id) as told on true
