-- People of the acting organisation without CPD for some months or more, by unit, worker type or rank, and how long.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.framework_version_id, frame.item_id, frame.unit_id, cut.units, cut.worker_type,
           cut.rank, cut.role_profile_id, period.from_day, period.day, moment.edition, :months::int as months,
           coalesce(frame.status, cut.status, moment.status, case when fault.problem is not null then 422 end)
               as status,
           coalesce(frame.problem, cut.problem, moment.problem, fault.problem) as problem,
           report_meta('People posted to the organisation on the day, and of them those without CPD for '
               || :months || ' months or more: since the day of their last activity there or, where they have '
               'recorded none, since the day from which they have served there without a break, also where the '
               'organisation did not record CPD here yet in those years. The longest gap of the period is the longest '
               'that ends in it or lasts at its end, at its full length; the period limits neither how far back a gap '
               'reaches nor the current one. Withdrawn activities are none. With a framework or item only CPD aligned '
               'to it counts. A person counts once in a row, in the unit, worker type and rank of the day. The '
               'College of Policing asks for competence that is kept up and sets no interval: how many months are a '
               'gap is for the reader to say.',
               frame.organisation_id, frame.framework_version_id, period.from_day, period.day)
           || jsonb_build_object(
                  'edition', moment.edition,
                  'known_at', to_char(moment.known_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) as meta
    from report_frame(coalesce(:framework, framework_of_item(:item)), :item, :unit) as frame
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join report_cut(:unit, :worker_type, :rank, :role, moment.edition) as cut
    cross join (select coalesce(:as_of::date, london_today()) as day) as wanted
    cross join lateral (
        select coalesce(:from::date, (wanted.day - interval '1 year')::date) as from_day, wanted.day
    ) as period
    cross join lateral (
        select case
                   when period.day > london_today() then 'gaps_in_future'
                   when period.from_day > period.day then 'period_reversed'
                   when period.from_day + interval '10 years' < period.day then 'period_too_long'
               end as problem
    ) as fault
), person as (
    select gap.person_id, gap.unit_id, gap.worker_type, gap.rank, gap.last_on, gap.days, gap.months, gap.longest_days,
           gap.longest_months, gap.months >= asked.months as in_gap, gap.longest_months >= asked.months as had_gap
    from asked
    cross join lateral development_gaps(asked.organisation_id, asked.from_day, asked.day, asked.edition, asked.units,
        asked.worker_type, asked.rank, asked.role_profile_id, asked.framework_version_id, asked.item_id) as gap
    where asked.problem is null
), grouped as (
    select null::bigint as row_unit_id, null as row_worker_type, null as row_rank, person.last_on, person.days,
           person.months, person.longest_days, person.longest_months, person.in_gap, person.had_gap
    from person
    union all
    select place.row_unit_id, case when :by = 'worker_type' then person.worker_type end,
           case when :by = 'rank' then coalesce(person.rank, 'none') end, person.last_on, person.days, person.months,
           person.longest_days, person.longest_months, person.in_gap, person.had_gap
    from asked
    cross join person
    left join lateral unit_rows(asked.organisation_id, asked.unit_id, true, asked.edition) as place
        on :by = 'unit' and place.unit_id = person.unit_id and place.row_unit_id > 0
           and place.row_unit_id is distinct from asked.unit_id
    where place.row_unit_id is not null
       or :by in ('worker_type', 'rank')
), cell as (
    select grouped.row_unit_id, grouped.row_worker_type, grouped.row_rank,
           count(*) as people,
           count(*) filter (where grouped.in_gap) as in_gap,
           count(*) filter (where grouped.in_gap and grouped.last_on is null) as never,
           count(*) filter (where grouped.had_gap) as had_gap,
           percentile_disc(0.5) within group (order by grouped.days) as median_current_days,
           max(grouped.longest_days) as longest_days,
           count(*) filter (where grouped.months < 1) as current_under_1,
           count(*) filter (where grouped.months between 1 and 2) as current_1_to_2,
           count(*) filter (where grouped.months between 3 and 5) as current_3_to_5,
           count(*) filter (where grouped.months between 6 and 11) as current_6_to_11,
           count(*) filter (where grouped.months >= 12) as current_12_or_more,
           count(*) filter (where grouped.longest_months < 1) as longest_under_1,
           count(*) filter (where grouped.longest_months between 1 and 2) as longest_1_to_2,
           count(*) filter (where grouped.longest_months between 3 and 5) as longest_3_to_5,
           count(*) filter (where grouped.longest_months between 6 and 11) as longest_6_to_11,
           count(*) filter (where grouped.longest_months >= 12) as longest_12_or_more
    from grouped
    group by grouped.row_unit_id, grouped.row_worker_type, grouped.row_rank
    union all
    select null, null, null, 0, 0, 0, 0, null, null, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    from asked
    where asked.problem is null and not exists (select from person)
)
select organisation.code as organisation_code,
       organisation.name as organisation_name,
       unit.id as unit,
       unit.code as unit_code,
       unit.name as unit_name,
       cell.row_worker_type as worker_type,
       cell.row_rank as rank,
       cell.people,
       cell.in_gap,
       round(100.0 * cell.in_gap / nullif(cell.people, 0), 1) as in_gap_share,
       cell.never,
       cell.had_gap,
       round(100.0 * cell.had_gap / nullif(cell.people, 0), 1) as had_gap_share,
       cell.median_current_days,
       cell.longest_days,
       cell.current_under_1 as current_under_1_months,
       cell.current_1_to_2 as current_1_to_2_months,
       cell.current_3_to_5 as current_3_to_5_months,
       cell.current_6_to_11 as current_6_to_11_months,
       cell.current_12_or_more as current_12_or_more_months,
       cell.longest_under_1 as longest_under_1_months,
       cell.longest_1_to_2 as longest_1_to_2_months,
       cell.longest_3_to_5 as longest_3_to_5_months,
       cell.longest_6_to_11 as longest_6_to_11_months,
       cell.longest_12_or_more as longest_12_or_more_months,
       asked.meta as _meta,
       asked.status as _status,
       asked.problem as _problem
from asked
left join cell on true
left join organisation on organisation.organisation_id = asked.organisation_id and cell.people is not null
left join unit on unit.unit_id = coalesce(cell.row_unit_id, asked.unit_id)
left join worker_type on worker_type.code = cell.row_worker_type
left join rank on rank.code = cell.row_rank
order by cell.row_unit_id is not null or cell.row_worker_type is not null or cell.row_rank is not null, unit.name,
         unit.code, worker_type.ordinal, rank.ordinal
