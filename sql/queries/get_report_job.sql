-- How far a report job is.
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
       told.content
from report_job_told as told
where told.id = :report_job_id::uuid
