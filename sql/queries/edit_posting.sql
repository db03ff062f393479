-- Corrects or ends a posting of the organisation that the caller writes for, by a merge patch.
-- SPDX-License-Identifier: MIT
with done as materialized (
    select made.problem, made.faults, made.written from edit_posting(:posting_id::uuid, :if_match, :body) as made
)
select told.id,
       told.person,
       told.organisation,
       told.staff_number,
       told.unit,
       told.unit_code,
       told.unit_name,
       told.worker_type,
       told.rank,
       told.grade,
       told.role_profile,
       told.role_profile_title,
       told.science_category,
       told.fte,
       told.starts_on,
       told.ends_on,
       told.joiner_type,
       told.entry_route,
       told.leaver_type,
       told.counts,
       told.secondment,
       told.sensitive,
       told.recorded_at,
       workforce_status(done.problem) as _status,
       done.problem as _problem,
       done.faults as _faults,
       case when done.problem is distinct from 'own_posting' then told.person::text end as _subject,
       told.etag as _etag
from done
left join lateral posting_now(done.written) as told on true
where done.problem is distinct from 'not_found'
