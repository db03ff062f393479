-- Records a further posting of a person whom the organisation that the caller writes for has, or has had.
-- SPDX-License-Identifier: MIT
with done as materialized (
    select made.problem, made.faults, made.written from record_posting(:person_id::uuid, :body) as made
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
       case when done.problem in ('scope_not_granted', 'own_posting') then null else :person_id end as _subject,
       '/v1/postings/' || told.id as _location,
       told.etag as _etag
from done
left join lateral posting_now(done.written) as told on true
where done.problem is distinct from 'not_found'
