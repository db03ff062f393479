-- The people whom the caller reads by office who have been without CPD for some months or more on a day, longest first.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.framework_version_id, frame.item_id, cut.units, cut.worker_type, cut.rank,
           cut.role_profile_id, wanted.day, moment.edition_then as edition, team.by_team,
           coalesce(frame.status, moment.status, cut.status, team.status,
                    case when wanted.day > london_today() then 422 end) as status,
           coalesce(frame.problem, moment.problem, cut.problem, team.problem,
                    case when wanted.day > london_today() then 'gaps_in_future' end) as problem,
           ledger_meta('The people posted to the organisation on the day who have been without CPD for '
               || :months || ' months or more: since the day of their last activity there or, where they have '
               'recorded none, since the day from which they have served there without a break, also where the '
               'organisation did not record CPD here yet in those years. Withdrawn activities are none. With a '
               'framework or item only CPD aligned to it counts. It is a list of those whom the figures of CPD gaps '
               'count as in a gap on the day, as far as the reader reads them. A line manager gets, of those posted '
               'on the day to the units managed, the people managed today, and their gaps begin no earlier than the '
               'postings that the manager sees. Asked for what was known before, it is as it was known then: '
               'activities, postings and units. But who is listed is decided by what the reader may see now: nobody '
               'without a posting here now on the day from which the gap counts; names and staff numbers are those '
               'of now. The College of Policing asks for competence that is kept up and sets no interval: how many '
               'months are a gap is for the reader to say. Source: the activities that people recorded for days on '
               'which they were posted here.',
               frame.organisation_id, frame.framework_version_id, wanted.day, wanted.day, null, moment.edition,
               moment.known_at)
               - array['basis', 'pending'] - case when team.by_team then 'edition' else '' end as meta
    from report_frame(coalesce(:framework, framework_of_item(:item)), :item, null) as frame
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join (select coalesce(:as_of::date, london_today())) as wanted (day)
    cross join lateral report_cut(:unit, :worker_type, :rank, :role, moment.edition_then) as cut
    cross join team_known(moment.edition_then is not null) as team
), listed as (
    select person.id as person,
           gap.staff_number,
           person.given_name,
           person.family_name,
           unit.id as unit,
           unit.code as unit_code,
           unit.name as unit_name,
           gap.worker_type,
           gap.rank,
           profile.title as role_profile_title,
           gap.began as served_since,
           gap.last_on,
           gap.since as gap_since,
           gap.days as gap_days,
           gap.months as gap_months,
           case when gap.person_id is distinct from app_person() then person.id::text end as subject
    from asked
    cross join lateral gaps_in_charge(asked.organisation_id, asked.day, asked.edition, :months::int, asked.units,
        asked.worker_type, asked.rank, asked.role_profile_id, asked.framework_version_id, asked.item_id) as gap
    join person on person.person_id = gap.person_id
    left join unit on unit.unit_id = gap.unit_id
    left join role_profile as profile on profile.role_profile_id = gap.role_profile_id
    where asked.problem is null
      -- What somebody did who is in the team no more is not the manager's to see, and so no gap of theirs is known.
      and (not asked.by_team or app_manages(gap.person_id))
)
select listed.person,
       listed.staff_number,
       listed.given_name,
       listed.family_name,
       listed.unit,
       listed.unit_code,
       listed.unit_name,
       listed.worker_type,
       listed.rank,
       listed.role_profile_title,
       listed.served_since,
       listed.last_on,
       listed.gap_since,
       listed.gap_days,
       listed.gap_months,
       listed.subject as _subject,
       case
           when row_number() over (
                    order by listed.gap_since, listed.family_name, listed.given_name, listed.person) = 1
           then asked.meta
       end as _meta,
       asked.status as _status,
       asked.problem as _problem,
       jsonb_build_array(listed.gap_since, listed.family_name, listed.given_name, listed.person) as _cursor
from asked
left join listed
    on (:after is null
        or (listed.gap_since, listed.family_name, listed.given_name, listed.person)
           > ((:after ->> 0)::date, :after ->> 1, :after ->> 2, (:after ->> 3)::uuid))
order by listed.gap_since, listed.family_name, listed.given_name, listed.person
limit :limit
