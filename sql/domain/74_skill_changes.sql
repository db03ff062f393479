-- SPDX-License-Identifier: MIT
-- How skills change, cut by who and where: the entries of the ledger joined to the postings of their day. A move is
-- from one level of an item to another, or from or to not holding it (null). Moves are events and add up; people do
-- not.

create or replace function places_known(of_organisation bigint, from_day date, before_day date, edition text)
returns table (person_id bigint, starts_on date, ends_before date, unit_id bigint, worker_type text, rank text,
    role_profile_id bigint, leaver_type text)
language plpgsql stable parallel safe rows 20000 set plan_cache_mode = force_custom_plan set work_mem = '64MB' as $$
begin
    return query
    with known as materialized (
        select posting.posting_id, posting.person_id, posting.starts_on, posting.ends_before, posting.unit_id,
               posting.worker_type, posting.rank, posting.role_profile_id, posting.leaver_type, posting.counts,
               posting.secondment,
               posting.starts_on < max(coalesce(posting.ends_before, 'infinity')) over (
                   partition by posting.person_id
                   order by posting.starts_on, posting.posting_id
                   rows between unbounded preceding and 1 preceding
               ) as doubled
        from postings_known(of_organisation, places_known.edition) as posting
        where posting.starts_on < before_day and (posting.ends_before is null or posting.ends_before > from_day)
    ), doubled as materialized (
        select distinct known.person_id from known where known.doubled
    ), several as materialized (
        select known.posting_id, known.person_id, known.starts_on, known.ends_before, known.counts, known.secondment
        from known
        join doubled on doubled.person_id = known.person_id
    ), place as (
        select distinct on (cut.person_id, cut.day) cut.person_id, cut.day, covering.posting_id
        from (
            select several.person_id, several.starts_on as day
            from several
            union
            select several.person_id, several.ends_before
            from several
            where several.ends_before is not null
        ) as cut
        left join several as covering
            on covering.person_id = cut.person_id
               and covering.starts_on <= cut.day
               and (covering.ends_before is null or covering.ends_before > cut.day)
        order by cut.person_id, cut.day, covering.counts desc, covering.secondment desc, covering.starts_on desc,
                 covering.posting_id desc
    ), turn as (
        select place.person_id, place.day, place.posting_id,
               lead(place.day) over (partition by place.person_id order by place.day) as next_day
        from place
    )
    select known.person_id, known.starts_on, known.ends_before, known.unit_id, known.worker_type, known.rank,
           known.role_profile_id, known.leaver_type
    from known
    where known.person_id not in (select doubled.person_id from doubled)
    union all
    select turn.person_id, turn.day, turn.next_day, known.unit_id, known.worker_type, known.rank,
           known.role_profile_id, known.leaver_type
    from turn
    join known on known.posting_id = turn.posting_id;
end
$$;
comment on function places_known(bigint, date, date, text) is
    'Where everybody posted to an organisation in a period was, day by day, once each, as people_on() says of one day. '
    'In plpgsql, as entries_known() and spans_of(), so that a plan takes the many rows that it gives for granted.';

create or replace function service_known(of_organisation bigint, edition text)
returns table (person_id bigint, served_from date, ends_before date)
language plpgsql stable parallel safe rows 20000 set plan_cache_mode = force_custom_plan set work_mem = '64MB' as $$
begin
    return query
    with marked as (
        select posting.person_id, posting.starts_on, posting.ends_before,
               coalesce(posting.starts_on > max(coalesce(posting.ends_before, 'infinity')) over earlier, true) as again
        from postings_known(of_organisation, service_known.edition) as posting
        window earlier as (
            partition by posting.person_id
            order by posting.starts_on, posting.posting_id
            rows between unbounded preceding and 1 preceding)
    ), stay as (
        select numbered.person_id, min(numbered.starts_on) as starts_on,
               nullif(max(coalesce(numbered.ends_before, 'infinity')), 'infinity') as ends_before
        from (
            select marked.person_id, marked.starts_on, marked.ends_before,
                   count(*) filter (where marked.again) over (
                       partition by marked.person_id order by marked.starts_on) as number
            from marked
        ) as numbered
        group by numbered.person_id, numbered.number
    )
    select stay.person_id, coalesce(before.began, stay.starts_on), stay.ends_before
    from stay
    left join (
        select taken.happened_on, service.person_id, service.began
        from (
            select distinct succession.happened_on
            from organisation_succession as succession
            where succession.successor_id = of_organisation
        ) as taken
        cross join lateral service_began(of_organisation, taken.happened_on, service_known.edition) as service
    ) as before on before.person_id = stay.person_id and before.happened_on = stay.starts_on;
end
$$;
comment on function service_known(bigint, text) is
    'The time that people served in an organisation without a break: since when, in organisations that it took over '
    'from too, and until before which day, null while it lasts.';

create or replace function entries_known(of_organisation bigint, items bigint[], from_day date, before_day date,
    edition text)
returns table (person_id bigint, framework_item_id bigint, basis text, cause text, gain boolean, level smallint,
    other_level smallint, effective_on date, delta smallint)
language plpgsql stable parallel safe rows 100000 set plan_cache_mode = force_custom_plan as $$
begin
    return query
    with given as materialized (
        select bounds.xmin, bounds.xmax, bounds.running from edition_bounds(entries_known.edition) as bounds
    )
    select entry.person_id, entry.framework_item_id, entry.basis, entry.cause, entry.gain, entry.level,
           entry.other_level, entry.effective_on, entry.delta
    from given
    cross join skill_ledger as entry
    where entry.organisation_id = of_organisation
      and entry.effective_on >= from_day and entry.effective_on < before_day
      and (items is null or entry.framework_item_id = any (items))
      and in_edition(entry.xid, given.xmin, given.xmax, given.running);
end
$$;
comment on function entries_known(bigint, bigint[], date, date, text) is
    'The entries of an organisation for some items (null: all) and the days of a period, [from_day, before_day), as '
    'known in an edition.';

create or replace function cause_goes(cause text) returns boolean language sql immutable parallel safe
    return cause in ('left', 'transferred', 'seconded', 'merged');
comment on function cause_goes(text) is
    'Whether by this cause a loss is that of somebody who goes: it then holds from the day after their last.';

create or replace function spans_of(of_organisation bigint, people bigint[], items bigint[], before_day date,
    edition text)
returns table (person_id bigint, framework_item_id bigint, basis text, level smallint, day date, ends_before date)
language plpgsql stable parallel safe rows 200000 set plan_cache_mode = force_custom_plan set work_mem = '64MB' as $$
declare
    given record;
begin
    select bounds.xmin, bounds.xmax, bounds.running into given from edition_bounds(spans_of.edition) as bounds;
    return query
    select turned.person_id, turned.framework_item_id, turned.basis, turned.level, turned.day, turned.ends_before
    from (
        select asked.person_id, asked.framework_item_id, entry.basis, entry.level, entry.effective_on as day,
               sum(entry.delta) as change,
               lead(entry.effective_on) over (
                   partition by asked.person_id, asked.framework_item_id, entry.basis, entry.level
                   order by entry.effective_on) as ends_before
        from unnest(people, items) as asked (person_id, framework_item_id)
        cross join lateral (
            -- Fenced, so that they are looked up, and the entries of everybody are not read.
            select known.basis, known.level, known.effective_on, known.delta
            from skill_ledger as known
            where known.organisation_id = of_organisation
              and known.framework_item_id = asked.framework_item_id
              and known.person_id = asked.person_id
              and known.effective_on < spans_of.before_day
              and in_edition(known.xid, given.xmin, given.xmax, given.running)
            offset 0
        ) as entry
        group by asked.person_id, asked.framework_item_id, entry.basis, entry.level, entry.effective_on
        having sum(entry.delta) <> 0
    ) as turned
    where turned.change > 0;
end
$$;
comment on function spans_of(bigint, bigint[], bigint[], date, text) is
    'Of people and an item each, pair by pair and each pair once: each time before a day that they held a level of it '
    'on a basis, [day, ends_before), null while it lasts; a renewal does not end it. By the index that says who holds '
    'what, best in its order: by item and person.';

create or replace function skill_moves(of_organisation bigint, items bigint[], from_day date, before_day date,
    edition text, of_basis text)
returns table (person_id bigint, framework_item_id bigint, basis text, from_level smallint, to_level smallint,
    cause text, day date, moves bigint)
language sql stable parallel safe rows 100000 as $$
    select entry.person_id, entry.framework_item_id, entry.basis,
           case when entry.gain then entry.other_level else entry.level end,
           case when entry.gain then entry.level end,
           entry.cause, entry.effective_on, sum(case when entry.gain then entry.delta else -entry.delta end)
    from entries_known(of_organisation, items, from_day, before_day, skill_moves.edition) as entry
    where (entry.gain or entry.other_level is null)
      and (of_basis is null or entry.basis = of_basis)
    group by entry.person_id, entry.framework_item_id, entry.basis, entry.gain, entry.level, entry.other_level,
             entry.cause, entry.effective_on
    having sum(entry.delta) <> 0
$$;
comment on function skill_moves(bigint, bigint[], date, date, text, text) is
    'The moves of a period on a basis (null: on each). What the ledger books as a loss of one level and the gain of '
    'another is one move.';

create or replace function skill_moves_any(of_organisation bigint, items bigint[], from_day date, before_day date,
    edition text)
returns table (person_id bigint, framework_item_id bigint, basis text, from_level smallint, to_level smallint,
    cause text, day date, moves bigint)
language sql stable parallel safe rows 100000 as $$
    with moved as materialized (
        select entry.person_id, entry.framework_item_id, entry.cause, entry.gain, entry.level, entry.effective_on as day
        from entries_known(of_organisation, items, from_day, before_day, skill_moves_any.edition) as entry
        group by entry.person_id, entry.framework_item_id, entry.basis, entry.cause, entry.gain, entry.level,
                 entry.other_level, entry.effective_on
        having sum(entry.delta) <> 0
    ), touched as (
        select array_agg(pair.person_id order by pair.framework_item_id, pair.person_id) as people,
               array_agg(pair.framework_item_id order by pair.framework_item_id, pair.person_id) as items
        from (
            select distinct moved.person_id, moved.framework_item_id from moved
        ) as pair
    ), span as (
        select held.person_id, held.framework_item_id, held.level, held.day, held.ends_before
        from touched
        cross join lateral spans_of(of_organisation, touched.people, touched.items, before_day,
            skill_moves_any.edition) as held
    ), compared as (
        select edge.person_id, edge.framework_item_id, edge.day,
               max(span.level) filter (where span.day < edge.day) as from_level,
               max(span.level) filter (where span.ends_before is null or span.ends_before > edge.day) as to_level
        from (
            select distinct moved.person_id, moved.framework_item_id, moved.day from moved
        ) as edge
        join span
            on span.person_id = edge.person_id and span.framework_item_id = edge.framework_item_id
               and span.day <= edge.day and (span.ends_before is null or span.ends_before >= edge.day)
        group by edge.person_id, edge.framework_item_id, edge.day
    )
    select compared.person_id, compared.framework_item_id, 'any', compared.from_level, compared.to_level,
           min(moved.cause), compared.day, 1::bigint
    from compared
    join moved
        on moved.person_id = compared.person_id and moved.framework_item_id = compared.framework_item_id
           and moved.day = compared.day
           and moved.gain = (coalesce(compared.to_level, -1) > coalesce(compared.from_level, -1))
           and moved.level = greatest(compared.from_level, compared.to_level)
    where compared.from_level is distinct from compared.to_level
    group by compared.person_id, compared.framework_item_id, compared.from_level, compared.to_level, compared.day
$$;
comment on function skill_moves_any(bigint, bigint[], date, date, text) is
    'The moves of a period in the highest level that somebody holds on any basis; its cause is that of the level that '
    'came or went. A renewal is none.';

create or replace function items_asked(of_version bigint, item uuid) returns bigint[]
language sql stable parallel safe as $$
    select array_agg(known.framework_item_id)
    from framework_item as known
    where known.framework_version_id = of_version
      and (items_asked.item is null or known.framework_item_id in (select items_within(items_asked.item)))
$$;
comment on function items_asked(bigint, uuid) is
    'The items of a framework version, or of one of them with those below it.';

create or replace function level_is_beyond(items bigint[], asked int) returns boolean
language sql stable parallel safe as $$
    select asked is not null and not exists (
               select
               from framework_item as item
               join level as step on step.level_scale_id = item.level_scale_id and step.level = asked
               where item.framework_item_id = any (items))
$$;
comment on function level_is_beyond(bigint[], int) is
    'Whether a level is asked for that is on the scale of none of the items.';

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

grant execute on function places_known(bigint, date, date, text), service_known(bigint, text),
    entries_known(bigint, bigint[], date, date, text), cause_goes(text),
    spans_of(bigint, bigint[], bigint[], date, text), skill_moves(bigint, bigint[], date, date, text, text),
    skill_moves_any(bigint, bigint[], date, date, text), items_asked(bigint, uuid), level_is_beyond(bigint[], int),
    upskilling_cells(bigint, bigint[], date, date, text, text, text, boolean, bigint[], text, text, bigint, bigint),
    stayer_change_cells(bigint, bigint, date, date, text, text, bigint, bigint, boolean, bigint[], text, text, bigint)
    to skillsd_service;
