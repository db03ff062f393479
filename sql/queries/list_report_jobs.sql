-- The caller's report jobs, latest first.
-- SPDX-License-Identifier: MIT
select told.id,
       told.report,
       told.parameters,
       told.format,
       told.organisation,
       told.state,
       told.rows,
       told.bytes,
       told.problem,
       told.meta,
       told.created_at,
       told.started_at,
       told.ended_at,
       told.expires_at,
       told.content,
       jsonb_build_array(told.created_at, told.id) as _cursor
from report_job_told as told
where (:state::text is null or told.state = :state)
  and (:after is null or (told.created_at, told.id) < ((:after ->> 0)::timestamptz, (:after ->> 1)::uuid))
order by told.created_at desc, told.id desc
limit :limit
