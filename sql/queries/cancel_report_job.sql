-- Cancels a report job, or takes away its file.
-- SPDX-License-Identifier: MIT
with present as materialized (
    select report_job.report_job_id, cancel_report_job(report_job.id) as cancelled
    from report_job
    where report_job.id = :report_job_id::uuid
)
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
       case when present.cancelled is null then 409 end as _status,
       case when present.cancelled is null then 'report_job_ended' end as _problem
from present
left join lateral report_job_as_it_is(present.cancelled) as told on true
