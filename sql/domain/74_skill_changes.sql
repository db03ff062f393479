-- SPDX-License-Identifier: MIT
-- How skills change, cut by who and where: the entries of the ledger joined to the postings of their day. A move is from
-- one level of an item to another, or from or to not holding it (null). Moves are events and add up; people do not.

create or replace function places_known(of_organisation bigint, edition text)
returns table (person_id bigint, starts_on date, ends_before date, unit_id bigint, worker_type text, rank text,
    role_profile_id bigint, leaver_type text, served_from date)
language sql stable parallel safe rows 20000 as $$
    with known as (
        select posting.posting_id, posting.person_id, posting.starts_on, posting.ends_before, posting.unit_id,
               posting.worker_type, posting.rank, posting.role_profile_id, posting.leaver_type, posting.counts,
               posting.secondment,
               posting.starts_on < max(coalesce(posting.ends_before, 'infinity')) over (
                   partition by posting.person_id
                   order by posting.starts_on, posting.posting_id
                   rows between unbounded preceding and 1 preceding
               ) as doubled
        from postings_known(of_organisation, edition) as posting
    ), doubled as (
        select distinct known.person_id from known where known.doubled
    ), turn as (
        select known.posting_id, known.person_id, known.starts_on, known.ends_before
        from known
        where known.person_id not in (select doubled.person_id from doubled)
        union all
        select place.posting_id, cut.person_id, cut.day,
               lead(cut.day) over (partition by cut.person_id order by cut.day)
        from (
            select distinct known.person_id, edge.day
            from known
            join doubled on doubled.person_id = known.person_id
            cross join lateral (values (known.starts_on), (known.ends_before)) as edge (day)
            where edge.day is not null
        ) as cut
        left join lateral (
            select covering.posting_id
            from known as covering
            where covering.person_id = cut.person_id
              and covering.starts_on <= cut.day
              and (covering.ends_before is null or covering.ends_before > cut.day)
            order by covering.counts desc, covering.secondment desc, covering.starts_on desc, covering.posting_id desc
            limit 1
        ) as place on true
    ), served as (
        select turn.posting_id, turn.starts_on, turn.ends_before,
               turn.starts_on is distinct from lag(turn.ends_before) over (
                   partition by turn.person_id order by turn.starts_on) as again
        from turn
        where turn.posting_id is not null
    ), stay as (
        select known.person_id, served.starts_on, served.ends_before, known.unit_id, known.worker_type, known.rank,
               known.role_profile_id, known.leaver_type,
               max(served.starts_on) filter (where served.again) over (
                   partition by known.person_id order by served.starts_on) as served_from
        from served
        join known on known.posting_id = served.posting_id
    )
    select stay.person_id, stay.starts_on, stay.ends_before, stay.unit_id, stay.worker_type, stay.rank,
           stay.role_profile_id, stay.leaver_type, coalesce(before.began, stay.served_from)
    from stay
    left join (
        select taken.happened_on, service.person_id, service.began
        from (
            select distinct succession.happened_on
            from organisation_succession as succession
            where succession.successor_id = of_organisation
        ) as taken
        cross join lateral service_began(of_organisation, taken.happened_on, places_known.edition) as service
    ) as before on before.person_id = stay.person_id and before.happened_on = stay.served_from
$$;
comment on function places_known(bigint, text) is
    'Where everybody posted to an organisation was, day by day, once each, as people_on() says of one day; served_from is '
    'the first day of service there without a break, in organisations that it took over from too.';

create or replace function entries_known(of_organisation bigint, from_day date, before_day date, edition text)
returns table (person_id bigint, framework_item_id bigint, basis text, cause text, gain boolean, level smallint,
    other_level smallint, effective_on date, delta smallint)
language sql stable parallel safe rows 100000 as $$
    with given as materialized (
        select bounds.xmin, bounds.xmax, bounds.running from edition_bounds(entries_known.edition) as bounds
    )
    select entry.person_id, entry.framework_item_id, entry.basis, entry.cause, entry.gain, entry.level,
           entry.other_level, entry.effective_on, entry.delta
    from given
    cross join skill_ledger as entry
    where entry.organisation_id = of_organisation
      and entry.effective_on >= from_day and entry.effective_on < before_day
      and in_edition(entry.xid, given.xmin, given.xmax, given.running)
$$;
comment on function entries_known(bigint, date, date, text) is
    'The entries of an organisation for the days of a period, [from_day, before_day), as known in an edition.';

create or replace function cause_goes(cause text) returns boolean language sql immutable parallel safe
    return cause in ('left', 'transferred', 'seconded', 'merged');
comment on function cause_goes(text) is
    'Whether by this cause a loss is that of somebody who goes: it then holds from the day after their last.';

create or replace function skill_lines(of_organisation bigint, items bigint[], from_day date, before_day date,
    edition text)
returns table (person_id bigint, framework_item_id bigint, basis text, cause text, gain boolean, level smallint,
    effective_on date)
language sql stable parallel safe rows 100000 as $$
    select entry.person_id, entry.framework_item_id, entry.basis, entry.cause, entry.gain, entry.level,
           entry.effective_on
    from (
        select distinct moved.person_id, moved.framework_item_id
        from entries_known(of_organisation, from_day, before_day, skill_lines.edition) as moved
        where moved.framework_item_id = any (items)
    ) as touched
    join entries_known(of_organisation, '-infinity', before_day, skill_lines.edition) as entry
        on entry.person_id = touched.person_id and entry.framework_item_id = touched.framework_item_id
    group by entry.person_id, entry.framework_item_id, entry.basis, entry.cause, entry.gain, entry.level,
             entry.other_level, entry.effective_on
    having sum(entry.delta) <> 0
$$;
comment on function skill_lines(bigint, bigint[], date, date, text) is
    'Of who moved in a period in an item: every gain and loss of the item up to its end, without what is reversed.';

create or replace function skill_moves(of_organisation bigint, items bigint[], from_day date, before_day date,
    edition text, of_basis text)
returns table (person_id bigint, framework_item_id bigint, basis text, from_level smallint, to_level smallint,
    cause text, day date, moves bigint)
language sql stable parallel safe rows 100000 as $$
    select entry.person_id, entry.framework_item_id, entry.basis,
           case when entry.gain then entry.other_level else entry.level end,
           case when entry.gain then entry.level end,
           entry.cause, entry.effective_on, sum(case when entry.gain then entry.delta else -entry.delta end)
    from entries_known(of_organisation, from_day, before_day, skill_moves.edition) as entry
    where entry.framework_item_id = any (items)
      and (entry.gain or entry.other_level is null)
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
    with line as materialized (
        select lines.person_id, lines.framework_item_id, lines.basis, lines.cause, lines.gain, lines.level,
               lines.effective_on
        from skill_lines(of_organisation, items, from_day, before_day, skill_moves_any.edition) as lines
    ), span as (
        select turn.person_id, turn.framework_item_id, turn.level, turn.day,
               lead(turn.day) over (
                   partition by turn.person_id, turn.framework_item_id, turn.basis order by turn.day) as before_day
        from (
            select line.person_id, line.framework_item_id, line.basis, line.effective_on as day,
                   max(line.level) filter (where line.gain) as level
            from line
            group by line.person_id, line.framework_item_id, line.basis, line.effective_on
        ) as turn
    ), compared as (
        select edge.person_id, edge.framework_item_id, edge.day,
               max(span.level) filter (where span.day < edge.day) as from_level,
               max(span.level) filter (
                   where span.before_day is null or span.before_day > edge.day) as to_level
        from (
            select distinct line.person_id, line.framework_item_id, line.effective_on as day
            from line
            where line.effective_on >= from_day
        ) as edge
        join span
            on span.person_id = edge.person_id and span.framework_item_id = edge.framework_item_id
               and span.day <= edge.day and (span.before_day is null or span.before_day >= edge.day)
        group by edge.person_id, edge.framework_item_id, edge.day
    )
    select compared.person_id, compared.framework_item_id, 'any', compared.from_level, compared.to_level,
           min(line.cause), compared.day, 1::bigint
    from compared
    join line
        on line.person_id = compared.person_id and line.framework_item_id = compared.framework_item_id
           and line.effective_on = compared.day
           and line.gain = (coalesce(compared.to_level, -1) > coalesce(compared.from_level, -1))
           and line.level = greatest(compared.from_level, compared.to_level)
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

create or replace function upskilling_cells(of_organisation bigint, items bigint[], from_day date, before_day date,
    edition text, of_basis text, by text, whole boolean, units bigint[], of_worker_type text, of_rank text,
    of_role bigint, top_unit bigint)
returns table (framework_item_id bigint, basis text, month date, cohort int, unit_id bigint, worker_type text,
    cause text, from_level smallint, to_level smallint, moves bigint)
language plpgsql stable parallel safe rows 5000 set plan_cache_mode = force_custom_plan as $$
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
    select move.framework_item_id, move.basis,
           case by when 'month' then date_trunc('month', move.day)::date end,
           case by when 'cohort' then extract(year from place.served_from - interval '3 months')::int + 1 end,
           nullif(rows.row_unit_id, 0),
           case by when 'worker_type' then place.worker_type end,
           move.cause, move.from_level, move.to_level, sum(move.moves)::bigint
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
    join places_known(of_organisation, upskilling_cells.edition) as place
        on place.person_id = move.person_id
           and place.starts_on <= move.day - (move.to_level is null and cause_goes(move.cause))::int
           and (place.ends_before is null
                or place.ends_before > move.day - (move.to_level is null and cause_goes(move.cause))::int)
    join unit_rows(of_organisation, top_unit, by = 'unit') as rows on rows.unit_id = coalesce(place.unit_id, 0)
    where (units is null or place.unit_id = any (units))
      and (of_worker_type is null or place.worker_type = of_worker_type)
      and (of_rank is null or place.rank = of_rank)
      and (of_role is null or place.role_profile_id = of_role)
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9;
end
$$;
comment on function upskilling_cells(bigint, bigint[], date, date, text, text, text, boolean, bigint[], text, text,
    bigint, bigint) is
    'Moves of an organisation in a period, by item, basis (each, one, or any: the highest on any), cause and both '
    'levels, and by month, cohort (the year to 31 March in which their service there began), unit with those below it, '
    'or worker type. From balances where nobody is left out; else from entries, each where the person was posted on '
    'the day, or on the last day of who goes.';

grant execute on function places_known(bigint, text), entries_known(bigint, date, date, text), cause_goes(text),
    skill_lines(bigint, bigint[], date, date, text), skill_moves(bigint, bigint[], date, date, text, text),
    skill_moves_any(bigint, bigint[], date, date, text), items_asked(bigint, uuid),
    upskilling_cells(bigint, bigint[], date, date, text, text, text, boolean, bigint[], text, text, bigint, bigint)
    to skillsd_service;
