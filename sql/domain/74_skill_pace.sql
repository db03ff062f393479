-- SPDX-License-Identifier: MIT
-- How fast levels are reached, and whether those who took a course reached one more often than those who did not.

create or replace function time_to_level_cells(of_organisation bigint, items bigint[], from_day date, before_day date,
    edition text, of_basis text, since text, by text, units bigint[], of_worker_type text, of_rank text,
    of_role bigint, top_unit bigint)
returns table (framework_item_id bigint, basis text, level smallint, cohort int, unit_id bigint, worker_type text,
    people bigint, lower_quartile numeric, median numeric, upper_quartile numeric)
language plpgsql stable parallel safe rows 1000 set plan_cache_mode = force_custom_plan as $$
begin
    return query
    with gained as (
        select line.person_id, line.framework_item_id,
               case of_basis when 'any' then 'any' else line.basis end as basis,
               line.level, line.effective_on, line.cause = 'joined' or cause_goes(line.cause) as brought
        from skill_lines(of_organisation, items, from_day, before_day, time_to_level_cells.edition) as line
        where line.gain and (of_basis in ('any', 'each') or line.basis = of_basis)
    ), reached as (
        select gained.person_id, gained.framework_item_id, gained.basis, step.level,
               min(gained.effective_on) as day,
               min(gained.effective_on) filter (where not gained.brought) as day_here
        from gained
        join framework_item as item on item.framework_item_id = gained.framework_item_id
        cross join lateral (
            select scale.level from level as scale where scale.level_scale_id = item.level_scale_id
            union all
            select 0 where item.level_scale_id is null
        ) as step
        where gained.level >= step.level
        group by gained.person_id, gained.framework_item_id, gained.basis, step.level
    ), held as (
        select gained.person_id, gained.framework_item_id, gained.basis, min(gained.effective_on) as day
        from gained
        group by gained.person_id, gained.framework_item_id, gained.basis
    )
    select reached.framework_item_id, reached.basis, reached.level::smallint,
           case by when 'cohort' then extract(year from place.served_from - interval '3 months')::int + 1 end,
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
    join places_known(of_organisation, time_to_level_cells.edition) as place
        on place.person_id = reached.person_id and place.starts_on <= reached.day
           and (place.ends_before is null or place.ends_before > reached.day)
    cross join lateral (
        select reached.day - case since when 'joined' then place.served_from else held.day end as days
    ) as took
    join unit_rows(of_organisation, top_unit, by = 'unit') as rows on rows.unit_id = coalesce(place.unit_id, 0)
    where reached.day >= from_day
      and reached.day = reached.day_here
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

create or replace function course_takers(of_organisation bigint, from_day date, before_day date, title text,
    provider text, source text, course_items bigint[])
returns table (person_id bigint, day date)
language sql stable parallel safe rows 1000 as $$
    select activity.person_id, min(activity.happened_on)
    from current_activity as activity
    where activity.person_id in (
              select posting.person_id
              from counted_posting as posting
              where posting.organisation_id = of_organisation)
      and activity.happened_on >= from_day and activity.happened_on < before_day
      and (course_takers.title is null or position(lower(course_takers.title) in lower(activity.title)) > 0)
      and (course_takers.provider is null or lower(activity.provider) = lower(course_takers.provider))
      and (course_takers.source is null or activity.source = course_takers.source)
      and (course_items is null or exists (
          select
          from activity_alignment as alignment
          where alignment.activity_id = activity.activity_id
            and alignment.version = activity.version
            and alignment.framework_item_id = any (course_items)))
    group by activity.person_id
$$;
comment on function course_takers(bigint, date, date, text, text, text, bigint[]) is
    'Who of an organisation did a course in a period, and the day on which first: an activity whose title has the text, '
    'by the provider, from the source, aligned to one of the items, each where asked for.';

create or replace function course_effect_cells(of_organisation bigint, of_item bigint, of_level int, from_day date,
    before_day date, edition text, of_basis text, within_days int, title text, provider text, source text,
    course_items bigint[], units bigint[], of_worker_type text, of_rank text, of_role bigint)
returns table (took_course boolean, from_level smallint, people bigint, reached bigint, went bigint, not_over bigint,
    median_days numeric)
language plpgsql stable parallel safe rows 10 set plan_cache_mode = force_custom_plan as $$
begin
    return query
    with taker as materialized (
        select taken.person_id, taken.day
        from course_takers(of_organisation, from_day, before_day, title, provider, source, course_items) as taken
    ), place as materialized (
        select known.person_id, known.starts_on, known.ends_before, known.unit_id, known.worker_type, known.rank,
               known.role_profile_id
        from places_known(of_organisation, course_effect_cells.edition) as known
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
    ), line as (
        select entry.person_id, entry.basis, entry.gain, entry.level, entry.effective_on as day
        from entries_known(of_organisation, '-infinity', 'infinity', course_effect_cells.edition) as entry
        where entry.framework_item_id = of_item and (of_basis = 'any' or entry.basis = of_basis)
        group by entry.person_id, entry.basis, entry.gain, entry.level, entry.other_level, entry.cause,
                 entry.effective_on
        having sum(entry.delta) <> 0
    ), span as (
        select turn.person_id, turn.level, turn.day,
               lead(turn.day) over (partition by turn.person_id, turn.basis order by turn.day) as before_day
        from (
            select line.person_id, line.basis, line.day, max(line.level) filter (where line.gain) as level
            from line
            group by line.person_id, line.basis, line.day
        ) as turn
    ), told as (
        select followed.person_id, followed.took_course, followed.day,
               max(span.level) filter (
                   where span.day <= followed.day
                     and (span.before_day is null or span.before_day > followed.day)) as from_level,
               min(span.day) filter (
                   where span.level >= of_level and span.day > followed.day
                     and span.day <= followed.day + within_days) as reached_on
        from followed
        left join span on span.person_id = followed.person_id
        group by followed.person_id, followed.took_course, followed.day
    ), judged as (
        select told.took_course, told.from_level, told.reached_on, told.reached_on - told.day as days,
               told.day + within_days <= london_today() as over,
               exists (
                   select
                   from place
                   where place.person_id = told.person_id
                     and place.starts_on <= told.day + within_days
                     and (place.ends_before is null or place.ends_before > told.day + within_days)) as stayed
        from told
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
comment on function course_effect_cells(bigint, bigint, int, date, date, text, text, int, text, text, text, bigint[],
    bigint[], text, text, bigint) is
    'Of those who did a course, from its day on, and of those posted on the middle one of these days who did not, from '
    'that day on, each by the level of an item that they held then: how many had their days over, how many of these '
    'reached a level within them, and how many went before without.';

grant execute on function
    time_to_level_cells(bigint, bigint[], date, date, text, text, text, text, bigint[], text, text, bigint, bigint),
    course_takers(bigint, date, date, text, text, text, bigint[]),
    course_effect_cells(bigint, bigint, int, date, date, text, text, int, text, text, text, bigint[], bigint[], text,
                        text, bigint)
    to skillsd_service;
