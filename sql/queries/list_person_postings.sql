-- The postings of a person that the caller reads by office, latest first.
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
       case when asked.person_id is null then 404 end as _status,
       case when asked.person_id is null then 'not_found' end as _problem,
       case when asked.person_id is distinct from app_person() then asked.id::text end as _subject,
       jsonb_build_array(told.starts_on, told.id) as _cursor
from (select) as one
left join (
    select person.person_id, person.id
    from person
    where person.id = :person_id::uuid and app_in_charge_of(person.person_id)
) as asked on true
left join (
    select shown.*
    from posting_in_charge as charge
    join posting_row as shown on shown.posting_id = charge.posting_id
) as told
    on told.person_id = asked.person_id
    and (:after is null or (told.starts_on, told.id) < ((:after ->> 0)::date, (:after ->> 1)::uuid))
where asked.person_id is null or told.id is not null
order by told.starts_on desc, told.id desc
limit :limit
