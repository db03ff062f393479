-- SPDX-License-Identifier: MIT
-- Retention: who joins and who leaves in a period, and the strength at both ends, after the Home Office's statistics.

create or replace function retention_period(year_ending int, ending_on date, as_of date)
returns table (year int, first_day date, last_day date, status int, problem text)
language sql stable parallel safe rows 1 as $$
    select case when ending_on is null then year.year end,
           case when ending_on is null then year.first_day else asked.first_day end,
           coalesce(ending_on, year.last_day), fault.status, fault.problem
    from report_year(year_ending, retention_period.as_of) as year
    cross join (
        -- The day after that day of the year before; after 28 February, when there is no 29th then, 1 March.
        select greatest(ending_on + 1 - interval '1 year', ending_on - interval '1 year' + interval '1 day')::date
    ) as asked (first_day)
    cross join lateral (
        select case
                   when year_ending is not null and ending_on is not null then 'year_or_ending'
                   when ending_on is null then year.problem
                   when asked.first_day > london_today() then '?ending_on period_not_begun'
               end as problem
    ) as found
    cross join lateral (
        select case when found.problem is not null then 422 end as status, found.problem
    ) as fault
$$;
comment on function retention_period(int, date, date) is
    'The year to 31 March that is asked for, by default the last that is over on a day (null: today), or the twelve '
    'months that end on a day, which have no year; or the problem.';

create or replace function retention_facts(of_organisation bigint, first_day date, until_day date, edition text,
    with_service boolean)
returns table (person_id bigint, posting_id bigint, unit_id bigint, worker_type text, rank text,
    role_profile_id bigint, fte numeric, starts_on date, leaver_type text, began date, measure text, day date)
language sql stable parallel safe rows 100000 as $$
    select stay.person_id, stay.posting_id, stay.unit_id, stay.worker_type, stay.rank, stay.role_profile_id, stay.fte,
           stay.starts_on, stay.leaver_type, stay.began, measure.name, measure.day
    from (
        -- A posting that neither begins nor ends in the period is strength, of whichever stay.
        select known.person_id, known.posting_id, known.unit_id, known.worker_type, known.rank, known.role_profile_id,
               known.fte, known.starts_on, known.ends_before, known.joiner_type, known.leaver_type, false as begins,
               false as ends, null::date as began
        from postings_counted(of_organisation, edition) as known
        where not with_service
          and known.starts_on < first_day
          and (known.ends_before is null or known.ends_before = first_day or known.ends_before > until_day + 1)
        union all
        select posting.person_id, posting.posting_id, posting.unit_id, posting.worker_type, posting.rank,
               posting.role_profile_id, posting.fte, posting.starts_on, posting.ends_before, posting.joiner_type,
               posting.leaver_type, posting.begins, posting.ends, coalesce(reach.began, posting.stay_began)
        from stay_postings(of_organisation, edition, case when not with_service then first_day end, until_day)
            as posting
        left join service_reach(case when with_service then of_organisation end, edition) as reach
            on reach.posting_id = posting.posting_id
        where posting.starts_on <= until_day
          and (posting.ends_before is null or posting.ends_before >= first_day)
          and (with_service
               or posting.starts_on >= first_day
               or posting.ends_before - 1 between first_day and until_day)
    ) as stay
    left join joiner_type as joiner on joiner.code = stay.joiner_type
    left join leaver_type as leaver on leaver.code = stay.leaver_type
    cross join lateral (
        select stay.begins and stay.starts_on between first_day and until_day as comes,
               stay.ends and stay.ends_before - 1 between first_day and until_day as goes
    ) as falls
    cross join lateral (
        -- Not values: PostgreSQL would make each of their expressions ready anew for every posting.
        select 'strength_at_start' as name, first_day - 1 as day
        where stay.starts_on < first_day and (stay.ends_before is null or stay.ends_before >= first_day)
        union all
        select case joiner.transfer when false then 'joiners' when true then 'transfers_in' else 'others_in' end,
               stay.starts_on
        where falls.comes
        union all
        select case leaver.transfer when false then 'leavers' when true then 'transfers_out' else 'others_out' end,
               stay.ends_before - 1
        where falls.goes
        union all
        select 'strength_at_end', until_day
        where stay.starts_on <= until_day and (stay.ends_before is null or stay.ends_before > until_day)
    ) as measure
$$;
comment on function retention_facts(bigint, date, date, text, boolean) is
    'What somebody counts for in the figures of retention of a period, and by which posting: being there on the day '
    'before it and on its last day; coming, where a stay begins, by the joiner type of its first posting; and going, '
    'where one ends, by the leaver type of its last. Others come or go without a type: on loan, by a merger, or '
    'nobody said. began, since when they have served, is known with_service alone: without it only the stays of who '
    'comes or goes are followed.';

create or replace function retention_cut(of_organisation bigint, first_day date, last_day date, edition text,
    by text, top_unit bigint, of_worker_type text, of_rank text, of_role_profile bigint)
returns table (person_id bigint, posting_id bigint, unit_id bigint, fte numeric, starts_on date, measure text,
    voluntary boolean, alone boolean, code text)
language sql stable parallel safe rows 10000 as $$
    select fact.person_id, fact.posting_id, coalesce(fact.unit_id, 0) as unit_id, fact.fte, fact.starts_on,
           fact.measure, leaver.voluntary,
           count(*) over (partition by fact.person_id, fact.measure) = 1 as alone,
           case by
               when 'worker_type' then fact.worker_type
               when 'rank' then coalesce(fact.rank, 'none')
               when 'role' then coalesce(fact.role_profile_id, 0)::text
               when 'service_band' then band.code
               when 'leaver_type'
               then case
                        when fact.measure in ('leavers', 'transfers_out') and row_number() over latest = 1
                        then fact.leaver_type
                    end
           end as code
    from retention_facts(of_organisation, first_day, last_day, retention_cut.edition,
        coalesce(by = 'service_band', false)) as fact
    left join leaver_type as leaver on leaver.code = fact.leaver_type
    left join service_band as band
        on by = 'service_band'
           and code_valid_on(band.valid_from, band.valid_before, fact.day)
           and fact.began + make_interval(years => band.from_years) <= fact.day
           and (band.before_years is null or fact.began + make_interval(years => band.before_years) > fact.day)
    where (of_worker_type is null or fact.worker_type = of_worker_type)
      and (of_rank is null or fact.rank = of_rank)
      and (of_role_profile is null or fact.role_profile_id = of_role_profile)
      and (top_unit is null or fact.unit_id in (
              select rows.unit_id
              from unit_rows(of_organisation, top_unit, false, retention_cut.edition) as rows))
    window latest as (partition by fact.person_id, fact.measure
                      order by fact.starts_on desc, fact.posting_id desc)
$$;
comment on function retention_cut(bigint, date, date, text, text, bigint, text, text, bigint) is
    'The facts of retention_facts() that a report is narrowed to, each with the unit (0: none), what it is cut by, as '
    'code, and whether the person has one of its measure alone.';

create or replace function retention_counts(of_organisation bigint, first_day date, last_day date, edition text,
    by text, top_unit bigint, of_worker_type text, of_rank text, of_role_profile bigint)
returns table (unit_id bigint, worker_type text, rank text, role_profile_id bigint, service_band text,
    leaver_type text, strength_at_start bigint, joiners bigint, transfers_in bigint, others_in bigint, leavers bigint,
    voluntary_leavers bigint, transfers_out bigint, others_out bigint, strength_at_end bigint,
    strength_at_start_fte numeric, joiners_fte numeric, transfers_in_fte numeric, others_in_fte numeric,
    leavers_fte numeric, voluntary_leavers_fte numeric, transfers_out_fte numeric, others_out_fte numeric,
    strength_at_end_fte numeric)
language sql stable parallel safe set work_mem = '64MB' set jit = off as $$
    with fact as materialized (
        select cut.person_id, cut.posting_id, cut.unit_id, cut.fte, cut.starts_on, cut.measure, cut.voluntary,
               cut.alone, cut.code
        from retention_cut(of_organisation, first_day, last_day, edition, by, top_unit, of_worker_type, of_rank,
            of_role_profile) as cut
    ), place as materialized (
        select rows.unit_id, rows.row_unit_id
        from unit_rows(of_organisation, top_unit, by = 'unit', retention_counts.edition) as rows
    ), cell as (
        select fact.person_id, fact.posting_id, fact.unit_id, fact.fte, fact.starts_on, fact.measure, fact.voluntary,
               fact.alone, code.code
        from fact
        cross join lateral (
            select null::text as code
            union all
            select fact.code
            where fact.code is not null
        ) as code
    ), repeated as (
        -- Who joins or leaves twice in the year counts once in a cell, as the last time.
        select distinct on (cell.person_id, cell.measure, place.row_unit_id, cell.code)
               place.row_unit_id, cell.code, cell.measure, cell.fte, cell.voluntary
        from cell
        join place on place.unit_id = cell.unit_id
        where not cell.alone
        order by cell.person_id, cell.measure, place.row_unit_id, cell.code, cell.starts_on desc, cell.posting_id desc
    ), part as (
        select cell.unit_id, cell.code, cell.measure, count(*) as people, sum(cell.fte) as fte,
               count(*) filter (where cell.voluntary) as voluntary,
               coalesce(sum(cell.fte) filter (where cell.voluntary), 0) as voluntary_fte
        from cell
        where cell.alone
        group by cell.unit_id, cell.code, cell.measure
    ), summed as (
        -- Whoever counts once is in a cell of each unit above as often.
        select place.row_unit_id, part.code, part.measure, part.people, part.fte, part.voluntary, part.voluntary_fte
        from part
        join place on place.unit_id = part.unit_id
        union all
        select repeated.row_unit_id, repeated.code, repeated.measure, count(*), sum(repeated.fte),
               count(*) filter (where repeated.voluntary),
               coalesce(sum(repeated.fte) filter (where repeated.voluntary), 0)
        from repeated
        group by repeated.row_unit_id, repeated.code, repeated.measure
        union all
        select coalesce(top_unit, 0), null, null, 0, 0, 0, 0
    )
    select nullif(summed.row_unit_id, 0),
           case when by = 'worker_type' then summed.code end,
           case when by = 'rank' then summed.code end,
           case when by = 'role' then summed.code::bigint end,
           case when by = 'service_band' then summed.code end,
           case when by = 'leaver_type' then summed.code end,
           coalesce(sum(people) filter (where measure = 'strength_at_start'), 0)::bigint,
           coalesce(sum(people) filter (where measure = 'joiners'), 0)::bigint,
           coalesce(sum(people) filter (where measure = 'transfers_in'), 0)::bigint,
           coalesce(sum(people) filter (where measure = 'others_in'), 0)::bigint,
           coalesce(sum(people) filter (where measure = 'leavers'), 0)::bigint,
           coalesce(sum(voluntary) filter (where measure = 'leavers'), 0)::bigint,
           coalesce(sum(people) filter (where measure = 'transfers_out'), 0)::bigint,
           coalesce(sum(people) filter (where measure = 'others_out'), 0)::bigint,
           coalesce(sum(people) filter (where measure = 'strength_at_end'), 0)::bigint,
           coalesce(sum(fte) filter (where measure = 'strength_at_start'), 0),
           coalesce(sum(fte) filter (where measure = 'joiners'), 0),
           coalesce(sum(fte) filter (where measure = 'transfers_in'), 0),
           coalesce(sum(fte) filter (where measure = 'others_in'), 0),
           coalesce(sum(fte) filter (where measure = 'leavers'), 0),
           coalesce(sum(voluntary_fte) filter (where measure = 'leavers'), 0),
           coalesce(sum(fte) filter (where measure = 'transfers_out'), 0),
           coalesce(sum(fte) filter (where measure = 'others_out'), 0),
           coalesce(sum(fte) filter (where measure = 'strength_at_end'), 0)
    from summed
    group by summed.row_unit_id, summed.code
$$;
comment on function retention_counts(bigint, date, date, text, text, bigint, text, text, bigint) is
    'Headcount and full-time equivalents of a period, to a day in it or its last, after the Home Office''s workforce '
    'statistics: strength on the day before it and on its last day, who joins and who leaves, transfers and others '
    'apart, as retention_facts() says; as a whole and by unit, worker type, rank, role profile, length of service on '
    'the day of each, or leaver type, which has leavers and transfers alone. Without a rank: the rank none; without a '
    'role profile: the number 0. The whole has its row also when nobody is in it.';

grant execute on function retention_period(int, date, date), retention_facts(bigint, date, date, text, boolean),
    retention_cut(bigint, date, date, text, text, bigint, text, text, bigint),
    retention_counts(bigint, date, date, text, text, bigint, text, text, bigint)
    to skillsd_service;
