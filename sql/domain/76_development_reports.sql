-- SPDX-License-Identifier: MIT
-- Reports of CPD: which activities an organisation counts and where, and the bins of time.
-- Days are dates as people tell them, those of Europe/London; no hour and no change of the clock can move them.

create or replace function activities_counted(of_organisation bigint, from_day date, before_day date, edition text)
returns table (activity_id bigint, version int, person_id bigint, happened_on date, minutes int, type text,
    provider text, stage text, source text, unit_id bigint, worker_type text, rank text, role_profile_id bigint)
language plpgsql stable parallel safe rows 100000
set plan_cache_mode = force_custom_plan set work_mem = '64MB' set enable_mergejoin = off as $$
begin
    return query
    select activity.activity_id, activity.version, activity.person_id, activity.happened_on, activity.minutes,
           activity.type, activity.provider, activity.stage, activity.source, place.unit_id, place.worker_type,
           place.rank, place.role_profile_id
    from activities_known(of_organisation, from_day, before_day, activities_counted.edition, null, null) as activity
    join places_known(of_organisation, from_day, before_day, activities_counted.edition) as place
        on place.person_id = activity.person_id
           and place.starts_on <= activity.happened_on
           and (place.ends_before is null or place.ends_before > activity.happened_on);
end
$$;
comment on function activities_counted(bigint, date, date, text) is
    'The activities of the days given (half-open) that are an organisation''s, once each, with where the person was on '
    'the day: by the posting that people_on() takes. In plpgsql, so that it is planned for the days that it is asked '
    'for, and what uses it for as many rows as an organisation has.';

create or replace function framework_of_item(item text) returns text language sql stable parallel safe as $$
    select version.id::text
    from framework_item as found
    join framework_version as version on version.framework_version_id = found.framework_version_id
    where found.id = framework_of_item.item::uuid
$$;
comment on function framework_of_item(text) is
    'The framework version of an item, as report_frame() takes it, where only the item is named.';

create or replace function day_named(named text) returns date language sql immutable parallel safe
    return (left(named, 7) || '-01')::date + coalesce(nullif(substr(named, 9), ''), '1')::int - 1;
comment on function day_named(text) is
    'The day named as 2025-03-31, or the first day of the month named as 2025-03. A day that the month does not have '
    'runs over into the next one, by which it can be told.';

create or replace function development_period(first_day text, last_day text)
returns table (from_day date, before_day date, status int, problem text)
language sql stable parallel safe rows 1 as $$
    with named as (
        select day_named(first_day) as from_day,
               case
                   when length(last_day) = 10 then day_named(last_day) + 1
                   else (date_trunc('month', coalesce(day_named(last_day), london_today())::timestamp)
                         + interval '1 month')::date
               end as before_day
    ), period as (
        select coalesce(named.from_day, (named.before_day - interval '1 year')::date) as from_day, named.before_day
        from named
    )
    select period.from_day, period.before_day, case when fault.problem is not null then 422 end, fault.problem
    from period
    cross join lateral (
        select case
                   when to_char(period.from_day, 'YYYY-MM') <> left(first_day, 7) then '?from no_such_day'
                   when to_char(period.before_day - 1, 'YYYY-MM') <> left(last_day, 7) then '?until no_such_day'
                   when period.from_day > london_today()
                   then case when first_day is null then '?until' else '?from' end || ' period_not_begun'
                   when period.from_day >= period.before_day then 'period_reversed'
                   when period.from_day + interval '10 years' < period.before_day then 'period_too_long'
               end as problem
    ) as fault
$$;
comment on function development_period(text, text) is
    'The days of a report, half-open, named by days or months: until the last one asked for or the end of this month, '
    'from the first one asked for or a year before; at most ten years. Or the problem.';

create or replace function bin_begin(bin text, day date) returns date language sql immutable parallel safe
    return case bin
        when 'period' then null
        when 'year_to_31_march'
        then (date_trunc('year', day::timestamp - interval '3 months') + interval '3 months')::date
        else date_trunc(bin, day::timestamp)::date
    end;
comment on function bin_begin(text, date) is
    'The first day of the day, week (from Monday, ISO 8601), month, quarter, year, or year to 31 March that a day is '
    'in; null for the period, which has no bins.';

create or replace function bin_step(bin text) returns interval language sql immutable parallel safe
    return case bin
        when 'day' then interval '1 day'
        when 'week' then interval '7 days'
        when 'month' then interval '1 month'
        when 'quarter' then interval '3 months'
        else interval '1 year'
    end;
comment on function bin_step(text) is 'How long a bin is.';

create or replace function bin_name(bin text, first_day date) returns text language sql stable parallel safe
    return to_char(first_day, case bin
        when 'day' then 'YYYY-MM-DD'
        when 'week' then 'IYYY-"W"IW'
        when 'month' then 'YYYY-MM'
        when 'quarter' then 'YYYY-"Q"Q'
        else 'YYYY'
    end) || case when bin = 'year_to_31_march' then to_char(first_day + interval '1 year', '/YY') else '' end;
comment on function bin_name(text, date) is
    'What a bin is called by its first day: 2025-03-31, 2025-W14, 2025-03, 2025-Q1, 2025, 2024/25.';

create or replace function development_bins(bin text, from_day date, before_day date)
returns table (begins_on date, name text, starts_on date, ends_on date, complete boolean)
language sql stable parallel safe rows 60 as $$
    select null::date, null, from_day, before_day - 1, before_day <= london_today()
    union all
    select days.begins_on, bin_name(bin, days.begins_on), greatest(days.begins_on, from_day),
           least(days.ends_before, before_day) - 1,
           days.begins_on >= from_day and days.ends_before <= least(before_day, london_today())
    from generate_series(bin_begin(bin, from_day)::timestamp, least(before_day - 1, london_today())::timestamp,
             bin_step(bin)) as starts (begins_at)
    cross join lateral (
        select starts.begins_at::date as begins_on, (starts.begins_at + bin_step(bin))::date as ends_before
    ) as days
$$;
comment on function development_bins(text, date, date) is
    'The bins of a period until today, each with the days of it that the period has, and whether these are all and '
    'over; and, without a name, the period as a whole.';

create or replace function development_problem(of_type text, of_stage text, split jsonb, of_version bigint,
    of_organisation bigint, top_unit bigint, bin text, from_day date, before_day date, edition text)
returns table (status int, problem text)
language sql stable parallel safe rows 1 as $$
    with grid as (
        -- The parts that are known before anything is counted: items, sources and providers are not.
        select (select count(*) from development_bins(development_problem.bin, from_day, before_day))
               * case
                     when split ? 'unit'
                     then (
                         select count(distinct rows.row_unit_id)
                         from unit_rows(of_organisation, top_unit, true, development_problem.edition) as rows)
                     else 1
                 end
               * case when split ? 'worker_type' then (select count(*) from worker_type) else 1 end
               * case when split ? 'rank' then (select count(*) from rank) else 1 end
               * case when split ? 'type' then (select count(*) from activity_type) else 1 end
               * case when split ? 'stage' then (select count(*) from cycle_stage) else 1 end as cells
    )
    select case when fault.problem like 'unknown%' then 404 when fault.problem is not null then 422 end, fault.problem
    from grid
    cross join lateral (
        select case
                   when of_type is not null and not exists (
                       select from activity_type as known where known.code = of_type)
                   then 'unknown_activity_type'
                   when of_stage is not null and not exists (
                       select from cycle_stage as known where known.code = of_stage)
                   then 'unknown_stage'
                   when split ? 'item' and of_version is null
                   then 'by_item_without_framework'
                   when grid.cells > 100000
                   then 'grid_too_large'
               end as problem
    ) as fault
$$;
comment on function development_problem(text, text, jsonb, bigint, bigint, bigint, text, date, date, text) is
    'Why CPD cannot be counted so: a code that there is not, items without a framework, or more cells than a report '
    'may have, as far as that is known before anything is counted.';

create or replace function development_done(of_organisation bigint, from_day date, before_day date, edition text,
    bin text, split jsonb, narrow jsonb)
returns table (activity_id bigint, person_id bigint, begins_on date, minutes int, unit_id bigint, cut text[])
language sql stable parallel safe rows 100000 as $$
    select counted.activity_id, counted.person_id, bin_begin(bin, counted.happened_on), counted.minutes,
           case when split ? 'unit' then coalesce(counted.unit_id, 0) end,
           case
               when split ?| array['worker_type', 'rank', 'type', 'stage', 'source', 'provider']
               then array[case when split ? 'worker_type' then counted.worker_type end,
                          case when split ? 'rank' then coalesce(counted.rank, 'none') end,
                          case when split ? 'type' then counted.type end,
                          case when split ? 'stage' then counted.stage end,
                          case when split ? 'source' then counted.source end,
                          case when split ? 'provider' then counted.provider end]
           end
    from activities_counted(of_organisation, from_day, before_day, edition) as counted
    where (not narrow ? 'units' or counted.unit_id in (
              select unit.key::bigint
              from jsonb_array_elements_text(narrow -> 'units') as unit (key)))
      and (not narrow ? 'worker_type' or counted.worker_type = narrow ->> 'worker_type')
      and (not narrow ? 'rank' or counted.rank = narrow ->> 'rank')
      and (not narrow ? 'role_profile' or counted.role_profile_id = (narrow ->> 'role_profile')::bigint)
      and (not narrow ? 'type' or counted.type = narrow ->> 'type')
      and (not narrow ? 'stage' or counted.stage = narrow ->> 'stage')
      and (not narrow ? 'source' or counted.source = narrow ->> 'source')
      and (not narrow ? 'provider' or counted.provider = narrow ->> 'provider')
$$;
comment on function development_done(bigint, date, date, text, text, jsonb, jsonb) is
    'The activities that a report of CPD counts, as it is narrowed, with the bin of their day and what they are split '
    'by: the unit (0: none) and, as cut, worker type, rank, type, stage, source and provider; null where not asked '
    'for, so that they are grouped by little.';

create or replace function items_developing(of_version bigint, top_item bigint) returns setof bigint
language sql stable parallel safe as $$
    select item.framework_item_id
    from framework_item as item
    where item.framework_version_id = of_version
      and (top_item is null or item.framework_item_id in (
          select below.framework_item_id from framework_item_ancestor as below where below.ancestor_id = top_item))
$$;
comment on function items_developing(bigint, bigint) is
    'The items of a framework version, or of an item of it and those below it.';

create or replace function development_aligned(of_organisation bigint, of_version bigint, from_day date,
    before_day date, edition text, top_item bigint, by_item boolean)
returns table (activity_id bigint, item_id bigint)
language sql stable parallel safe rows 100000 as $$
    select distinct alignment.activity_id, case when by_item then rows.row_item_id end
    from alignments_known(of_organisation, from_day, before_day, development_aligned.edition, null,
        array(select items_developing(of_version, top_item))) as alignment
    join item_rows(of_version, top_item) as rows on rows.framework_item_id = alignment.framework_item_id
    where of_version is not null and (rows.row_item_id > 0 or not by_item)
$$;
comment on function development_aligned(bigint, bigint, date, date, text, bigint, boolean) is
    'The activities of a period that are aligned to a framework version, or to an item of it and those below it, once '
    'each; or, by item, once in the row of each item that they count in. None without a version.';

create or replace function development_logged(of_organisation bigint, of_version bigint, from_day date,
    before_day date, edition text, top_item bigint, bin text, split jsonb, narrow jsonb)
returns table (whole boolean, begins_on date, item_id bigint, unit_id bigint, cut text[], person_id bigint,
    people bigint, activities bigint, minutes bigint, with_minutes bigint)
language sql stable parallel safe rows 100000 as $$
    with activity as materialized (
        select done.activity_id, done.person_id, done.begins_on, done.minutes, done.unit_id, done.cut
        from development_done(of_organisation, from_day, before_day, development_logged.edition, bin, split, narrow)
            as done
    ), aligned as materialized (
        select found.activity_id, found.item_id
        from development_aligned(of_organisation, of_version, from_day, before_day, development_logged.edition,
            top_item, split ? 'item') as found
    )
    select false, activity.begins_on, aligned.item_id, activity.unit_id, activity.cut, activity.person_id, 1,
           count(*) as activities, sum(activity.minutes) as minutes, count(activity.minutes) as with_minutes
    from activity
    left join aligned on aligned.activity_id = activity.activity_id
    where split <> '[]'
      and (of_version is null or aligned.activity_id is not null)
    group by activity.begins_on, aligned.item_id, activity.unit_id, activity.cut, activity.person_id
    union all
    select true, activity.begins_on, null, null, null, null, count(distinct activity.person_id),
           count(*) as activities, sum(activity.minutes) as minutes, count(activity.minutes) as with_minutes
    from activity
    where of_version is null or activity.activity_id in (select aligned.activity_id from aligned)
    group by grouping sets ((activity.begins_on), ())
    having count(*) > 0 and (bin <> 'period' or grouping(activity.begins_on) = 1)
$$;
comment on function development_logged(bigint, bigint, date, date, text, bigint, text, jsonb, jsonb) is
    'What each person did in each bin in the rows of the split, by the unit itself and not yet by those above it; and, '
    'whole, without a person, what people did in each bin and in the period (null). For development_split().';

create or replace function development_split(of_organisation bigint, of_version bigint, from_day date,
    before_day date, edition text, top_item bigint, top_unit bigint, bin text, split jsonb, narrow jsonb)
returns table (begins_on date, whole boolean, item_id bigint, unit_id bigint, worker_type text, rank text, type text,
    stage text, source text, provider text, people bigint, activities bigint, minutes bigint, with_minutes bigint)
language plpgsql stable parallel safe rows 1000 set plan_cache_mode = force_custom_plan set work_mem = '64MB' as $$
begin
    return query
    with logged as materialized (
        select did.whole, did.begins_on, did.item_id, did.unit_id, did.cut, did.person_id, did.people, did.activities,
               did.minutes, did.with_minutes
        from development_logged(of_organisation, of_version, from_day, before_day, development_split.edition,
            top_item, bin, split, narrow) as did
    ), person as materialized (
        select logged.begins_on, logged.item_id, logged.unit_id, logged.cut, logged.person_id, logged.activities,
               logged.minutes, logged.with_minutes
        from logged
        where bin <> 'period' and not logged.whole
        union all
        select null, logged.item_id, logged.unit_id, logged.cut, logged.person_id, sum(logged.activities)::bigint,
               sum(logged.minutes)::bigint, sum(logged.with_minutes)::bigint
        from logged
        where not logged.whole
        group by logged.item_id, logged.unit_id, logged.cut, logged.person_id
    ), place as materialized (
        select rows.unit_id, rows.row_unit_id
        from unit_rows(of_organisation, top_unit, true, development_split.edition) as rows
        where split ? 'unit' and rows.row_unit_id > 0
    ), mover as materialized (
        select logged.person_id
        from logged
        where split ? 'unit'
        group by logged.person_id
        having min(logged.unit_id) <> max(logged.unit_id)
    ), summed as (
        -- Who was in one unit all the time is in a cell of each unit above as often; of others each cell is counted.
        select false as whole, settled.begins_on, settled.item_id, place.row_unit_id, settled.cut, settled.people,
               settled.activities, settled.minutes, settled.with_minutes
        from (
            select person.begins_on, person.item_id, person.unit_id, person.cut, count(*) as people,
                   sum(person.activities) as activities, sum(person.minutes) as minutes,
                   sum(person.with_minutes) as with_minutes
            from person
            where person.person_id not in (select mover.person_id from mover)
            group by person.begins_on, person.item_id, person.unit_id, person.cut
        ) as settled
        left join place on place.unit_id = settled.unit_id
        where settled.unit_id is null or place.unit_id is not null
        union all
        select false, person.begins_on, person.item_id, place.row_unit_id, person.cut, 1, sum(person.activities),
               sum(person.minutes), sum(person.with_minutes)
        from mover
        join person on person.person_id = mover.person_id
        join place on place.unit_id = person.unit_id
        group by person.begins_on, person.item_id, place.row_unit_id, person.cut, person.person_id
        union all
        select true, logged.begins_on, null, null, null, logged.people, logged.activities, logged.minutes,
               logged.with_minutes
        from logged
        where logged.whole
    )
    select summed.begins_on, summed.whole, summed.item_id, summed.row_unit_id, summed.cut[1], summed.cut[2],
           summed.cut[3], summed.cut[4], summed.cut[5], summed.cut[6], sum(summed.people)::bigint,
           sum(summed.activities)::bigint, coalesce(sum(summed.minutes), 0)::bigint, sum(summed.with_minutes)::bigint
    from summed
    group by summed.whole, summed.begins_on, summed.item_id, summed.row_unit_id, summed.cut;
end
$$;
comment on function development_split(bigint, bigint, date, date, text, bigint, bigint, text, jsonb, jsonb) is
    'CPD of an organisation in bins (null: the period) as a whole and split by what is asked for, narrowed to what '
    'narrow has: units, worker_type, rank, role_profile, type, stage, source, provider. Each row is counted from '
    'people and activities. In plpgsql, so that it is planned for what is asked: what is not costs nothing.';

grant execute on function activities_counted(bigint, date, date, text),
    framework_of_item(text), day_named(text), development_period(text, text), bin_begin(text, date), bin_step(text),
    bin_name(text, date), development_bins(text, date, date),
    development_problem(text, text, jsonb, bigint, bigint, bigint, text, date, date, text),
    development_done(bigint, date, date, text, text, jsonb, jsonb),
    items_developing(bigint, bigint),
    development_aligned(bigint, bigint, date, date, text, bigint, boolean),
    development_logged(bigint, bigint, date, date, text, bigint, text, jsonb, jsonb),
    development_split(bigint, bigint, date, date, text, bigint, bigint, text, jsonb, jsonb)
    to skillsd_service;
