-- Makes an import of a small file and queues it.
-- SPDX-License-Identifier: MIT
with made as (
    select made.key, made.problem
    from make_import(:kind, case :content_type when 'text/csv' then 'csv' else 'ndjson' end, :mode, :dry_run::boolean,
                     :title) as made
), queued as (
    select queue_import_file(made.key, :content) as key
    from made
    where made.problem is null
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
       case made.problem when 'scope_not_granted' then 403 when 'imports_under_way' then 409 end as _status,
       made.problem as _problem,
       '/v1/imports/' || told.id as _location
from made
left join queued on true
left join lateral import_as_it_is(queued.key) as told on true
