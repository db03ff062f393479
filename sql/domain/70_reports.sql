-- SPDX-License-Identifier: MIT
-- What reports are about, and what they say about themselves: framework, item, unit and days, as asked for, and the
-- rows in which an item or a unit counts. Reports of an organisation run these functions as their caller, within the
-- wall. A null item is any item of the framework version, a null unit the organisation as a whole. Every cell is
-- counted from people and activities, none summed from other cells.

create or replace function framework_version_named(name text) returns bigint language sql stable parallel safe as $$
    select version.framework_version_id
    from framework_version as version
    join framework on framework.framework_id = version.framework_id
    left join current_framework_version as current on current.framework_version_id = version.framework_version_id
    where version.id::text = lower(name) or (framework.code = name and current.framework_version_id is not null)
$$;
comment on function framework_version_named(text) is
    'A framework version by its identifier, or the current one by the code of the framework; null if there is none.';

create or replace function report_frame(framework text, item text, unit text)
returns table (organisation_id bigint, framework_version_id bigint, item_id bigint, unit_id bigint, status int,
    problem text)
language sql stable parallel safe rows 1 as $$
    with found as (
        select coalesce(app_organisation(), case when app_units() is not null then app_acting() end)
                   as organisation_id,
               framework_version_named(report_frame.framework) as framework_version_id
    ), placed as (
        select found.organisation_id, found.framework_version_id, wanted.framework_item_id as item_id, place.unit_id
        from found
        left join framework_item as wanted
            on wanted.id = report_frame.item::uuid and wanted.framework_version_id = found.framework_version_id
        left join unit as place on place.id = report_frame.unit::uuid and place.organisation_id = found.organisation_id
    )
    select placed.organisation_id, placed.framework_version_id, placed.item_id, placed.unit_id, fault.status,
           fault.problem
    from placed
    left join lateral (
        select fault.status, fault.problem
        from (
            values (1, placed.organisation_id is null, 403, 'scope_not_granted'),
                   (2, report_frame.framework is not null and placed.framework_version_id is null,
                    404, '?framework unknown_framework'),
                   (3, report_frame.item is not null and placed.item_id is null, 404, 'unknown_item'),
                   (4, report_frame.unit is not null and placed.unit_id is null, 404, '?unit unknown_unit')
        ) as fault (ordinal, found, status, problem)
        where fault.found
        order by fault.ordinal
        limit 1
    ) as fault on true
$$;
comment on function report_frame(text, text, text) is
    'What a report of the acting organisation is about: framework version, item of it, unit, each null if not asked '
    'for; or the problem. Where an operation lets line managers ask, the wall shows them their units alone.';

create or replace function report_months(first_month text, last_month text, usual int, most int)
returns table (from_month date, before_month date, status int, problem text)
language sql stable parallel safe rows 1 as $$
    with named as (
        select (first_month || '-01')::date as from_month,
               (coalesce(last_month, to_char(london_today(), 'YYYY-MM')) || '-01')::date as until_month
    ), months as (
        select coalesce(named.from_month, (named.until_month - make_interval(months => usual - 1))::date) as from_month,
               (named.until_month + interval '1 month')::date as before_month
        from named
    )
    select months.from_month, months.before_month, fault.status, fault.problem
    from months
    left join lateral (
        select 422 as status,
               case
                   when months.from_month > london_today()
                   then case when first_month is null then '?until' else '?from' end || ' period_not_begun'
                   when months.from_month >= months.before_month then 'period_reversed'
                   when months.from_month + make_interval(months => most) < months.before_month then 'period_too_long'
               end as problem
    ) as fault on fault.problem is not null
$$;
comment on function report_months(text, text, int, int) is
    'The months of a report, half-open: until the month asked for or this one, from the month asked for or, usually, '
    'so many; or the problem.';

create or replace function report_year(year_ending int, as_of date)
returns table (year int, first_day date, last_day date, status int, problem text)
language sql stable parallel safe rows 1 as $$
    with asked as (
        select coalesce(report_year.year_ending, extract(
                   year from coalesce(report_year.as_of, london_today()) - interval '3 months')::int) as year
    )
    select asked.year, make_date(asked.year - 1, 4, 1), make_date(asked.year, 3, 31), fault.status, fault.problem
    from asked
    left join lateral (
        select 422 as status,
               case when report_year.year_ending is null then '?as_of' else '?year_ending' end || ' period_not_begun'
                   as problem
    ) as fault on make_date(asked.year - 1, 4, 1) > london_today()
$$;
comment on function report_year(int, date) is
    'The year to 31 March that is named by the year in which it ends, by default the last that is over on a day (null: '
    'today); or the problem.';

create or replace function report_counted(first_day date, last_day date, as_of date)
returns table (day date, until_day date, said jsonb, status int, problem text)
language sql stable parallel safe rows 1 as $$
    select least(report_counted.last_day, asked.day), asked.day,
           jsonb_build_object('as_of', least(report_counted.last_day, asked.day),
                              'complete', report_counted.last_day < asked.day),
           case when fault.problem is not null then 422 end, fault.problem
    from (select coalesce(report_counted.as_of, london_today())) as asked (day)
    cross join lateral (
        select case
                   when report_counted.as_of > london_today() then 'as_of_in_future'
                   when report_counted.as_of < report_counted.first_day then '?as_of period_not_begun'
               end as problem
    ) as fault
$$;
comment on function report_counted(date, date, date) is
    'To which day a report counts a period: to its last, or to the day asked for, by default today, while it lasts, '
    'with that day, and what the report says of it in meta; or the problem. An edition has dated entries beyond the '
    'day on which it was given, so that a figure to today is given again by both.';

create or replace function report_meta(definition text, of_organisation bigint, of_version bigint, first_day date,
    last_day date)
returns jsonb language sql stable parallel safe as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'definition', definition,
        'organisation', (
            select jsonb_build_object('id', organisation.id, 'code', organisation.code, 'name', organisation.name)
            from organisation
            where organisation.organisation_id = of_organisation),
        'framework', (
            select jsonb_build_object('code', framework.code, 'title', framework.title)
            from framework_version as version
            join framework on framework.framework_id = version.framework_id
            where version.framework_version_id = of_version),
        'version', (
            select jsonb_build_object('id', version.id, 'version', version.version)
            from framework_version as version
            where version.framework_version_id = of_version),
        'period', jsonb_build_object('starts_on', first_day, 'ends_on', last_day),
        'as_of', least(last_day, london_today()),
        'known_at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'counted', 'Every cell is counted; none is summed from other cells.',
        'complete', last_day < london_today()))
$$;
comment on function report_meta(text, bigint, bigint, date, date) is
    'What a report says about itself: what it counts, of whom, by which framework, for which days, as of and known '
    'when, and whether the period is over.';

create or replace function row_item(row_item_id bigint) returns bigint language sql immutable parallel safe
    return case when row_item_id > 0 then row_item_id end;
comment on function row_item(bigint) is 'The item of a row of item_rows(); null for any item.';

create or replace function item_rows(of_version bigint, top_item bigint)
returns table (framework_version_id bigint, framework_item_id bigint, row_item_id bigint)
language sql stable parallel safe as $$
    select item.framework_version_id, closure.framework_item_id, closure.ancestor_id
    from framework_item_ancestor as closure
    join framework_item as item on item.framework_item_id = closure.framework_item_id
    where (of_version is null or item.framework_version_id = of_version)
      and (top_item is null
           or closure.ancestor_id in (
               select below.framework_item_id from framework_item_ancestor as below where below.ancestor_id = top_item))
    union all
    select item.framework_version_id, item.framework_item_id, -item.framework_version_id
    from framework_item as item
    where (of_version is null or item.framework_version_id = of_version) and top_item is null
$$;
comment on function item_rows(bigint, bigint) is
    'In which rows an item counts: its own, those of the items above it, and, unless only an item and those below are '
    'asked for, that of any item (minus the version, so that the row alone is a key). Without a version: of all of '
    'them.';

create or replace function item_levels(scale bigint) returns table (level smallint)
language sql stable parallel safe rows 5 as $$
    select level.level
    from level
    where level.level_scale_id = item_levels.scale
    union all
    select 0::smallint
    where item_levels.scale is null
$$;
comment on function item_levels(bigint) is
    'The levels of the scale of an item; of one without levels (null) the one that the ledger has: 0.';

create or replace function item_steps(of_version bigint, top_item bigint)
returns table (framework_version_id bigint, row_item_id bigint, level smallint)
language sql stable parallel safe as $$
    select distinct rows.framework_version_id, rows.row_item_id, step.level
    from item_rows(of_version, top_item) as rows
    join framework_item as item on item.framework_item_id = rows.framework_item_id
    cross join lateral (
        select level.level
        from level
        where level.level_scale_id = item.level_scale_id
        union all
        select null
    ) as step
$$;
comment on function item_steps(bigint, bigint) is
    'The levels at or above which people are counted in the row of an item: those of the scales of the items in it, '
    'and null for held at all.';

create or replace function units_known(of_organisation bigint, edition text)
returns table (unit_id bigint, parent_id bigint)
language sql stable parallel safe as $$
    with given as materialized (
        select bounds.xmin, bounds.xmax, bounds.running from edition_bounds(edition) as bounds
    )
    select version.unit_id, version.parent_id
    from given
    cross join (
        select unit.unit_id, unit.organisation_id, unit.parent_id, unit.known_from,
               9223372036854775807 as known_before
        from unit
        union all
        select past.unit_id, past.organisation_id, past.parent_id, past.known_from, past.known_before
        from unit_past as past
    ) as version
    where version.organisation_id = of_organisation
      and version_known(version.known_from, version.known_before, given.xmin, given.xmax, given.running)
$$;
comment on function units_known(bigint, text) is
    'The units of an organisation that the caller sees, each with the one above it, as known in an edition of the '
    'ledger (null: as now).';

create or replace function unit_rows(of_organisation bigint, top_unit bigint, by_unit boolean, edition text)
returns table (unit_id bigint, row_unit_id bigint)
language sql stable parallel safe as $$
    with recursive known as materialized (
        select version.unit_id, version.parent_id from units_known(of_organisation, unit_rows.edition) as version
    ), closure (unit_id, ancestor_id) as (
        select known.unit_id, known.unit_id
        from known
        union
        select closure.unit_id, known.parent_id
        from closure
        join known on known.unit_id = closure.ancestor_id
        where known.parent_id is not null
    )
    select 0, 0
    where top_unit is null
    union all
    select known.unit_id, 0
    from known
    where top_unit is null
    union all
    select closure.unit_id, closure.ancestor_id
    from closure
    where case
              when by_unit then top_unit is null or closure.ancestor_id in (
                  select below.unit_id from closure as below where below.ancestor_id = top_unit)
              else closure.ancestor_id = top_unit
          end
$$;
comment on function unit_rows(bigint, bigint, boolean, text) is
    'In which rows a posting counts by its unit (0: none): that of the whole, which is the organisation (0) or the '
    'unit asked for, and, by unit, those of the unit and the units above it, as known in an edition (null: as now), as '
    'far as they are at or below the whole.';

grant execute on function framework_version_named(text), report_frame(text, text, text),
    report_months(text, text, int, int), report_year(int, date), report_counted(date, date, date),
    report_meta(text, bigint, bigint, date, date), row_item(bigint), item_rows(bigint, bigint), item_levels(bigint),
    item_steps(bigint, bigint), units_known(bigint, text), unit_rows(bigint, bigint, boolean, text)
    to skillsd_service;
