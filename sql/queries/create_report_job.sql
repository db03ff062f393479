-- Makes a report job: a report that is answered later, as a file.
-- SPDX-License-Identifier: MIT
with made as (
    select made.key, made.problem
    from jsonb_to_record(:body) as body (parameters jsonb, format text)
    cross join lateral make_report_job(:asked, coalesce(body.parameters, '{}'), body.format) as made
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
       case when made.problem is not null then 409 end as _status,
       made.problem as _problem,
       '/v1/report-jobs/' || told.id as _location
from made
left join lateral report_job_as_it_is(made.key) as told on true
