-- The file of a report job.
-- SPDX-License-Identifier: MIT
with present as materialized (
    select job.report_job_id, job.media, job.file, job.sha256, job.people, job.reach,
           case
               when job.state = 'expired' or job.expires_at <= now() then 'report_expired'
               when job.state <> 'done' then 'report_not_done'
               when not report_file_open(job.required, job.reach, job.people) then 'report_reaches_further'
           end as problem
    from report_job as job
    where job.id = :report_job_id::uuid
)
select piece.content as _bytes,
       present.media as _media,
       present.file as _file,
       present.sha256 as _etag,
       case when piece.piece = 1 then to_jsonb(present.people) end as _subjects,
       report_reach_scopes(present.reach) as _scopes,
       case present.problem
           when 'report_expired' then 410
           when 'report_not_done' then 409
           when 'report_reaches_further' then 403
       end as _status,
       present.problem as _problem
from present
left join report_piece as piece on piece.report_job_id = present.report_job_id and present.problem is null
order by piece.piece
