-- The people whom the caller reads by office who have been without CPD for some months or more on a day, longest first.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.framework_version_id, frame.item_id, cut.units, cut.worker_type, cut.rank,
           cut.role_profile_id, wanted.day,
           coalesce(frame.status, cut.status, case when wanted.day > london_today() then 422 end) as status,
           coalesce(frame.problem, cut.problem, case when wanted.day > london_today() then 'gaps_in_future' end)
               as problem
    from report_frame(coalesce(:framework, framework_of_item(:item)), :item, null) as frame
    cross join report_cut(:unit, :worker_type, :rank, :role, null) as cut
    cross join (select coalesce(:as_of::date, london_today()) as day) as wanted
), listed as (
    select person.person_id, person.id, person.given_name, person.family_name, posting.staff_number, unit.id as unit,
           unit.name as unit_name, gap.worker_type, gap.rank, gap.began, gap.last_on, gap.since, gap.days, gap.months
    from asked
    cross join lateral development_gaps(asked.organisation_id, asked.day, asked.day, null, asked.units,
        asked.worker_type, asked.rank, asked.role_profile_id, asked.framework_version_id, asked.item_id) as gap
    join posting_in_charge as posting on posting.posting_id = gap.posting_id
    join person on person.person_id = gap.person_id
    left join unit on unit.unit_id = gap.unit_id
    where asked.problem is null
      and gap.months >= :months::int
      -- What somebody did who is in the team no more is not the manager's to see, and so no gap of theirs is known.
      and (app_organisation() is not null or app_manages(gap.person_id))
      and (:after is null
           or (gap.since, person.family_name, person.given_name, person.id)
              > ((:after ->> 0)::date, :after ->> 1, :after ->> 2, (:after ->> 3)::uuid))
)
select listed.id,
       listed.given_name,
       listed.family_name,
       listed.staff_number,
       listed.unit,
       listed.unit_name,
       listed.worker_type,
       listed.rank,
       listed.began as served_since,
       listed.last_on,
       listed.since as gap_since,
       listed.days as gap_days,
       listed.months as gap_months,
       asked.status as _status,
       asked.problem as _problem,
       case when listed.person_id is distinct from app_person() then listed.id::text end as _subject,
       jsonb_build_array(listed.since, listed.family_name, listed.given_name, listed.id) as _cursor
from asked
left join listed on true
where listed.id is not null or asked.problem is not null
order by listed.since, listed.family_name, listed.given_name, listed.id
limit :limit
