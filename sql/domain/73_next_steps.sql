-- SPDX-License-Identifier: MIT
-- What somebody can do next for a role: what is missing, what lapses, and what of theirs is on the way already.

create or replace function lapses_ahead(whose bigint, day date, horizon int)
returns table (framework_item_id bigint, lapses_on date, level_then smallint)
language sql stable parallel safe rows 10 as $$
    with span as materialized (
        select spans.framework_item_id, spans.level, spans.days
        from skill_spans(array[whose], null, null) as spans
    ), held as (
        select span.framework_item_id, max(span.level) as highest
        from span
        where span.days @> lapses_ahead.day
        group by span.framework_item_id
    ), run as (
        select held.framework_item_id, upper(days_around(range_agg(span.days), lapses_ahead.day)) as ends_before
        from held
        join span on span.framework_item_id = held.framework_item_id and span.level >= held.highest
        group by held.framework_item_id
    )
    select run.framework_item_id, run.ends_before - 1, (
               select max(span.level)
               from span
               where span.framework_item_id = run.framework_item_id and span.days @> run.ends_before)
    from run
    where run.ends_before - 1 <= lapses_ahead.day + horizon
$$;
comment on function lapses_ahead(bigint, date, int) is
    'The items of which somebody will not hold the highest level of a day to the end of so many days after it: the '
    'last day on which they do, on whatever basis, and the level the day after (0: without levels; null: then not '
    'held).';

create or replace function next_steps(whose bigint, day date, profile bigint)
returns table (framework_item_id bigint, importance text, alternative smallint, required_level smallint,
    highest smallint, held_on text, gap int, lapses_on date, level_then smallint, next_level smallint,
    activities bigint, latest_activity bigint)
language sql stable parallel safe rows 20 as $$
    select skill.framework_item_id, skill.importance, skill.alternative, skill.required_level,
           nullif(skill.highest, 0), skill.held_on, skill.gap, ending.lapses_on, nullif(ending.level_then, 0),
           case
               when skill.gap > 0
               then (
                   select min(step.level)
                   from level as step
                   where step.level_scale_id = item.level_scale_id and step.level > coalesce(skill.highest, 0))
               else nullif(skill.highest, 0)
           end,
           logged.activities, logged.latest
    from skills_beside(whose, next_steps.day, profile) as skill
    join framework_item as item on item.framework_item_id = skill.framework_item_id
    left join lapses_ahead(whose, next_steps.day, 180) as ending on ending.framework_item_id = skill.framework_item_id
    cross join lateral (
        select count(*) as activities,
               (array_agg(aligned.activity_id order by aligned.happened_on desc, aligned.activity_id desc))[1] as latest
        from (
            select distinct activity.activity_id, activity.happened_on
            from current_activity as activity
            join activity_alignment as alignment
                on alignment.activity_id = activity.activity_id and alignment.version = activity.version
            join framework_item_ancestor as above on above.framework_item_id = alignment.framework_item_id
            where activity.person_id = whose
              and activity.happened_on <= next_steps.day
              and above.ancestor_id = skill.framework_item_id
        ) as aligned
    ) as logged
    where skill.gap > 0 or ending.framework_item_id is not null
$$;
comment on function next_steps(bigint, date, bigint) is
    'What somebody lacks of what a role profile (null: none) asks for on a day, and what lapses in the 180 days after '
    'it: the level to reach or renew next, and the activities that are aligned to the item, or one below it, as far as '
    'the caller sees them.';

create or replace function next_steps_told(whose bigint, day date, profile bigint, framework text)
returns table (item uuid, of_framework text, code text, title text, importance text, alternative smallint,
    required_level smallint, required_title text, highest smallint, highest_title text, held_on text, gap int,
    lapses_on date, days_left int, level_then smallint, next_level smallint, next_title text, next_description text,
    activities bigint, latest_activity uuid, latest_activity_title text, latest_activity_on date, turn int, urgency int,
    ends_on date, ordinal int)
language sql stable parallel safe rows 20 as $$
    select item.id, item.framework, item.code, item.title, step.importance, step.alternative, step.required_level,
           aim.title, step.highest, now_held.title, step.held_on, step.gap, step.lapses_on,
           step.lapses_on - next_steps_told.day, step.level_then, step.next_level, next.title, said.description,
           step.activities, latest.id, latest.title, latest.happened_on,
           case step.importance when 'essential' then 1 when 'desirable' then 2 else 3 end, coalesce(step.gap, 0),
           coalesce(step.lapses_on, 'infinity'), item.ordinal
    from next_steps(whose, next_steps_told.day, profile) as step
    join item_named as item on item.framework_item_id = step.framework_item_id
    left join level as aim on aim.level_scale_id = item.level_scale_id and aim.level = step.required_level
    left join level as now_held on now_held.level_scale_id = item.level_scale_id and now_held.level = step.highest
    left join level as next on next.level_scale_id = item.level_scale_id and next.level = step.next_level
    left join framework_item_level as said
        on said.framework_item_id = step.framework_item_id and said.level = step.next_level
    left join current_activity as latest on latest.activity_id = step.latest_activity
    where next_steps_told.framework is null or of_framework(item.framework, item.version_id, next_steps_told.framework)
$$;
comment on function next_steps_told(bigint, date, bigint, text) is
    'next_steps() with names, to be taken in the order of turn, urgency, ends_on, framework, ordinal and item: what is '
    'essential first, then what is desirable, then what no role asks for; in each what lapses and the smallest gap.';

grant execute on function lapses_ahead(bigint, date, int), next_steps(bigint, date, bigint),
    next_steps_told(bigint, date, bigint, text)
    to skillsd_service;
