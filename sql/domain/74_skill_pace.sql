-- SPDX-License-Identifier: MIT
-- How fast levels are reached, and whether those who took a course reached one more often than those who did not.

create or replace function time_to_level_cells(of_organisation bigint, items bigint[], from_day date, before_day date,
    edition text, of_basis text, since text, by text, units bigint[], of_worker_type text, of_rank text,
    of_role bigint, top_unit bigint)
returns table (framework_item_id bigint, basis text, level smallint, cohort int, unit_id bigint, worker_type text,
    people bigint, lower_quartile numeric, median numeric, upper_quartile numeric)
language plpgsql stable parallel safe rows 1000
set plan_cache_mode = force_custom_plan set work_mem = '64MB' set enable_nestloop = off as $$
begin
    return query
    with moved as materialized (
        select entry.person_id, entry.framework_item_id, entry.cause, entry.gain, entry.effective_on, entry.delta
        from entries_known(of_organisation, items, from_day, before_day, time_to_level_cells.edition) as entry
    ), touched as (
        select array_agg(pair.person_id order by pair.framework_item_id, pair.person_id) as people,
               array_agg(pair.framework_item_id order by pair.framework_item_id, pair.person_id) as items
        from (
            select distinct moved.person_id, moved.framework_item_id from moved
        ) as pair
    ), span as materialized (
        select known.person_id, known.framework_item_id,
               case of_basis when 'any' then 'any' else known.basis end as basis, known.level, known.day
        from touched
        cross join lateral spans_of(of_organisation, touched.people, touched.items, before_day,
            time_to_level_cells.edition) as known
        where of_basis in ('any', 'each') or known.basis = of_basis
    ), reached as (
        select span.person_id, span.framework_item_id, span.basis, step.level, min(span.day) as day
        from span
        join framework_item as item on item.framework_item_id = span.framework_item_id
        cross join lateral item_levels(item.level_scale_id) as step
        where span.level >= step.level
        group by span.person_id, span.framework_item_id, span.basis, step.level
        having min(span.day) >= from_day
    ), held as (
        select span.person_id, span.framework_item_id, span.basis, min(span.day) as day
        from span
        group by span.person_id, span.framework_item_id, span.basis
    ), brought as (
        select entry.person_id, entry.framework_item_id, entry.effective_on as day
        from moved as entry
        where entry.gain and (entry.cause = 'joined' or cause_goes(entry.cause))
        group by entry.person_id, entry.framework_item_id, entry.effective_on
        having sum(entry.delta) <> 0
    )
    select reached.framework_item_id, reached.basis, reached.level,
           case by when 'cohort' then extract(year from service.served_from - interval '3 months')::int + 1 end,
           nullif(rows.row_unit_id, 0),
           case by when 'worker_type' then place.worker_type end,
           count(*),
           round((percentile_cont(0.25) within group (order by took.days))::numeric, 1),
           round((percentile_cont(0.5) within group (order by took.days))::numeric, 1),
           round((percentile_cont(0.75) within group (order by took.days))::numeric, 1)
    from reached
    join held
        on held.person_id = reached.person_id and held.framework_item_id = reached.framework_item_id
           and held.basis = reached.basis
    join places_known(of_organisation, from_day, before_day, time_to_level_cells.edition) as place
        on place.person_id = reached.person_id and place.starts_on <= reached.day
           and (place.ends_before is null or place.ends_before > reached.day)
    left join service_known(of_organisation, time_to_level_cells.edition) as service
        on (by = 'cohort' or since = 'joined') and service.person_id = place.person_id
           and service.served_from <= place.starts_on
           and (service.ends_before is null or service.ends_before > place.starts_on)
    cross join lateral (
        select reached.day - case since when 'joined' then service.served_from else held.day end as days
    ) as took
    join unit_rows(of_organisation, top_unit, by = 'unit', time_to_level_cells.edition) as rows
        on rows.unit_id = coalesce(place.unit_id, 0)
    left join brought
        on brought.person_id = reached.person_id and brought.framework_item_id = reached.framework_item_id
           and brought.day = reached.day
    where brought.person_id is null
      and (since = 'joined' or took.days > 0)
      and (units is null or place.unit_id = any (units))
      and (of_worker_type is null or place.worker_type = of_worker_type)
      and (of_rank is null or place.rank = of_rank)
      and (of_role is null or place.role_profile_id = of_role)
    group by 1, 2, 3, 4, 5, 6;
end
$$;
comment on function time_to_level_cells(bigint, bigint[], date, date, text, text, text, text, bigint[], text, text,
    bigint, bigint) is
    'Of those who in a period reached a level of an item, or one above it, for the first time in an organisation, and '
    'did not bring it there: how many, and the quartiles of the days since they first held the item there at a lower '
    'level, or since their service there began. By basis (each, one, or any of them).';

create or replace function course_takers(of_organisation bigint, from_day date, before_day date, edition text,
    title text, provider text, source text, course_items bigint[])
returns table (person_id bigint, day date)
language plpgsql stable parallel safe rows 5000 set plan_cache_mode = force_custom_plan as $$
begin
    return query
    select activity.person_id, min(activity.happened_on)
    from activities_known(of_organisation, from_day, before_day, course_takers.edition, null,
        course_takers.title) as activity
    where (course_takers.provider is null or lower(activity.provider) = lower(course_takers.provider))
      and (course_takers.source is null or activity.source = course_takers.source)
      and (course_items is null or activity.activity_id in (
          select alignment.activity_id
          from alignments_known(of_organisation, from_day, before_day, course_takers.edition, null,
              course_items) as alignment))
    group by activity.person_id;
end
$$;
comment on function course_takers(bigint, date, date, text, text, text, text, bigint[]) is
    'Who of an organisation did a course in a period, and the day on which first: an activity whose title has the '
    'text, by the provider, from the source, aligned to one of the items, each where asked for.';

create or replace function course_effect_cells(of_organisation bigint, of_item bigint, of_level int, from_day date,
    before_day date, followed_to date, edition text, of_basis text, within_days int, title text, provider text,
    source text, course_items bigint[], units bigint[], of_worker_type text, of_rank text, of_role bigint)
returns table (took_course boolean, from_level smallint, people bigint, reached bigint, went bigint, not_over bigint,
    median_days numeric)
language plpgsql stable parallel safe rows 10 set plan_cache_mode = force_custom_plan set work_mem = '64MB' as $$
begin
    return query
    with given as materialized (
        select bounds.xmin, bounds.xmax, bounds.running from edition_bounds(course_effect_cells.edition) as bounds
    ), taker as materialized (
        select taken.person_id, taken.day
        from course_takers(of_organisation, from_day, before_day, course_effect_cells.edition, title, provider, source,
            course_items) as taken
    ), place as materialized (
        select known.person_id, known.starts_on, known.ends_before, known.unit_id, known.worker_type, known.rank,
               known.role_profile_id
        from places_known(of_organisation, from_day, 'infinity', course_effect_cells.edition) as known
    ), middle as (
        select coalesce(percentile_disc(0.5) within group (order by taker.day), from_day) as day
        from taker
        join place
            on place.person_id = taker.person_id and place.starts_on <= taker.day
               and (place.ends_before is null or place.ends_before > taker.day)
    ), followed as (
        select place.person_id, taker.person_id is not null as took_course, coalesce(taker.day, middle.day) as day
        from place
        cross join middle
        left join taker on taker.person_id = place.person_id
        where place.starts_on <= coalesce(taker.day, middle.day)
          and (place.ends_before is null or place.ends_before > coalesce(taker.day, middle.day))
          and (units is null or place.unit_id = any (units))
          and (of_worker_type is null or place.worker_type = of_worker_type)
          and (of_rank is null or place.rank = of_rank)
          and (of_role is null or place.role_profile_id = of_role)
    ), span as (
        select turned.person_id, turned.level, turned.day, turned.ends_before
        from (
            select turn.person_id, turn.level, turn.day, turn.change,
                   lead(turn.day) over (partition by turn.person_id, turn.basis, turn.level order by turn.day)
                       as ends_before
            from (
                select entry.person_id, entry.basis, entry.level, entry.effective_on as day, sum(entry.delta) as change
                from given
                cross join skill_ledger as entry
                where entry.organisation_id = of_organisation
                  and entry.framework_item_id = of_item
                  and (of_basis = 'any' or entry.basis = of_basis)
                  and in_edition(entry.xid, given.xmin, given.xmax, given.running)
                group by entry.person_id, entry.basis, entry.level, entry.effective_on
                having sum(entry.delta) <> 0
            ) as turn
        ) as turned
        where turned.change > 0
    ), told as (
        select followed.person_id, followed.took_course, followed.day,
               max(span.level) filter (
                   where span.day <= followed.day
                     and (span.ends_before is null or span.ends_before > followed.day)) as from_level,
               min(span.day) filter (
                   where span.level >= of_level and span.day > followed.day
                     and span.day <= followed.day + within_days) as reached_on
        from followed
        left join span on span.person_id = followed.person_id
        group by followed.person_id, followed.took_course, followed.day
    ), judged as (
        select told.took_course, told.from_level, told.reached_on, told.reached_on - told.day as days,
               told.day + within_days <= followed_to as over,
               last.person_id is not null as stayed
        from told
        left join place as last
            on last.person_id = told.person_id and last.starts_on <= told.day + within_days
               and (last.ends_before is null or last.ends_before > told.day + within_days)
        where coalesce(told.from_level, -1) < of_level
    )
    select judged.took_course, judged.from_level,
           count(*) filter (where judged.over),
           count(*) filter (where judged.over and judged.reached_on is not null),
           count(*) filter (where judged.over and judged.reached_on is null and not judged.stayed),
           count(*) filter (where not judged.over),
           round((percentile_cont(0.5) within group (order by judged.days)
                      filter (where judged.over and judged.reached_on is not null))::numeric, 1)
    from judged
    group by judged.took_course, judged.from_level;
end
$$;
comment on function course_effect_cells(bigint, bigint, int, date, date, date, text, text, int, text, text, text,
    bigint[], bigint[], text, text, bigint) is
    'Of those who did a course, from its day on, and of those posted on the middle one of these days who did not, from '
    'that day on, each by the level of an item that they held then: how many had their days over by a day, how many of '
    'these reached a level within them, and how many went before without.';

grant execute on function
    time_to_level_cells(bigint, bigint[], date, date, text, text, text, text, bigint[], text, text, bigint, bigint),
    course_takers(bigint, date, date, text, text, text, text, bigint[]),
    course_effect_cells(bigint, bigint, int, date, date, date, text, text, int, text, text, text, bigint[], bigint[],
                        text, text, bigint)
    to skillsd_service;
