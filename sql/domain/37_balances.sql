-- SPDX-License-Identifier: MIT
-- How balances are read: exact at any moment, for the entries that are not folded yet are added; as of now, or as
-- known in an edition.

create or replace function ledger_edition() returns text language sql stable parallel safe as $$
    select concat_ws(':', pg_snapshot_xmin(sight.now)::text::bigint + sight.xid_offset,
                     pg_snapshot_xmax(sight.now)::text::bigint + sight.xid_offset,
                     coalesce((
                         select string_agg((running::text::bigint + sight.xid_offset)::text, ',')
                         from pg_snapshot_xip(sight.now) as running), ''))
    from (select pg_current_snapshot(), ledger_offset()) as sight (now, xid_offset)
$$;
comment on function ledger_edition() is
    'The edition of the ledger that this statement reads: whoever is given it with a figure gets the same figure by '
    'it later.';

create or replace function ledger_edition_of(known_at timestamptz) returns text language sql stable parallel safe as $$
    select tick.below_xid || ':' || tick.below_xid || ':'
    from ledger_tick as tick
    where tick.tick_at <= known_at
    order by tick.tick_at desc
    limit 1
$$;
comment on function ledger_edition_of(timestamptz) is
    'The edition of the last tick at or before a time; null before the first.';

create or replace function withheld_since(of_organisation bigint, from_day date, before_day date, edition text)
returns table (framework_item_id bigint, basis text, cause text, gain boolean, level smallint, other_level smallint,
    people int)
language plpgsql stable parallel safe security definer set search_path = skills, pg_temp
set plan_cache_mode = force_custom_plan rows 100 as $$
declare
    given record;
begin
    if edition is null or of_organisation is distinct from app_organisation()
       or app_cleared_organisation() is not null then
        return;
    end if;
    select bounds.xmin, bounds.xmax, bounds.running into given from edition_bounds(edition) as bounds;
    -- Of whom all is booked, and nothing since the edition, the entries that are not withheld come to nothing.
    if not exists (
           select
           from skill_ledger as entry
           where entry.organisation_id = of_organisation
             and entry.xid >= given.xmin and (entry.xid >= given.xmax or entry.xid = any (given.running)))
       and not exists (select from skill_backlog) then
        return;
    end if;
    return query
    with hidden as materialized (
        select posting.person_id
        from posting
        where posting.organisation_id = of_organisation and posting.withheld
        union
        select past.person_id
        from posting_past as past
        where past.organisation_id = of_organisation and past.withheld
    )
    select entry.framework_item_id, entry.basis, entry.cause, entry.gain, entry.level, entry.other_level,
           sum(entry.delta)::int
    from hidden
    join skill_ledger as entry on entry.person_id = hidden.person_id
    where entry.organisation_id = of_organisation and not entry.withheld
      and entry.effective_on >= from_day and entry.effective_on < before_day
      and in_edition(entry.xid, given.xmin, given.xmax, given.running)
    group by entry.framework_item_id, entry.basis, entry.cause, entry.gain, entry.level, entry.other_level
    having sum(entry.delta) <> 0;
end
$$;
comment on function withheld_since(bigint, date, date, text) is
    'public: what an edition counts in the organisation that the request reads, in a period, of people whose entries '
    'were not withheld then and who are withheld now: to be taken off for a reader without sensitive:read, as reports '
    'from postings have it; nothing for one with it. Also of those whose entries wait to be booked. Runs as its owner, '
    'because such a reader does not see who that is; it gives sums, which are shown nowhere, and no person.';

create or replace function skills_standing(of_organisation bigint, day date, edition text)
returns table (framework_item_id bigint, basis text, level smallint, people bigint)
language plpgsql stable parallel safe rows 2000 set plan_cache_mode = force_custom_plan as $$
declare
    known ledger_mark;
    given record;
    base_year int;
    -- The month of which days are to be added; of one that ends with the day, none are.
    month_begins date := date_trunc('month', day + 1);
begin
    select mark.one, mark.mark, mark.horizon, mark.cluster, mark.xid_offset into known from ledger_mark as mark;
    select bounds.xmin, bounds.xmax, bounds.running into given from edition_bounds(edition) as bounds;
    base_year := greatest(least(fold_year(month_begins), known.horizon), 1);
    return query
    select part.framework_item_id, part.basis, part.level, sum(part.people)
    from (
        select balance.framework_item_id, balance.basis, balance.level, balance.people
        from skill_balance as balance
        where balance.organisation_id = of_organisation and balance.year = base_year
        union all
        select flow.framework_item_id, flow.basis, flow.level, flow.people
        from skill_month as flow
        where flow.organisation_id = of_organisation
          and flow.month >= make_date(base_year, 1, 1) and flow.month < month_begins
        union all
        select entry.framework_item_id, entry.basis, entry.level, entry.delta
        from skill_ledger as entry
        where (of_organisation = 0 or entry.organisation_id = of_organisation) and entry.xid < known.mark
          and month_begins <= day -- else nothing is looked for, which for the nation takes reading all entries
          and entry.effective_on >= month_begins and entry.effective_on <= day
        union all
        select entry.framework_item_id, entry.basis, entry.level, entry.delta
        from skill_ledger as entry
        where (of_organisation = 0 or entry.organisation_id = of_organisation) and entry.xid >= known.mark
          and entry.effective_on <= day
        union all
        select entry.framework_item_id, entry.basis, entry.level, -entry.delta
        from skill_ledger as entry
        where (of_organisation = 0 or entry.organisation_id = of_organisation) and entry.effective_on <= day
          and entry.xid >= given.xmin and (entry.xid >= given.xmax or entry.xid = any (given.running))
        union all
        select past.framework_item_id, past.basis, past.level, -past.people
        from withheld_since(of_organisation, '-infinity', day + 1, edition) as past
    ) as part
    group by part.framework_item_id, part.basis, part.level
    having sum(part.people) <> 0;
end
$$;
comment on function skills_standing(bigint, date, text) is
    'How many people of an organisation (0: of the nation) hold each item at each level (0: without levels) on each '
    'basis on a day: the balance of the year, the months since, the days since, and what is not folded yet; without '
    'what an edition does not have (null: all that is committed now), and, for a reader without sensitive:read, '
    'without who has become withheld since.';

create or replace function skills_flow(of_organisation bigint, from_day date, before_day date, edition text)
returns table (framework_item_id bigint, basis text, cause text, gain boolean, level smallint, other_level smallint,
    people bigint)
language plpgsql stable parallel safe rows 2000 set plan_cache_mode = force_custom_plan as $$
declare
    mark bigint := (select ledger_mark.mark from ledger_mark);
    given record;
    months_from date := date_trunc('month', from_day + interval '1 month' - interval '1 day');
    months_before date := date_trunc('month', before_day);
begin
    select bounds.xmin, bounds.xmax, bounds.running into given from edition_bounds(edition) as bounds;
    if months_from >= months_before then
        -- No whole month lies in the period: all of it is days.
        months_from := before_day;
        months_before := before_day;
    end if;
    return query
    select part.framework_item_id, part.basis, part.cause, part.gain, part.level, part.other_level, sum(part.people)
    from (
        select flow.framework_item_id, flow.basis, flow.cause, flow.gain, flow.level, flow.other_level, flow.people
        from skill_flow as flow
        where flow.organisation_id = of_organisation and flow.month >= months_from and flow.month < months_before
        union all
        select entry.framework_item_id, entry.basis, entry.cause, entry.gain, entry.level, entry.other_level,
               entry.delta
        from skill_ledger as entry
        where (of_organisation = 0 or entry.organisation_id = of_organisation) and entry.xid < mark
          and entry.effective_on >= from_day and entry.effective_on < before_day
          and (from_day < months_from or months_before < before_day) -- else nothing is looked for, as above
          and (entry.effective_on < months_from or entry.effective_on >= months_before)
        union all
        select entry.framework_item_id, entry.basis, entry.cause, entry.gain, entry.level, entry.other_level,
               entry.delta
        from skill_ledger as entry
        where (of_organisation = 0 or entry.organisation_id = of_organisation) and entry.xid >= mark
          and entry.effective_on >= from_day and entry.effective_on < before_day
        union all
        select entry.framework_item_id, entry.basis, entry.cause, entry.gain, entry.level, entry.other_level,
               -entry.delta
        from skill_ledger as entry
        where (of_organisation = 0 or entry.organisation_id = of_organisation)
          and entry.effective_on >= from_day and entry.effective_on < before_day
          and entry.xid >= given.xmin and (entry.xid >= given.xmax or entry.xid = any (given.running))
        union all
        select past.framework_item_id, past.basis, past.cause, past.gain, past.level, past.other_level, -past.people
        from withheld_since(of_organisation, from_day, before_day, edition) as past
    ) as part
    group by part.framework_item_id, part.basis, part.cause, part.gain, part.level, part.other_level
    having sum(part.people) <> 0;
end
$$;
comment on function skills_flow(bigint, date, date, text) is
    'Gains (positive) and losses (negative) of an organisation (0: of the nation) in a period, [from_day, '
    'before_day), by item, basis, cause and level, with the level before or after; exact as skills_standing() is.';

grant execute on function ledger_edition(), ledger_edition_of(timestamptz), withheld_since(bigint, date, date, text),
    skills_standing(bigint, date, text), skills_flow(bigint, date, date, text)
    to skillsd_service;
