-- The caller's own postings, latest first, wherever they are.
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
       jsonb_build_array(told.starts_on, told.id) as _cursor
from posting_row as told
where told.person_id = app_person()
  and (:after is null or (told.starts_on, told.id) < ((:after ->> 0)::date, (:after ->> 1)::uuid))
order by told.starts_on desc, told.id desc
limit :limit
