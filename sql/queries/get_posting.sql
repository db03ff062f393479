-- A posting, the caller's own or one that the caller reads by office.
-- SPDX-License-Identifier: MIT
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
       case when told.person_id is distinct from app_person() then told.person::text end as _subject,
       told.etag as _etag
from posting_row as told
where told.id = :posting_id::uuid
  and ((told.person_id = app_person() and has_scope('record:read'))
       or exists (select from posting_in_charge as charge where charge.posting_id = told.posting_id))
