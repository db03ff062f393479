-- The imports that the caller may make too, latest first.
-- SPDX-License-Identifier: MIT
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
       jsonb_build_array(told.created_at, told.id) as _cursor
from import_told as told
where (:state = 'all' or told.state = :state
       or (:state = 'under_way' and told.state not in ('done', 'failed', 'cancelled')))
  and (:after is null or (told.created_at, told.id) < ((:after ->> 0)::timestamptz, (:after ->> 1)::uuid))
order by told.created_at desc, told.id desc
limit :limit
