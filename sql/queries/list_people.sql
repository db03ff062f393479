-- The people posted on a day within what the caller reads by office, by name, one row a posting.
-- SPDX-License-Identifier: MIT
with recursive unit_asked as (
    select unit.unit_id
    from unit
    where unit.id = :unit::uuid
    union
    select below.unit_id
    from unit_asked
    join unit as below on below.parent_id = unit_asked.unit_id
)
select person.id,
       person.given_name,
       person.family_name,
       person.synthetic,
       organisation.code as organisation,
       unit.id as unit,
       unit.name as unit_name,
       posting.staff_number,
       posting.worker_type,
       posting.rank,
       posting.grade,
       profile.id as role_profile,
       profile.title as role_profile_title,
       posting.starts_on,
       posting.ends_before - 1 as ends_on,
       case when person.person_id is distinct from app_person() then person.id::text end as _subject,
       jsonb_build_array(person.family_name, person.given_name, posting.id) as _cursor
from posting_in_charge as posting
join person on person.person_id = posting.person_id
join organisation on organisation.organisation_id = posting.organisation_id
left join unit on unit.unit_id = posting.unit_id
left join role_profile as profile on profile.role_profile_id = posting.role_profile_id
where posting.starts_on <= coalesce(:as_of::date, london_today())
  and (posting.ends_before is null or posting.ends_before > coalesce(:as_of::date, london_today()))
  and (:unit is null or posting.unit_id in (select unit_asked.unit_id from unit_asked))
  and (:worker_type is null or posting.worker_type = :worker_type)
  and (:rank is null or posting.rank = :rank)
  and (:q is null
       or position(lower(:q) in lower(person.given_name || ' ' || person.family_name)) > 0
       or starts_with(lower(posting.staff_number), lower(:q)))
  and (:after is null
       or (person.family_name, person.given_name, posting.id) > (:after ->> 0, :after ->> 1, (:after ->> 2)::uuid))
order by person.family_name, person.given_name, posting.id
limit :limit
