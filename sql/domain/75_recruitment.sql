-- SPDX-License-Identifier: MIT
-- Who joins, by which route, with what, and how they come on in their first two years. As everywhere a joiner is
-- somebody with a posting that has a joiner type; who joins twice in a cell counts once.

create or replace function recruits(of_organisation bigint, edition text, from_day date, before_day date,
    top_unit bigint, of_worker_type text, of_rank text, of_role_profile bigint)
returns table (person_id bigint, posting_id bigint, joined_on date, ends_before date, leaver_type text,
    joiner_type text, entry_route text, unit_id bigint, worker_type text, rank text, fte numeric, served_before boolean)
language sql stable parallel safe rows 2000 as $$
    select joining.person_id, joining.posting_id, joining.here_from, joining.ends_before, joining.leaver_type,
           joining.joiner_type, coalesce(joining.entry_route, 'not_known'), joining.unit_id, joining.worker_type,
           joining.rank, joining.fte, joining.served_before
    from joinings(of_organisation, recruits.edition) as joining
    where joining.joiner_type is not null
      and joining.here_from >= from_day and joining.here_from < before_day
      and (top_unit is null or joining.unit_id in (
              select rows.unit_id from unit_rows(of_organisation, top_unit, false, recruits.edition) as rows))
      and (of_worker_type is null or joining.worker_type = of_worker_type)
      and (of_rank is null or joining.rank = of_rank)
      and (of_role_profile is null or joining.role_profile_id = of_role_profile)
$$;
comment on function recruits(bigint, text, date, date, bigint, text, text, bigint) is
    'Who joined an organisation in a period, with the posting of the first day, as a report is narrowed.';

create or replace function recruitment_cells(of_organisation bigint, edition text, from_day date, before_day date,
    as_of date, by text, top_unit bigint, of_worker_type text, of_rank text, of_role_profile bigint)
returns table (unit_id bigint, code text, entry_route text, joiner_type text, joiners bigint, fte numeric,
    served_before bigint, serving bigint, leavers bigint, transfers_out bigint)
language sql stable parallel safe set work_mem = '64MB' set jit = off as $$
    with joined as (
        select distinct on (recruit.person_id, rows.row_unit_id, cell.code, route.code, kind.code)
               recruit.person_id, rows.row_unit_id, cell.code, route.code as entry_route, kind.code as joiner_type,
               recruit.fte, recruit.served_before,
               recruit.ends_before is null or recruit.ends_before > as_of as serving,
               recruit.ends_before <= as_of and not leaver.transfer as has_left,
               recruit.ends_before <= as_of and leaver.transfer as transferred
        from recruits(of_organisation, recruitment_cells.edition, from_day, least(before_day, as_of + 1), top_unit,
            of_worker_type, of_rank, of_role_profile) as recruit
        left join leaver_type as leaver on leaver.code = recruit.leaver_type
        join unit_rows(of_organisation, top_unit, by = 'unit', recruitment_cells.edition) as rows
            on rows.unit_id = coalesce(recruit.unit_id, 0)
        cross join lateral (
            select null::text as code
            union all
            select case by
                       when 'month' then to_char(recruit.joined_on, 'YYYY-MM')
                       when 'year' then to_char(recruit.joined_on, 'YYYY')
                       when 'worker_type' then recruit.worker_type
                       else coalesce(recruit.rank, 'none')
                   end
            where by in ('month', 'year', 'worker_type', 'rank')
        ) as cell
        cross join lateral (values (null), (recruit.entry_route)) as route (code)
        cross join lateral (values (null), (recruit.joiner_type)) as kind (code)
        order by recruit.person_id, rows.row_unit_id, cell.code, route.code, kind.code, recruit.joined_on desc
    )
    select nullif(counted.row_unit_id, 0), counted.code, counted.entry_route, counted.joiner_type,
           count(counted.person_id), sum(counted.fte), count(*) filter (where counted.served_before),
           count(*) filter (where counted.serving), count(*) filter (where counted.has_left),
           count(*) filter (where counted.transferred)
    from (
        select joined.person_id, joined.row_unit_id, joined.code, joined.entry_route, joined.joiner_type, joined.fte,
               joined.served_before, joined.serving, joined.has_left, joined.transferred
        from joined
        union all
        select null, coalesce(top_unit, 0), null, null, null, 0, false, false, false, false
    ) as counted
    group by counted.row_unit_id, counted.code, counted.entry_route, counted.joiner_type
$$;
comment on function recruitment_cells(bigint, text, date, date, date, text, bigint, text, text, bigint) is
    'Joiners of a period to a day by entry route and joiner type, by each of them and all (null), and by unit, '
    'month, year, worker type or rank; who of them served here the day before they joined; and who still serves on '
    'the day, had left or transferred. Who joins twice counts as the last time. The whole has its row also when nobody '
    'joined.';

create or replace function recruit_skill_cells(of_organisation bigint, of_version bigint, edition text, from_day date,
    before_day date, by text, top_unit bigint, of_worker_type text, of_rank text, of_role_profile bigint)
returns table (cohort text, framework_item_id bigint, basis text, level smallint, people bigint, joiners bigint)
language plpgsql stable parallel safe
set plan_cache_mode = force_custom_plan set work_mem = '64MB' set jit = off as $$
begin
    return query
    with joined as materialized (
        select distinct on (recruit.person_id, cell.cohort) recruit.person_id, cell.cohort, recruit.joined_on
        from recruits(of_organisation, recruit_skill_cells.edition, from_day, before_day, top_unit, of_worker_type,
            of_rank, of_role_profile) as recruit
        cross join lateral (
            select '' as cohort
            union all
            select case by
                       when 'year' then to_char(recruit.joined_on, 'YYYY')
                       when 'entry_route' then recruit.entry_route
                       else recruit.joiner_type
                   end
            where by in ('year', 'entry_route', 'joiner_type')
        ) as cell
        order by recruit.person_id, cell.cohort, recruit.joined_on
    ), size as (
        select joined.cohort, count(*) as joiners
        from joined
        group by joined.cohort
    ), held as (
        select joined.cohort, joined.person_id, entry.framework_item_id, entry.basis, entry.level
        from joined
        join skill_ledger as entry
            on entry.person_id = joined.person_id and entry.organisation_id = of_organisation
               and entry.effective_on <= joined.joined_on
        join framework_item as item
            on item.framework_item_id = entry.framework_item_id and item.framework_version_id = of_version
        cross join edition_bounds(recruit_skill_cells.edition) as given
        where in_edition(entry.xid, given.xmin, given.xmax, given.running)
        group by joined.cohort, joined.person_id, entry.framework_item_id, entry.basis, entry.level
        having sum(entry.delta) > 0
    )
    select held.cohort, held.framework_item_id, held.basis, held.level, count(*), min(size.joiners)
    from held
    join size on size.cohort = held.cohort
    group by held.cohort, held.framework_item_id, held.basis, held.level;
end
$$;
comment on function recruit_skill_cells(bigint, bigint, text, date, date, text, bigint, text, text, bigint) is
    'Joiners of a period who hold an item at a level (0: without levels) on a basis on the day they join, by cohort '
    '(empty: all), with all joiners of it. Who joins twice counts as the first time.';

create or replace function early_terms(of_organisation bigint, edition text, from_day date, before_day date, as_of date,
    by text, top_unit bigint, of_worker_type text, of_rank text, of_role_profile bigint)
returns table (cohort text, months int, person_id bigint, joined_on date, until_day date, observed boolean,
    serving boolean, has_left boolean, transferred boolean)
language plpgsql stable parallel safe rows 4000 set plan_cache_mode = force_custom_plan as $$
begin
    return query
    with joined as (
        select distinct on (recruit.person_id, cell.cohort)
               cell.cohort, recruit.person_id, recruit.joined_on, recruit.ends_before, recruit.leaver_type
        from recruits(of_organisation, early_terms.edition, from_day, least(before_day, as_of + 1), top_unit,
            of_worker_type, of_rank, of_role_profile) as recruit
        cross join lateral (
            select '' as cohort
            union all
            select case by
                       when 'year' then to_char(recruit.joined_on, 'YYYY')
                       when 'entry_route' then recruit.entry_route
                       when 'joiner_type' then recruit.joiner_type
                       when 'worker_type' then recruit.worker_type
                       else coalesce(recruit.rank, 'none')
                   end
            where by in ('year', 'entry_route', 'joiner_type', 'worker_type', 'rank')
        ) as cell
        order by recruit.person_id, cell.cohort, recruit.joined_on
    )
    select joined.cohort, term.months, joined.person_id, joined.joined_on,
           least(joined.ends_before, term.over_on), term.over_on <= as_of,
           joined.ends_before is null or joined.ends_before > term.over_on,
           coalesce(joined.ends_before <= term.over_on and not leaver.transfer, false),
           coalesce(joined.ends_before <= term.over_on and leaver.transfer, false)
    from joined
    left join leaver_type as leaver on leaver.code = joined.leaver_type
    cross join lateral (
        select number.months, (joined.joined_on + make_interval(months => number.months))::date as over_on
        from (values (12), (24)) as number (months)
    ) as term;
end
$$;
comment on function early_terms(bigint, text, date, date, date, text, bigint, text, text, bigint) is
    'The first 12 and 24 months of those who joined in a period, by cohort (empty: all): whether they are over on a '
    'day (observed), until when somebody served in them, and whether they still did when they were over, had left or '
    'transferred. Who joins twice counts as the first time. In plpgsql, so that what uses it is planned for as many '
    'terms as an organisation has.';

create or replace function early_gains(of_organisation bigint, of_version bigint, edition text, people bigint[])
returns table (person_id bigint, framework_item_id bigint, effective_on date, level smallint, other_level smallint)
language plpgsql stable parallel safe rows 20000 set plan_cache_mode = force_custom_plan set work_mem = '64MB' as $$
begin
    return query
    with given as materialized (
        select bounds.xmin, bounds.xmax, bounds.running from edition_bounds(early_gains.edition) as bounds
    ), entry as materialized (
        select entry.person_id, entry.framework_item_id, entry.basis, entry.level, entry.effective_on, entry.gain,
               entry.cause, sum(entry.delta) as change
        from given
        cross join skill_ledger as entry
        where entry.person_id = any (people)
          and entry.organisation_id = of_organisation
          and entry.framework_item_id = any (array(
                  select item.framework_item_id
                  from framework_item as item
                  where item.framework_version_id = of_version))
          and in_edition(entry.xid, given.xmin, given.xmax, given.running)
        group by entry.person_id, entry.framework_item_id, entry.basis, entry.level, entry.effective_on, entry.gain,
                 entry.cause
        having sum(entry.delta) <> 0
    ), span as (
        select turn.person_id, turn.framework_item_id, turn.level, turn.day, turn.change,
               lead(turn.day) over (
                   partition by turn.person_id, turn.framework_item_id, turn.basis, turn.level
                   order by turn.day) as ends_before
        from (
            select entry.person_id, entry.framework_item_id, entry.basis, entry.level, entry.effective_on as day,
                   sum(entry.change) as change
            from entry
            group by entry.person_id, entry.framework_item_id, entry.basis, entry.level, entry.effective_on
            having sum(entry.change) <> 0
        ) as turn
    ), compared as (
        select gain.person_id, gain.framework_item_id, gain.day, gain.level,
               max(span.level) filter (where span.day < gain.day) as other_level,
               max(span.level) filter (where span.ends_before is null or span.ends_before > gain.day) as highest
        from (
            select distinct entry.person_id, entry.framework_item_id, entry.effective_on as day, entry.level
            from entry
            where entry.gain and entry.change > 0 and entry.cause in ('assessed', 'renewed', 'superseded')
        ) as gain
        join span
            on span.person_id = gain.person_id and span.framework_item_id = gain.framework_item_id
               and span.change > 0 and span.day <= gain.day
               and (span.ends_before is null or span.ends_before >= gain.day)
        group by gain.person_id, gain.framework_item_id, gain.day, gain.level
    )
    select compared.person_id, compared.framework_item_id, compared.day, compared.level, compared.other_level
    from compared
    where compared.level = compared.highest
      and (compared.other_level is null or compared.level > compared.other_level);
end
$$;
comment on function early_gains(bigint, bigint, text, bigint[]) is
    'Items that people gained (no other level) or rose in (from the other level) while they served in an '
    'organisation, by the highest level on any basis, as skill_moves_any() compares it, from the entries of the '
    'ledger. In plpgsql, planned for the organisation: for any of them a plan thinks it small, and reads all its '
    'entries for each person.';

create or replace function early_cells(of_organisation bigint, of_version bigint, top_item bigint, edition text,
    from_day date, before_day date, as_of date, by text, top_unit bigint, of_worker_type text, of_rank text,
    of_role_profile bigint)
returns table (cohort text, months int, framework_item_id bigint, joiners bigint, observed bigint, serving bigint,
    leavers bigint, transfers_out bigint, people_developed bigint, activities bigint, people_gained bigint,
    skills_gained bigint, people_rose bigint, rises bigint)
language plpgsql stable parallel safe
set plan_cache_mode = force_custom_plan set work_mem = '64MB' set jit = off as $$
begin
    return query
    with term as materialized (
        select term.cohort, term.months, term.person_id, term.joined_on, term.until_day, term.observed, term.serving,
               term.has_left, term.transferred
        from early_terms(of_organisation, early_cells.edition, from_day, before_day, as_of, by, top_unit,
            of_worker_type, of_rank, of_role_profile) as term
    ), row_of as materialized (
        select rows.framework_item_id, rows.row_item_id
        from item_rows(of_version, top_item) as rows
    ), whole as (
        select term.cohort, term.months, count(*) as joiners, count(*) filter (where term.observed) as observed,
               count(*) filter (where term.observed and term.serving) as serving,
               count(*) filter (where term.observed and term.has_left) as leavers,
               count(*) filter (where term.observed and term.transferred) as transfers_out
        from term
        group by term.cohort, term.months
    ), gained as (
        select term.cohort, term.months, row_of.row_item_id,
               count(distinct term.person_id) filter (where gain.other_level is null) as people_gained,
               count(distinct (term.person_id, gain.framework_item_id)) filter (where gain.other_level is null)
                   as skills_gained,
               count(distinct term.person_id) filter (where gain.other_level is not null) as people_rose,
               count(distinct (term.person_id, gain.framework_item_id, gain.level))
                   filter (where gain.other_level is not null) as rises
        from early_gains(of_organisation, of_version, early_cells.edition,
            array(select distinct term.person_id from term where term.observed)) as gain
        join term
            on term.person_id = gain.person_id and term.observed and gain.effective_on > term.joined_on
               and gain.effective_on < term.until_day
        join row_of on row_of.framework_item_id = gain.framework_item_id
        group by term.cohort, term.months, row_of.row_item_id
    ), activity as materialized (
        select said.activity_id, said.person_id, said.happened_on
        from (
            select min(term.joined_on) as from_day, max(term.until_day) as before_day,
                   array_agg(distinct term.person_id) as people
            from term
            where term.observed
        ) as span
        cross join lateral activities_known(of_organisation, span.from_day, span.before_day, early_cells.edition,
            span.people, null) as said
        where span.people is not null
    ), aligned as (
        select distinct alignment.activity_id, row_of.row_item_id
        from (
            select min(activity.happened_on) as from_day, max(activity.happened_on) + 1 as before_day,
                   array_agg(distinct activity.person_id) as people
            from activity
        ) as span
        cross join lateral alignments_known(of_organisation, span.from_day, span.before_day, early_cells.edition,
            span.people, array(select row_of.framework_item_id from row_of)) as alignment
        join row_of on row_of.framework_item_id = alignment.framework_item_id and row_of.row_item_id > 0
    ), done as (
        -- In the row of any item also what is aligned to none.
        select activity.person_id, activity.happened_on, -of_version as row_item_id
        from activity
        where top_item is null
        union all
        select activity.person_id, activity.happened_on, aligned.row_item_id
        from aligned
        join activity on activity.activity_id = aligned.activity_id
    ), logged as (
        select person.cohort, person.months, person.row_item_id, count(*) as people,
               sum(person.activities)::bigint as activities
        from (
            select term.cohort, term.months, term.person_id, done.row_item_id, count(*) as activities
            from term
            join done
                on done.person_id = term.person_id and done.happened_on >= term.joined_on
                   and done.happened_on < term.until_day
            where term.observed
            group by term.cohort, term.months, term.person_id, done.row_item_id
        ) as person
        group by person.cohort, person.months, person.row_item_id
    ), told as (
        select whole.cohort, whole.months, coalesce(top_item, -of_version) as row_item_id
        from whole
        union
        select gained.cohort, gained.months, gained.row_item_id
        from gained
        union
        select logged.cohort, logged.months, logged.row_item_id
        from logged
    )
    select told.cohort, told.months, row_item(told.row_item_id), whole.joiners, whole.observed, whole.serving,
           whole.leavers, whole.transfers_out, coalesce(logged.people, 0), coalesce(logged.activities, 0),
           coalesce(gained.people_gained, 0), coalesce(gained.skills_gained, 0), coalesce(gained.people_rose, 0),
           coalesce(gained.rises, 0)
    from told
    join whole on whole.cohort = told.cohort and whole.months = told.months
    left join gained
        on gained.cohort = told.cohort and gained.months = told.months and gained.row_item_id = told.row_item_id
    left join logged
        on logged.cohort = told.cohort and logged.months = told.months and logged.row_item_id = told.row_item_id;
end
$$;
comment on function early_cells(bigint, bigint, bigint, text, date, date, date, text, bigint, text, text, bigint) is
    'The first 12 and 24 months of those who joined in a period, by cohort (empty: all) and item (null: any): how many '
    'joined, how many of them have had these months (observed), and of those: who still served then, had left or '
    'transferred, who logged CPD (with an item: aligned to it or one below), gained items and rose in them while they '
    'served.';

grant execute on function recruits(bigint, text, date, date, bigint, text, text, bigint),
    recruitment_cells(bigint, text, date, date, date, text, bigint, text, text, bigint),
    recruit_skill_cells(bigint, bigint, text, date, date, text, bigint, text, text, bigint),
    early_terms(bigint, text, date, date, date, text, bigint, text, text, bigint),
    early_gains(bigint, bigint, text, bigint[]),
    early_cells(bigint, bigint, bigint, text, date, date, date, text, bigint, text, text, bigint)
    to skillsd_service;
