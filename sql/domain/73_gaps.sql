-- SPDX-License-Identifier: MIT
-- Gaps: what people lack of what their roles ask for, who is near, and how long the step took others.

create or replace function step_days(of_organisation bigint, day date, edition text, of_version bigint, of_basis text)
returns table (framework_item_id bigint, level smallint, people bigint, median_days int)
language plpgsql stable parallel safe rows 200 set plan_cache_mode = force_custom_plan as $$
begin
    return query
    with given as materialized (
        select bounds.xmin, bounds.xmax, bounds.running from edition_bounds(step_days.edition) as bounds
    ), rise as (
        select entry.person_id, entry.framework_item_id, entry.basis, entry.level, entry.effective_on
        from given
        cross join skill_ledger as entry
        where entry.organisation_id = of_organisation
          and entry.effective_on > (step_days.day - interval '2 years')::date
          and entry.effective_on <= step_days.day
          and entry.gain
          and entry.other_level = entry.level - 1
          and entry.other_level > 0
          and of_basis in (entry.basis, 'any')
          and entry.framework_item_id in (
              select item.framework_item_id
              from framework_item as item
              where of_version is null or item.framework_version_id = of_version)
          and in_edition(entry.xid, given.xmin, given.xmax, given.running)
        group by entry.person_id, entry.framework_item_id, entry.basis, entry.level, entry.effective_on
        having sum(entry.delta) > 0
    ), step as (
        select rise.person_id, rise.framework_item_id, rise.level, rise.effective_on - before.effective_on as days
        from rise
        cross join lateral (
            select earlier.effective_on, earlier.cause
            from given
            cross join skill_ledger as earlier
            where earlier.person_id = rise.person_id
              and earlier.framework_item_id = rise.framework_item_id
              and earlier.organisation_id = of_organisation
              and earlier.basis = rise.basis
              and earlier.gain
              and earlier.level = rise.level - 1
              and earlier.other_level is distinct from earlier.level
              and earlier.effective_on < rise.effective_on
              and in_edition(earlier.xid, given.xmin, given.xmax, given.running)
            group by earlier.effective_on, earlier.cause
            having sum(earlier.delta) > 0
            order by earlier.effective_on desc
            limit 1
        ) as before
        where before.cause not in ('joined', 'transferred', 'seconded', 'merged')
    )
    select step.framework_item_id, step.level, count(distinct step.person_id),
           percentile_disc(0.5) within group (order by step.days)::int
    from step
    group by step.framework_item_id, step.level;
end
$$;
comment on function step_days(bigint, date, text, bigint, text) is
    'How long those who rose by one level on a basis (any: on whichever) in the two years to a day had held the level '
    'before it: the median, in days, and how many people. Without who brought that level along, whose days are not '
    'known.';

create or replace function alternatives_asked_on(of_version bigint, day date, edition text)
returns table (role_profile_id bigint, framework_item_id bigint, alternative smallint)
language sql stable parallel safe rows 100 as $$
    with asked as materialized (
        select known.role_profile_id, known.framework_item_id, known.level, known.importance, known.alternative
        from roles_ask_on(of_version, alternatives_asked_on.day, alternatives_asked_on.edition) as known
        where known.alternative is not null
    ), numbered as (
        select asked.role_profile_id, asked.alternative,
               dense_rank() over (
                   order by array_agg((asked.framework_item_id, asked.level, asked.importance)::text
                                      order by asked.framework_item_id)) as number
        from asked
        group by asked.role_profile_id, asked.alternative
    )
    select asked.role_profile_id, asked.framework_item_id, numbered.number::smallint
    from asked
    join numbered
        on numbered.role_profile_id = asked.role_profile_id and numbered.alternative = asked.alternative
$$;
comment on function alternatives_asked_on(bigint, date, text) is
    'The items that role profiles of a framework version ask for on a day as alternatives, with a number for each need '
    'of which any one is enough: the same for all role profiles that ask for the same items at the same levels.';

create or replace function gap_cells(of_organisation bigint, day date, edition text, of_version bigint, of_basis text,
    top_item bigint, by text, top_unit bigint, units bigint[], worker_type text, rank text, role_profile bigint)
returns table (framework_item_id bigint, unit_id bigint, role_profile_id bigint, importance text, asked smallint,
    alternative smallint, required bigint, met bigint, short_by_one bigint, levels_short bigint, one_below bigint)
language plpgsql stable parallel safe
set plan_cache_mode = force_custom_plan set work_mem = '64MB' set jit = off as $$
begin
    return query
    with place as materialized (
        select rows.unit_id, rows.row_unit_id
        from unit_rows(of_organisation, top_unit, by = 'unit', gap_cells.edition) as rows
    ), beside as materialized (
        select found.person_id, coalesce(found.unit_id, 0) as unit_id,
               case when by = 'role' then found.role_profile_id end as role_profile_id, found.framework_item_id,
               found.held, found.importance, found.asked, either.alternative, found.gap
        from people_beside(of_organisation, gap_cells.day, gap_cells.edition, of_version, of_basis, true,
            gap_cells.units, gap_cells.worker_type, gap_cells.rank, gap_cells.role_profile) as found
        left join alternatives_asked_on(of_version, gap_cells.day, gap_cells.edition) as either
            on found.importance is not null
               and either.role_profile_id = found.role_profile_id
               and either.framework_item_id = found.framework_item_id
        where top_item is null or found.framework_item_id in (
            select closure.framework_item_id
            from framework_item_ancestor as closure
            where closure.ancestor_id = top_item)
    ), need as (
        select beside.framework_item_id, beside.unit_id, beside.role_profile_id, beside.importance, beside.asked,
               beside.alternative,
               count(*) as required,
               count(*) filter (where beside.gap = 0) as met,
               count(*) filter (where beside.gap = 1) as short_by_one,
               sum(beside.gap) as levels_short
        from beside
        where beside.importance is not null
        group by beside.framework_item_id, beside.unit_id, beside.role_profile_id, beside.importance, beside.asked,
                 beside.alternative
    ), cell as (
        select need.framework_item_id, place.row_unit_id, need.role_profile_id, need.importance, need.asked,
               need.alternative,
               sum(need.required) as required, sum(need.met) as met, sum(need.short_by_one) as short_by_one,
               sum(need.levels_short) as levels_short
        from need
        join place on place.unit_id = need.unit_id
        group by need.framework_item_id, place.row_unit_id, need.role_profile_id, need.importance, need.asked,
                 need.alternative
        having sum(need.required) > sum(need.met)
    ), near as (
        select beside.framework_item_id, place.row_unit_id, beside.held, count(*) as people
        from beside
        join place on place.unit_id = beside.unit_id
        where beside.importance is null
        group by beside.framework_item_id, place.row_unit_id, beside.held
    )
    select cell.framework_item_id, nullif(cell.row_unit_id, 0), cell.role_profile_id, cell.importance,
           nullif(cell.asked, 0), cell.alternative, cell.required::bigint, cell.met::bigint,
           cell.short_by_one::bigint, cell.levels_short::bigint,
           case when cell.asked > 1 then coalesce(near.people, 0) end
    from cell
    left join near
        on near.framework_item_id = cell.framework_item_id
           and near.row_unit_id = cell.row_unit_id
           and near.held = cell.asked - 1;
end
$$;
comment on function gap_cells(bigint, date, text, bigint, text, bigint, text, bigint, bigint[], text, text, bigint) is
    'Needs that some of the people of an organisation do not meet on a day, by item, importance and the level asked '
    'for, and by unit or role: how many have the need and meet it, are short by one level, how many levels all of them '
    'are short, and how many of the people there, whatever their role, hold exactly one level less. A person has one '
    'need of an item, in one unit, so that adding up counts nobody twice. Rows with the same alternative are one need, '
    'of which any one item is enough: each says what holds of the need as a whole, by the shortest way.';

grant execute on function step_days(bigint, date, text, bigint, text), alternatives_asked_on(bigint, date, text),
    gap_cells(bigint, date, text, bigint, text, bigint, text, bigint, bigint[], text, text, bigint)
    to skillsd_service;
