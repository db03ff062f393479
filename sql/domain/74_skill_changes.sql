-- SPDX-License-Identifier: MIT
-- How skills change: the entries of the ledger, and the postings of their days. A move is from one level of an item to
-- another, or from or to not holding it (null). Moves are events and add up; people do not.

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

grant execute on function places_known(bigint, date, date, text), service_known(bigint, text),
    entries_known(bigint, bigint[], date, date, text), cause_goes(text),
    spans_of(bigint, bigint[], bigint[], date, text), skill_moves(bigint, bigint[], date, date, text, text),
    skill_moves_any(bigint, bigint[], date, date, text), items_asked(bigint, uuid), level_is_beyond(bigint[], int)
    to skillsd_service;
