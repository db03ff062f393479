-- Makes an import, which then takes the parts of a file.
-- SPDX-License-Identifier: MIT
with given as (
    select body.kind, body.format, body.mode, coalesce(body.dry_run, false) as dry_run, body.title
    from jsonb_to_record(:body) as body (kind text, format text, mode text, dry_run boolean, title text)
), made as (
    select made.key, made.problem
    from given
    cross join lateral make_import(given.kind, given.format, given.mode, given.dry_run, given.title) as made
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
left join lateral import_as_it_is(made.key) as told on true
