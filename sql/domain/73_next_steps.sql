-- SPDX-License-Identifier: MIT
-- What somebody can do next for a role: what is missing, what lapses, and what of theirs is on the way already.

create or replace function lapses_ahead(whose bigint, day date, edition text, horizon int)
returns table (framework_item_id bigint, lapses_on date, level_then smallint)
language sql stable parallel safe rows 10 as $$
    with span as materialized (
        select spans.framework_item_id, spans.level, spans.days
        from skill_spans(array[whose], null, lapses_ahead.edition) as spans
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
comment on function lapses_ahead(bigint, date, text, int) is
    'The items of which somebody will not hold the highest level of a day to the end of so many days after it, as '
    'known in an edition of the ledger (null: as now): the last day on which they do, on whatever basis, and the level '
    'the day after (0: without levels; null: then not held).';

create or replace function activities_of(whose bigint, edition text)
returns table (activity_id bigint, version int, id uuid, title text, happened_on date)
language plpgsql stable parallel safe rows 50 as $$
begin
    return query
    with sight as (
        select seen.days
        from windows_known(array[whose], activities_of.edition) as seen
        where activities_of.edition is not null and whose is distinct from app_person()
    )
    select said.activity_id, said.version, activity.id, said.title, said.happened_on
    from activity_version as said
    join activity on activity.activity_id = said.activity_id
    cross join edition_bounds(activities_of.edition) as given
    where said.person_id = whose
      and not said.withdrawn
      and version_known(said.known_from, said.known_before, given.xmin, given.xmax, given.running)
      and (activities_of.edition is null
           or whose = app_person()
           or exists (select from sight where sight.days @> said.happened_on));
end
$$;
comment on function activities_of(bigint, text) is
    'The activities of somebody as far as the caller sees them, without withdrawn ones; in an edition of the ledger as '
    'known then, and of what the caller sees now only what the organisation would have seen then.';

create or replace function next_steps(whose bigint, day date, edition text, profile bigint)
returns table (framework_item_id bigint, importance text, alternative smallint, required_level smallint,
    highest smallint, held_on text, gap int, lapses_on date, level_then smallint, next_level smallint,
    activities bigint, latest_activity uuid, latest_title text, latest_on date)
language sql stable parallel safe rows 20 as $$
    with logged as materialized (
        select distinct above.ancestor_id, activity.activity_id, activity.id, activity.title, activity.happened_on
        from activities_of(whose, next_steps.edition) as activity
        join activity_alignment as alignment
            on alignment.activity_id = activity.activity_id and alignment.version = activity.version
        join framework_item_ancestor as above on above.framework_item_id = alignment.framework_item_id
        where activity.happened_on <= next_steps.day
    ), aligned as (
        select distinct on (logged.ancestor_id)
               logged.ancestor_id, count(*) over (partition by logged.ancestor_id) as activities, logged.id,
               logged.title, logged.happened_on
        from logged
        order by logged.ancestor_id, logged.happened_on desc, logged.activity_id desc
    )
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
           coalesce(latest.activities, 0), latest.id, latest.title, latest.happened_on
    from skills_beside(whose, next_steps.day, next_steps.edition, profile) as skill
    join framework_item as item on item.framework_item_id = skill.framework_item_id
    left join lapses_ahead(whose, next_steps.day, next_steps.edition, 180) as ending
        on ending.framework_item_id = skill.framework_item_id
    left join aligned as latest on latest.ancestor_id = skill.framework_item_id
    where skill.gap > 0 or ending.framework_item_id is not null
$$;
comment on function next_steps(bigint, date, text, bigint) is
    'What somebody lacks of what a role profile (null: none) asks for on a day, and what lapses in the 180 days after '
    'it, as known in an edition of the ledger (null: as now): the level to reach or renew next, and the activities '
    'that are aligned to the item, or one below it, as far as the caller sees them.';

create or replace function next_steps_told(whose bigint, day date, edition text, profile bigint, framework text)
returns table (item uuid, of_framework text, code text, title text, importance text, alternative smallint,
    required_level smallint, required_title text, highest smallint, highest_title text, held_on text, gap int,
    lapses_on date, days_left int, level_then smallint, next_level smallint, next_title text, next_description text,
    activities bigint, latest_activity uuid, latest_activity_title text, latest_activity_on date, turn int, urgency int,
    ends_on date, ordinal int)
language sql stable parallel safe rows 20 as $$
    select item.id, item.framework, item.code, item.title, step.importance, step.alternative, step.required_level,
           aim.title, step.highest, now_held.title, step.held_on, step.gap, step.lapses_on,
           step.lapses_on - next_steps_told.day, step.level_then, step.next_level, next.title, said.description,
           step.activities, step.latest_activity, step.latest_title, step.latest_on,
           case step.importance when 'essential' then 1 when 'desirable' then 2 else 3 end, coalesce(step.gap, 0),
           coalesce(step.lapses_on, 'infinity'), item.ordinal
    from next_steps(whose, next_steps_told.day, next_steps_told.edition, profile) as step
    join item_named as item on item.framework_item_id = step.framework_item_id
    left join level as aim on aim.level_scale_id = item.level_scale_id and aim.level = step.required_level
    left join level as now_held on now_held.level_scale_id = item.level_scale_id and now_held.level = step.highest
    left join level as next on next.level_scale_id = item.level_scale_id and next.level = step.next_level
    left join framework_item_level as said
        on said.framework_item_id = step.framework_item_id and said.level = step.next_level
    where next_steps_told.framework is null or of_framework(item.framework, item.version_id, next_steps_told.framework)
$$;
comment on function next_steps_told(bigint, date, text, bigint, text) is
    'next_steps() with names, to be taken in the order of turn, urgency, ends_on, framework, ordinal and item: what is '
    'essential first, then what is desirable, then what no role asks for; in each what lapses and the smallest gap.';

create or replace function next_steps_meta(of_organisation bigint, day date, edition text, known_at timestamptz)
returns jsonb language sql stable parallel safe as $$
    select ledger_meta('What the person lacks of what a role profile asks for, the one asked about or that of the '
               'posting of the day, and what they hold that lapses in the 180 days after the day; what is essential '
               'first, then what is desirable, then what no role asks for, in each what lapses and the smallest gap. '
               'Gap: the levels from the highest held, on whatever basis, to the one asked for; of alternatives, of '
               'which any one is enough, the smallest. Next level: the one above the highest held, or, of what '
               'lapses, the highest, to be renewed. Activities: those logged up to the day and aligned to the item '
               'or one below it. From the record, as far as the reader may see it. Asked for what was known before, '
               'it is as it was known then: assertions, withdrawals, activities, postings and role profiles.',
               of_organisation, null, next_steps_meta.day, next_steps_meta.day, null, next_steps_meta.edition,
               next_steps_meta.known_at)
           - array['basis', 'pending']
$$;
comment on function next_steps_meta(bigint, date, text, timestamptz) is
    'What next steps say about themselves, of an organisation''s people or, without one, of the reader.';

grant execute on function lapses_ahead(bigint, date, text, int), activities_of(bigint, text),
    next_steps(bigint, date, text, bigint), next_steps_told(bigint, date, text, bigint, text),
    next_steps_meta(bigint, date, text, timestamptz)
    to skillsd_service;
