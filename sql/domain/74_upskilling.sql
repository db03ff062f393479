-- SPDX-License-Identifier: MIT
-- Upskilling: the moves of a period, and how those who stayed a year through changed, counted by who and where.

create or replace function upskilling_cells(of_organisation bigint, items bigint[], from_day date, before_day date,
    edition text, of_basis text, by text, whole boolean, units bigint[], of_worker_type text, of_rank text,
    of_role bigint, top_unit bigint)
returns table (framework_item_id bigint, basis text, month date, cohort int, unit_id bigint, worker_type text,
    cause text, from_level smallint, to_level smallint, moves bigint)
language plpgsql stable parallel safe rows 5000
set plan_cache_mode = force_custom_plan set work_mem = '64MB' set enable_nestloop = off as $$
declare
    one_basis text := nullif(nullif(of_basis, 'each'), 'any');
begin
    if whole and by in ('period', 'month') and of_basis <> 'any' then
        return query
        select flow.framework_item_id, flow.basis, case by when 'month' then span.from_day end, null::int, null::bigint,
               null::text, flow.cause, case when flow.gain then flow.other_level else flow.level end,
               case when flow.gain then flow.level end, sum(abs(flow.people))::bigint
        from generate_series(from_day::timestamp, before_day - interval '1 day',
            make_interval(months => case by when 'month' then 1 else 1200 end)) as starts (month)
        cross join lateral (
            select starts.month::date as from_day,
                   least((starts.month + make_interval(months => case by when 'month' then 1 else 1200 end))::date,
                         upskilling_cells.before_day) as before_day
        ) as span
        cross join lateral skills_flow(of_organisation, span.from_day, span.before_day,
            upskilling_cells.edition) as flow
        where (flow.gain or flow.other_level is null)
          and flow.framework_item_id = any (items)
          and (one_basis is null or flow.basis = one_basis)
        group by 1, 2, 3, 7, 8, 9;
        return;
    end if;
    return query
    with moved as (
        select move.framework_item_id, move.basis,
               case by when 'month' then date_trunc('month', move.day)::date end as month,
               case by when 'cohort' then extract(year from service.served_from - interval '3 months')::int + 1 end
                   as cohort,
               coalesce(place.unit_id, 0) as unit_id,
               case by when 'worker_type' then place.worker_type end as worker_type,
               move.cause, move.from_level, move.to_level, sum(move.moves) as moves
        from (
            select one.person_id, one.framework_item_id, one.basis, one.from_level, one.to_level, one.cause, one.day,
                   one.moves
            from skill_moves(of_organisation, items, from_day, before_day, upskilling_cells.edition, one_basis) as one
            where of_basis <> 'any'
            union all
            select one.person_id, one.framework_item_id, one.basis, one.from_level, one.to_level, one.cause, one.day,
                   one.moves
            from skill_moves_any(of_organisation, items, from_day, before_day, upskilling_cells.edition) as one
            where of_basis = 'any'
        ) as move
        join places_known(of_organisation, from_day - 1, before_day, upskilling_cells.edition) as place
            on place.person_id = move.person_id
               and place.starts_on <= move.day - (move.to_level is null and cause_goes(move.cause))::int
               and (place.ends_before is null
                    or place.ends_before > move.day - (move.to_level is null and cause_goes(move.cause))::int)
        left join service_known(of_organisation, upskilling_cells.edition) as service
            on by = 'cohort' and service.person_id = place.person_id and service.served_from <= place.starts_on
               and (service.ends_before is null or service.ends_before > place.starts_on)
        where (units is null or place.unit_id = any (units))
          and (of_worker_type is null or place.worker_type = of_worker_type)
          and (of_rank is null or place.rank = of_rank)
          and (of_role is null or place.role_profile_id = of_role)
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9
    )
    -- Moves add up, also over units.
    select moved.framework_item_id, moved.basis, moved.month, moved.cohort, nullif(rows.row_unit_id, 0),
           moved.worker_type, moved.cause, moved.from_level, moved.to_level, sum(moved.moves)::bigint
    from moved
    join unit_rows(of_organisation, top_unit, by = 'unit', upskilling_cells.edition) as rows
        on rows.unit_id = moved.unit_id
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9;
end
$$;
comment on function upskilling_cells(bigint, bigint[], date, date, text, text, text, boolean, bigint[], text, text,
    bigint, bigint) is
    'Moves of an organisation in a period, by item, basis (each, one, or any: the highest on any), cause and both '
    'levels, and by month, cohort (the year to 31 March in which their service there began), unit with those below it, '
    'or worker type. From balances where nobody is left out; else from entries, each where the person was posted on '
    'the day, or on the last day of who goes.';

create or replace function stayer_change_cells(of_organisation bigint, of_version bigint, before_day date,
    last_day date, edition text, of_basis text, top_item bigint, top_unit bigint, by_unit boolean, units bigint[],
    of_worker_type text, of_rank text, of_role bigint)
returns table (framework_item_id bigint, unit_id bigint, change text, from_level smallint, to_level smallint,
    people bigint)
language plpgsql stable parallel safe rows 5000 set plan_cache_mode = force_custom_plan set work_mem = '64MB' as $$
begin
    return query
    with stayed as (
        select place.person_id, coalesce(place.unit_id, 0) as unit_id
        from people_on(of_organisation, last_day, stayer_change_cells.edition, units, of_worker_type, of_rank,
            of_role) as place
        join people_on(of_organisation, before_day, stayer_change_cells.edition, null, null, null, null) as earlier
            on earlier.person_id = place.person_id
        where place.person_id not in (
                  select not_counted_on(of_organisation, last_day, stayer_change_cells.edition))
          and place.person_id not in (
                  select not_counted_on(of_organisation, before_day, stayer_change_cells.edition))
    ), best as (
        select held.person_id, rows.row_item_id,
               max(held.level) filter (where held.early) as from_level,
               max(held.level) filter (where not held.early) as to_level
        from (
            select one.person_id, one.framework_item_id, one.level, true as early
            from levels_on(of_organisation, of_version, null, before_day, stayer_change_cells.edition, of_basis) as one
            union all
            select one.person_id, one.framework_item_id, one.level, false
            from levels_on(of_organisation, of_version, null, last_day, stayer_change_cells.edition, of_basis) as one
        ) as held
        join item_rows(of_version, top_item) as rows on rows.framework_item_id = held.framework_item_id
        group by held.person_id, rows.row_item_id
    ), changed as (
        select stayed.unit_id, best.row_item_id, best.from_level, best.to_level, count(*) as people,
               case
                   when best.from_level is null then 'gained'
                   when best.to_level is null then 'lost'
                   when best.to_level > best.from_level then 'rose'
                   else 'fell'
               end as change
        from best
        join stayed on stayed.person_id = best.person_id
        where best.from_level is distinct from best.to_level
        group by stayed.unit_id, best.row_item_id, best.from_level, best.to_level
    )
    -- Each person is in one unit and has one change of an item, so that adding up these groups counts nobody twice.
    select row_item(changed.row_item_id), nullif(rows.row_unit_id, 0), changed.change, changed.from_level,
           changed.to_level, sum(changed.people)::bigint
    from changed
    join unit_rows(of_organisation, top_unit, by_unit, stayer_change_cells.edition) as rows
        on rows.unit_id = changed.unit_id
    group by grouping sets (
        (changed.row_item_id, rows.row_unit_id, changed.change, changed.from_level, changed.to_level),
        (changed.row_item_id, rows.row_unit_id, changed.change));
end
$$;
comment on function stayer_change_cells(bigint, bigint, date, date, text, text, bigint, bigint, boolean, bigint[], text,
    text, bigint) is
    'People who count in an organisation both on a day and on a later one, whose highest level of an item, on a basis '
    'or on any, differs between the two, by both levels (null: not held; 0: held without a level) and, with both null, '
    'by change: gained, rose, fell, lost. Where they are is that of the later day.';

grant execute on function
    upskilling_cells(bigint, bigint[], date, date, text, text, text, boolean, bigint[], text, text, bigint, bigint),
    stayer_change_cells(bigint, bigint, date, date, text, text, bigint, bigint, boolean, bigint[], text, text, bigint)
    to skillsd_service;
