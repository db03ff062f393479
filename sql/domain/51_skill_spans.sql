-- SPDX-License-Identifier: MIT
-- On which days people hold what, from the records as their caller sees them, as they are or as they were known.

create or replace function shares_known(people bigint[], edition text)
returns table (person_id bigint, days daterange)
language plpgsql stable parallel safe security definer set search_path = skills, pg_temp as $$
begin
    return query
    select share.person_id, daterange(share.from_day, share.until_day, '[]')
    from record_share as share
    cross join edition_bounds(shares_known.edition) as given
    where share.person_id = any (people)
      and share.organisation_id = app_organisation()
      and share.ended_at is null
      and in_edition(share.known_from, given.xmin, given.xmax, given.running);
end
$$;
comment on function shares_known(bigint[], text) is
    'public: the days of the record that people share, by shares that stand, with the organisation that the request '
    'reads, as far as an edition of the ledger has them (null: all). Runs as its owner, because only the person reads '
    'shares; it tells an organisation of what is shared with it, whose rows it reads anyway, and of nothing else.';

create or replace function windows_known(people bigint[], edition text)
returns table (person_id bigint, days datemultirange)
language plpgsql stable parallel safe rows 5000 as $$
begin
    return query
    select seen.person_id, range_agg(seen.days)
    from (
        select posting.person_id, daterange(posting.starts_on, posting.ends_before) as days
        from postings_known(app_acting(), windows_known.edition) as posting
        where posting.person_id = any (people)
        union all
        select share.person_id, share.days
        from shares_known(people, windows_known.edition) as share
    ) as seen
    group by seen.person_id;
end
$$;
comment on function windows_known(bigint[], text) is
    'The days of whose record the organisation sees what, as was known in an edition of the ledger (null: as now): '
    'organisations_seeing(), of an edition and of one organisation. In plpgsql as postings_then() is.';

create or replace function skill_spans(people bigint[], items bigint[], edition text)
returns table (person_id bigint, framework_item_id bigint, basis text, level smallint, days daterange)
language plpgsql stable parallel safe rows 20000
set plan_cache_mode = force_custom_plan set enable_nestloop = on as $$
declare
    given record;
begin
    select bounds.xmin, bounds.xmax, bounds.running into given from edition_bounds(skill_spans.edition) as bounds;
    return query
    with sight as materialized (
        select seen.person_id, seen.days
        from windows_known(people, skill_spans.edition) as seen
        where skill_spans.edition is not null
    ), held as materialized (
        select known.person_id, known.framework_item_id, known.basis, coalesce(known.level, 0::smallint) as level,
               known.assertion_id, known.valid_from, ending.holds_before
        from assertions_known(given.xmin, given.xmax, given.running) as known
        left join sight on sight.person_id = known.person_id
        cross join lateral (
            -- By a successor that was not seen then nothing had ended.
            select case
                       when skill_spans.edition is null
                            or known.succeeded_on is null
                            or known.person_id = app_person()
                            or sight.days && daterange(known.succeeded_on, known.successor_before)
                       then known.holds_before
                       else least(known.valid_before, known.withdrawn_on)
                   end as holds_before
        ) as ending
        where known.person_id = any (people)
          and (ending.holds_before is null or ending.holds_before > known.valid_from)
          and (items is null or known.framework_item_id = any (items))
          and (skill_spans.edition is null
               or known.person_id = app_person()
               or sight.days && daterange(known.valid_from, known.valid_before))
    ), turn as (
        select distinct on (edge.person_id, edge.framework_item_id, edge.basis, edge.day)
               edge.person_id, edge.framework_item_id, edge.basis, edge.day, held.level
        from (
            select distinct held.person_id, held.framework_item_id, held.basis, bound.day
            from held
            cross join lateral (values (held.valid_from), (held.holds_before)) as bound (day)
            where bound.day is not null
        ) as edge
        left join held
            on held.person_id = edge.person_id
               and held.framework_item_id = edge.framework_item_id
               and held.basis = edge.basis
               and held.valid_from <= edge.day
               and (held.holds_before is null or held.holds_before > edge.day)
        order by edge.person_id, edge.framework_item_id, edge.basis, edge.day, held.valid_from desc,
                 held.assertion_id desc
    ), span as (
        select turn.person_id, turn.framework_item_id, turn.basis, turn.level,
               daterange(turn.day, lead(turn.day) over (
                   partition by turn.person_id, turn.framework_item_id, turn.basis order by turn.day)) as days
        from turn
    )
    select span.person_id, span.framework_item_id, span.basis, span.level, span.days
    from span
    where span.level is not null;
end
$$;
comment on function skill_spans(bigint[], bigint[], text) is
    'The days on which people hold which level (0: without levels) of items (null: of all) on a basis, as far as the '
    'caller sees assertions: level_on() of every day, past and to come. In an edition of the ledger as known then, and '
    'of what the caller sees now only what the organisation would have seen then, or what is the caller''s own. '
    'Planned for as many people as are given.';

create or replace function days_around(spans datemultirange, day date) returns daterange
language sql immutable parallel safe as $$
    select span from unnest(spans) as span where span @> days_around.day
$$;
comment on function days_around(datemultirange, date) is
    'The days without a break around a day, of many; null for none.';

grant execute on function shares_known(bigint[], text), windows_known(bigint[], text),
    skill_spans(bigint[], bigint[], text), days_around(datemultirange, date)
    to skillsd_service;
