-- SPDX-License-Identifier: MIT
-- Skills at risk: what went with those who went, what lapses next, and what one or few hold alone.

create or replace function held_cells(of_organisation bigint, items bigint[], day date, edition text, of_basis text,
    by text, whole boolean, units bigint[], of_worker_type text, of_rank text, of_role bigint, top_unit bigint)
returns table (framework_item_id bigint, basis text, level smallint, unit_id bigint, worker_type text, people bigint)
language plpgsql stable parallel safe rows 1000 set plan_cache_mode = force_custom_plan set work_mem = '64MB' as $$
declare
    one_basis text := nullif(nullif(of_basis, 'each'), 'any');
begin
    if whole and by = 'organisation' and of_basis <> 'any' then
        return query
        select standing.framework_item_id, standing.basis, standing.level, null::bigint, null::text, standing.people
        from skills_standing(of_organisation, held_cells.day, held_cells.edition) as standing
        where standing.framework_item_id = any (items) and (one_basis is null or standing.basis = one_basis);
        return;
    end if;
    return query
    select held.framework_item_id, held.basis, held.level,
           nullif(rows.row_unit_id, 0),
           case by when 'worker_type' then place.worker_type end,
           count(*)
    from people_on(of_organisation, held_cells.day, held_cells.edition, units, of_worker_type, of_rank,
        of_role) as place
    join levels_on(of_organisation, null, items, held_cells.day, held_cells.edition, of_basis) as held
        on held.person_id = place.person_id
    join unit_rows(of_organisation, top_unit, by = 'unit', held_cells.edition) as rows
        on rows.unit_id = coalesce(place.unit_id, 0)
    group by 1, 2, 3, 4, 5;
end
$$;
comment on function held_cells(bigint, bigint[], date, text, text, text, boolean, bigint[], text, text, bigint,
    bigint) is
    'How many hold each item at each level on a day, by basis (each, one, or any: the highest on any), and by unit '
    'with those below it or by worker type. From balances where nobody is left out.';

create or replace function lost_cells(of_organisation bigint, items bigint[], from_day date, before_day date,
    edition text, of_basis text, by text, whole boolean, units bigint[], of_worker_type text, of_rank text,
    of_role bigint, top_unit bigint)
returns table (framework_item_id bigint, basis text, level smallint, cause text, leaver_type text, unit_id bigint,
    worker_type text, lost bigint)
language plpgsql stable parallel safe rows 1000 set plan_cache_mode = force_custom_plan set work_mem = '64MB' as $$
declare
    one_basis text := nullif(nullif(of_basis, 'each'), 'any');
begin
    if whole and by = 'organisation' and of_basis <> 'any' then
        return query
        select flow.framework_item_id, flow.basis, flow.level, flow.cause, null::text, null::bigint, null::text,
               sum(-flow.people * span.sign)::bigint
        -- A last day in the period is a loss of the day after: whole months, and the two days in which they differ.
        from (values (from_day, lost_cells.before_day, 1), (from_day, from_day + 1, -1),
                     (lost_cells.before_day, lost_cells.before_day + 1, 1)) as span (from_day, before_day, sign)
        cross join lateral skills_flow(of_organisation, span.from_day, span.before_day, lost_cells.edition) as flow
        where not flow.gain and cause_goes(flow.cause)
          and flow.framework_item_id = any (items) and (one_basis is null or flow.basis = one_basis)
        group by 1, 2, 3, 4
        having sum(-flow.people * span.sign) <> 0;
        return;
    end if;
    return query
    select gone.framework_item_id, gone.basis, gone.level, gone.cause,
           case when by = 'leaver_type' and place.ends_before = gone.day then place.leaver_type end,
           nullif(rows.row_unit_id, 0),
           case by when 'worker_type' then place.worker_type end,
           count(*)
    from (
        select entry.person_id, entry.framework_item_id, entry.cause, entry.day,
               case of_basis when 'any' then 'any' else entry.basis end as basis, max(entry.from_level) as level
        from skill_moves(of_organisation, items, from_day + 1, before_day + 1, lost_cells.edition, one_basis) as entry
        where entry.to_level is null and cause_goes(entry.cause)
        group by 1, 2, 3, 4, 5
    ) as gone
    join places_known(of_organisation, from_day, before_day, lost_cells.edition) as place
        on place.person_id = gone.person_id and place.starts_on < gone.day
           and (place.ends_before is null or place.ends_before >= gone.day)
    join unit_rows(of_organisation, top_unit, by = 'unit', lost_cells.edition) as rows
        on rows.unit_id = coalesce(place.unit_id, 0)
    where (units is null or place.unit_id = any (units))
      and (of_worker_type is null or place.worker_type = of_worker_type)
      and (of_rank is null or place.rank = of_rank)
      and (of_role is null or place.role_profile_id = of_role)
    group by 1, 2, 3, 4, 5, 6, 7;
end
$$;
comment on function lost_cells(bigint, bigint[], date, date, text, text, text, boolean, bigint[], text, text, bigint,
    bigint) is
    'What went with those whose last day is in a period: item, basis (each, one, or any: the highest on any), level '
    'and why they went, and by leaver type, unit with those below it, or worker type, as on their last day. From '
    'balances where nobody is left out.';

create or replace function lapsing_cells(of_organisation bigint, items bigint[], day date, edition text, of_basis text,
    by text, whole boolean, units bigint[], of_worker_type text, of_rank text, of_role bigint, top_unit bigint)
returns table (framework_item_id bigint, basis text, level smallint, to_level smallint, unit_id bigint,
    worker_type text, within_30 bigint, within_60 bigint, within_90 bigint, within_180 bigint)
language plpgsql stable parallel safe rows 1000 set plan_cache_mode = force_custom_plan set work_mem = '64MB' as $$
declare
    one_basis text := nullif(nullif(of_basis, 'each'), 'any');
begin
    return query
    with lapse as (
        select flow.framework_item_id, flow.basis,
               case when flow.gain then flow.other_level else flow.level end as level,
               case when flow.gain then flow.level end as to_level, null::bigint as unit_id, null::text as worker_type,
               span.days, abs(flow.people)::bigint as moves
        from (values (30, 0), (60, 30), (90, 60), (180, 90)) as span (days, after)
        cross join lateral skills_flow(of_organisation, lapsing_cells.day + span.after + 1,
            lapsing_cells.day + span.days + 1, lapsing_cells.edition) as flow
        where whole and by = 'organisation' and of_basis <> 'any'
          and flow.cause = 'lapsed' and (flow.gain or flow.other_level is null)
          and flow.framework_item_id = any (items) and (one_basis is null or flow.basis = one_basis)
        union all
        select move.framework_item_id, move.basis, move.from_level, move.to_level,
               nullif(rows.row_unit_id, 0),
               case by when 'worker_type' then place.worker_type end,
               move.day - lapsing_cells.day, move.moves
        from (
            select one.person_id, one.framework_item_id, one.basis, one.from_level, one.to_level, one.cause, one.day,
                   one.moves
            from skill_moves(of_organisation, items, lapsing_cells.day + 1, lapsing_cells.day + 181,
                lapsing_cells.edition, one_basis) as one
            where of_basis <> 'any' and not (whole and by = 'organisation')
            union all
            select one.person_id, one.framework_item_id, one.basis, one.from_level, one.to_level, one.cause, one.day,
                   one.moves
            from skill_moves_any(of_organisation, items, lapsing_cells.day + 1, lapsing_cells.day + 181,
                lapsing_cells.edition) as one
            where of_basis = 'any'
        ) as move
        join people_on(of_organisation, lapsing_cells.day, lapsing_cells.edition, units, of_worker_type, of_rank,
            of_role) as place on place.person_id = move.person_id
        join unit_rows(of_organisation, top_unit, by = 'unit', lapsing_cells.edition) as rows
            on rows.unit_id = coalesce(place.unit_id, 0)
        where move.cause = 'lapsed'
    )
    select lapse.framework_item_id, lapse.basis, lapse.level, lapse.to_level, lapse.unit_id, lapse.worker_type,
           coalesce(sum(lapse.moves) filter (where lapse.days <= 30), 0)::bigint,
           coalesce(sum(lapse.moves) filter (where lapse.days <= 60), 0)::bigint,
           coalesce(sum(lapse.moves) filter (where lapse.days <= 90), 0)::bigint,
           sum(lapse.moves)::bigint
    from lapse
    group by 1, 2, 3, 4, 5, 6;
end
$$;
comment on function lapsing_cells(bigint, bigint[], date, text, text, text, boolean, bigint[], text, text, bigint,
    bigint) is
    'What lapses in the 30, 60, 90 and 180 days after a day, each with those before it, from entries dated already: '
    'item, basis, the level that lapses and the one that is left (null: none), and by unit with those below it or by '
    'worker type, as the people are posted on the day. From balances where nobody is left out, with those who are to '
    'come; else of those who are posted on the day.';

create or replace function team_of_today(day date, known_then boolean)
returns table (of_today boolean, status int, problem text)
language sql stable parallel safe rows 1 as $$
    select team.by_team, case when fault.problem is not null then 422 end, fault.problem
    from team_known(known_then) as team
    cross join lateral (
        select coalesce(team.problem,
                        case when team.by_team and team_of_today.day <> london_today() then 'team_of_today' end)
                   as problem
    ) as fault
$$;
comment on function team_of_today(date, boolean) is
    'Whether the caller reads a team alone, as a line manager: then of today and as known now, or the problem. Of '
    'another day, or as known before, the holders who are not in the team today would be missing, and somebody would '
    'be named as alone who was not.';

create or replace function holders_on(of_organisation bigint, items bigint[], day date, edition text, of_basis text,
    by_unit boolean, units bigint[], of_worker_type text, of_rank text, of_role bigint, top_unit bigint)
returns table (row_unit_id bigint, framework_item_id bigint, person_id bigint, posting_id bigint, level smallint)
language sql stable parallel safe rows 50000 as $$
    with held as (
        select known.person_id, known.framework_item_id, known.level
        from levels_on(of_organisation, null, items, holders_on.day, holders_on.edition, of_basis) as known
        where (select app_organisation()) is not null
        union all
        select known.person_id, known.framework_item_id, max(coalesce(known.level, 0::smallint))
        from level_on(holders_on.day) as known
        where (select app_organisation()) is null
          and known.person_id in (
              select posting.person_id
              from postings_known(of_organisation, holders_on.edition) as posting
              where posting.unit_id = any (app_units()))
          and known.framework_item_id = any (items) and (of_basis = 'any' or known.basis = of_basis)
        group by known.person_id, known.framework_item_id
    )
    select rows.row_unit_id, held.framework_item_id, place.person_id, place.posting_id, held.level
    from people_on(of_organisation, holders_on.day, holders_on.edition, units, of_worker_type, of_rank,
        of_role) as place
    join held on held.person_id = place.person_id
    join unit_rows(of_organisation, top_unit, by_unit, holders_on.edition) as rows
        on rows.unit_id = coalesce(place.unit_id, 0)
$$;
comment on function holders_on(bigint, bigint[], date, text, text, boolean, bigint[], text, text, bigint, bigint) is
    'Who holds which item on a day, with the highest level on a basis (any: on any), once in the row of each unit that '
    'they are in (0: the whole). From the entries; for a line manager, who does not read them, from the assertions, '
    'which say the same of today and as known now (team_of_today()).';

create or replace function single_point_cells(of_organisation bigint, items bigint[], day date, edition text,
    of_basis text, most int, of_level int, by_unit boolean, units bigint[], of_worker_type text, of_rank text,
    of_role bigint, top_unit bigint)
returns table (unit_id bigint, framework_item_id bigint, level smallint, holders bigint, required_by bigint,
    roles bigint)
language plpgsql stable parallel safe rows 1000 set plan_cache_mode = force_custom_plan set work_mem = '64MB' as $$
begin
    return query
    with holding as (
        select held.row_unit_id, held.framework_item_id, held.level, count(*) as people
        from holders_on(of_organisation, items, single_point_cells.day, single_point_cells.edition, of_basis, by_unit,
            units, of_worker_type, of_rank, of_role, top_unit) as held
        group by held.row_unit_id, held.framework_item_id, held.level
    ), posted as materialized (
        select rows.row_unit_id, place.role_profile_id, count(*) as people
        from people_on(of_organisation, single_point_cells.day, single_point_cells.edition, units, of_worker_type,
            of_rank, of_role) as place
        join unit_rows(of_organisation, top_unit, by_unit, single_point_cells.edition) as rows
            on rows.unit_id = coalesce(place.unit_id, 0)
        where place.role_profile_id is not null
          and place.person_id not in (
              select not_counted_on(of_organisation, single_point_cells.day, single_point_cells.edition))
        group by rows.row_unit_id, place.role_profile_id
    ), asking as (
        select posted.row_unit_id, requirement.framework_item_id, coalesce(requirement.level, 0::smallint) as level,
               posted.role_profile_id, posted.people
        from posted
        join roles_ask_on(null, single_point_cells.day, single_point_cells.edition) as requirement
            on requirement.role_profile_id = posted.role_profile_id
        where requirement.framework_item_id = any (items)
    ), step as (
        select item.framework_item_id, scale.level
        from framework_item as item
        cross join lateral item_levels(item.level_scale_id) as scale
        where item.framework_item_id = any (items) and (of_level is null or scale.level = of_level)
    ), held_at as (
        select holding.row_unit_id, holding.framework_item_id, step.level, sum(holding.people) as people
        from holding
        join step on step.framework_item_id = holding.framework_item_id and step.level <= holding.level
        group by holding.row_unit_id, holding.framework_item_id, step.level
    ), asked_at as (
        select asking.row_unit_id, asking.framework_item_id, step.level, sum(asking.people) as people,
               count(distinct asking.role_profile_id) as roles
        from asking
        join step on step.framework_item_id = asking.framework_item_id and step.level <= asking.level
        group by asking.row_unit_id, asking.framework_item_id, step.level
    ), counted as (
        select coalesce(held_at.row_unit_id, asked_at.row_unit_id) as row_unit_id,
               coalesce(held_at.framework_item_id, asked_at.framework_item_id) as framework_item_id,
               coalesce(held_at.level, asked_at.level) as level, coalesce(held_at.people, 0) as holders,
               coalesce(asked_at.people, 0) as required_by, coalesce(asked_at.roles, 0) as roles
        from held_at
        full join asked_at
            on asked_at.row_unit_id = held_at.row_unit_id
               and asked_at.framework_item_id = held_at.framework_item_id
               and asked_at.level = held_at.level
    )
    select nullif(counted.row_unit_id, 0), counted.framework_item_id, counted.level, counted.holders::bigint,
           counted.required_by::bigint, counted.roles
    from counted
    where counted.holders <= most;
end
$$;
comment on function single_point_cells(bigint, bigint[], date, text, text, int, int, boolean, bigint[], text, text,
    bigint, bigint) is
    'Items that few hold on a day: at or above each level of their scale, in the whole (unit null) or in each unit '
    'with those below it, how many hold them, of how many there the role asks for it at that level or above, and in '
    'how many roles. What nobody holds is there only where a role asks for it.';

grant execute on function
    held_cells(bigint, bigint[], date, text, text, text, boolean, bigint[], text, text, bigint, bigint),
    lost_cells(bigint, bigint[], date, date, text, text, text, boolean, bigint[], text, text, bigint, bigint),
    lapsing_cells(bigint, bigint[], date, text, text, text, boolean, bigint[], text, text, bigint, bigint),
    team_of_today(date, boolean),
    holders_on(bigint, bigint[], date, text, text, boolean, bigint[], text, text, bigint, bigint),
    single_point_cells(bigint, bigint[], date, text, text, int, int, boolean, bigint[], text, text, bigint, bigint)
    to skillsd_service;
