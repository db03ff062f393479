-- SPDX-License-Identifier: MIT
-- What is folded from the ledger, and how it is read: exact at any moment, for the entries that are not folded yet are
-- added. Folding takes the transactions below a watermark, which are all over; what was known at a time is told by the
-- watermarks of that time.

create or replace function ledger_cluster() returns bigint language sql stable parallel safe
    return (select system_identifier from pg_control_system());
comment on function ledger_cluster() is 'Which cluster this is: transaction numbers are those of a cluster.';

create or replace function ledger_offset() returns bigint
language plpgsql stable parallel safe security definer set search_path = skills, pg_temp as $$
declare
    known ledger_mark;
begin
    select mark.one, mark.mark, mark.horizon, mark.cluster, mark.xid_offset into known from ledger_mark as mark;
    if known.cluster in (0, ledger_cluster()) then
        return known.xid_offset;
    end if;
    return 1 + greatest(known.mark, (select max(entry.xid) from skill_ledger as entry),
                        (select max(waiting.xid) from skill_backlog as waiting),
                        (select max(tick.below_xid) from ledger_tick as tick),
                        (select max(posting.known_from) from posting),
                        (select max(past.known_before) from posting_past as past),
                        (select max(version.known_from) from activity_version as version),
                        (select max(version.known_from) from role_profile_version as version),
                        (select max(unit.known_from) from unit),
                        (select max(past.known_before) from unit_past as past),
                        (select max(succession.known_from) from organisation_succession as succession),
                        (select max(held.known_from) from assertion as held),
                        (select max(withdrawal.known_from) from assertion_withdrawal as withdrawal),
                        (select max(share.known_from) from record_share as share));
end
$$;
comment on function ledger_offset() is
    'public: what is added to transaction numbers of this cluster; in one that a dump was restored into and that '
    'nobody has written in yet, what will be: they go on above all that came with the dump. Runs as its owner, because '
    'nobody may read all entries; it gives that number and takes nothing.';

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

create or replace function fold_year(day date) returns int language sql immutable parallel safe
    return extract(year from day)::int;
comment on function fold_year(date) is 'The year of the calendar in which a day lies.';

create or replace function extend_balances(to_year int) returns void
language plpgsql set search_path = skills, pg_temp as $$
declare
    last_year int := (select ledger_mark.horizon from ledger_mark);
begin
    for next_year in last_year + 1 .. case when last_year > 0 then to_year else 0 end
    loop
        insert into skill_balance (organisation_id, year, framework_item_id, basis, level, withheld, people)
        select known.organisation_id, next_year, known.framework_item_id, known.basis, known.level, known.withheld,
               sum(known.people)
        from (
            select balance.organisation_id, balance.framework_item_id, balance.basis, balance.level, balance.withheld,
                   balance.people
            from skill_balance as balance
            where balance.year = next_year - 1
            union all
            select flow.organisation_id, flow.framework_item_id, flow.basis, flow.level, flow.withheld, flow.people
            from skill_month as flow
            where fold_year(flow.month) = next_year - 1
        ) as known
        group by known.organisation_id, known.framework_item_id, known.basis, known.level, known.withheld;
    end loop;
    update ledger_mark set horizon = greatest(last_year, to_year);
end
$$;
comment on function extend_balances(int) is
    'Makes the balances at the start of the years up to one, from those of the year before. For fold_ledger() alone.';

create or replace function adopt_cluster() returns void language plpgsql set search_path = skills, pg_temp as $$
declare
    known ledger_mark;
begin
    if (select mark.cluster from ledger_mark as mark) = ledger_cluster() then
        return;
    end if;
    select mark.one, mark.mark, mark.horizon, mark.cluster, mark.xid_offset into known
    from ledger_mark as mark
    for update;
    if known.cluster = ledger_cluster() then
        return;
    end if;
    update ledger_mark set xid_offset = ledger_offset(), cluster = ledger_cluster();
end
$$;
comment on function adopt_cluster() is
    'After a restore into another cluster: lets transaction numbers go on above those that came with the dump. '
    'Called by fold_ledger(), and by ledger_xid() for a writer who comes before it, so that no entry has a number that '
    'the cluster alone gave it.';

create or replace function known_between(from_xid bigint, before_xid bigint) returns boolean
language sql stable set search_path = skills, pg_temp as $$
    select exists (select from posting where posting.known_from >= from_xid and posting.known_from < before_xid)
        or exists (
               select
               from posting_past as past
               where past.known_before >= from_xid and past.known_before < before_xid)
        or exists (
               select
               from activity_version as version
               where version.known_from >= from_xid and version.known_from < before_xid)
        or exists (
               select
               from role_profile_version as version
               where version.known_from >= from_xid and version.known_from < before_xid)
        or exists (select from unit where unit.known_from >= from_xid and unit.known_from < before_xid)
        or exists (select from unit_past as past where past.known_before >= from_xid and past.known_before < before_xid)
        or exists (
               select
               from organisation_succession as succession
               where succession.known_from >= from_xid and succession.known_from < before_xid)
        or exists (
               select
               from assertion as held
               where held.known_from >= from_xid and held.known_from < before_xid)
        or exists (
               select
               from assertion_withdrawal as withdrawal
               where withdrawal.known_from >= from_xid and withdrawal.known_from < before_xid)
        or exists (
               select
               from record_share as share
               where share.known_from >= from_xid and share.known_from < before_xid)
$$;
comment on function known_between(bigint, bigint) is
    'Whether transactions of these numbers have changed postings, activities, role profiles, the tree of units, what '
    'took over from what, or the record, of which not everything makes an entry. For fold_ledger() alone.';

create or replace function fold_ledger() returns bigint
language plpgsql security definer set search_path = skills, pg_temp set work_mem = '64MB' as $$
declare
    old_mark bigint;
    new_mark bigint;
    folded bigint;
    last_year int;
begin
    perform pg_advisory_xact_lock(hashtext('skills.fold_ledger'));
    perform adopt_cluster();
    -- Where the clock was put back the years beyond it still have balances, which go on being kept.
    select greatest(fold_year(london_today()) + 1, known.horizon) into last_year from ledger_mark as known;
    if (select ledger_mark.horizon from ledger_mark) <> last_year then
        perform extend_balances(last_year);
    end if;
    -- All transactions below the mark are over, so that the statements below see their entries and miss no later one.
    select known.mark, pg_snapshot_xmin(pg_current_snapshot())::text::bigint + known.xid_offset
    into old_mark, new_mark
    from ledger_mark as known;
    with fresh as materialized (
        select whole.organisation_id, date_trunc('month', entry.effective_on)::date as month, entry.framework_item_id,
               entry.basis, entry.cause, entry.gain, entry.level, entry.other_level, entry.withheld,
               sum(entry.delta) as people, count(*) filter (where whole.organisation_id <> 0) as entries
        from skill_ledger as entry
        cross join lateral (values (entry.organisation_id), (0)) as whole (organisation_id)
        where entry.xid >= old_mark and entry.xid < new_mark
        group by whole.organisation_id, date_trunc('month', entry.effective_on), entry.framework_item_id, entry.basis,
                 entry.cause, entry.gain, entry.level, entry.other_level, entry.withheld
    ), flowed as (
        insert into skill_flow as flow (organisation_id, month, framework_item_id, basis, cause, gain, level,
                                        other_level, withheld, people)
        select organisation_id, month, framework_item_id, basis, cause, gain, level, other_level, withheld, people
        from fresh
        where people <> 0
        on conflict on constraint skill_flow_key do update
        set people = flow.people + excluded.people
    ), summed as (
        insert into skill_month as total (organisation_id, month, framework_item_id, basis, level, withheld, people)
        select organisation_id, month, framework_item_id, basis, level, withheld, sum(people)
        from fresh
        group by organisation_id, month, framework_item_id, basis, level, withheld
        having sum(people) <> 0
        on conflict on constraint skill_month_key do update
        set people = total.people + excluded.people
    ), stood as (
        insert into skill_balance as balance (organisation_id, year, framework_item_id, basis, level, withheld, people)
        select change.organisation_id, years.year, change.framework_item_id, change.basis, change.level,
               change.withheld, sum(change.people)
        from (
            select organisation_id, fold_year(month) as year, framework_item_id, basis, level, withheld,
                   sum(people) as people
            from fresh
            group by organisation_id, fold_year(month), framework_item_id, basis, level, withheld
            having sum(people) <> 0
        ) as change
        cross join lateral generate_series(change.year + 1, last_year) as years (year)
        group by change.organisation_id, years.year, change.framework_item_id, change.basis, change.level,
                 change.withheld
        having sum(change.people) <> 0
        on conflict on constraint skill_balance_key do update
        set people = balance.people + excluded.people
    )
    select coalesce(sum(fresh.entries), 0) into folded from fresh;
    if folded > 0 or known_between(old_mark, new_mark) then
        update ledger_mark set mark = new_mark;
        -- Later than the last tick, also where the clock was put back meanwhile.
        insert into ledger_tick (tick_at, below_xid)
        select greatest(clock_timestamp(), max(tick.tick_at) + interval '1 microsecond'), new_mark
        from ledger_tick as tick;
    end if;
    return folded;
end
$$;
comment on function fold_ledger() is
    'public: adds the entries of all transactions that are over, and are not folded yet, to flows and balances, of '
    'each organisation and of the nation (organisation 0); where there were any, or what has versions and no entries '
    'has changed (known_between()), moves the mark and records a tick; gives the number of entries. Runs as its owner, '
    'because nobody who asks for figures may write them; it takes nothing.';

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

create or replace function ledger_pending() returns int
language plpgsql stable security definer set search_path = skills, pg_temp as $$
begin
    return (
        select count(*)
        from (select distinct backlog.person_id from skill_backlog as backlog limit 100000) as waiting);
end
$$;
comment on function ledger_pending() is
    'public: how many people have facts, loaded in bulk, whose entries are not posted yet; at most 100,000 are '
    'counted. Runs as its owner, because nobody may read who they are.';

grant execute on function fold_ledger(), ledger_offset(), ledger_edition(), ledger_edition_of(timestamptz),
    fold_year(date), withheld_since(bigint, date, date, text), skills_standing(bigint, date, text),
    skills_flow(bigint, date, date, text), ledger_pending()
    to skillsd_service;

create or replace function ledger_watch(out ledger_unfolded_entries bigint, out ledger_behind_seconds bigint,
    out ledger_waiting_people bigint)
language plpgsql stable security definer set search_path = skills, pg_temp as $$
begin
    select count(*), coalesce(extract(epoch from now() - min(entry.recorded_at)), 0)::bigint, ledger_pending()
    into ledger_unfolded_entries, ledger_behind_seconds, ledger_waiting_people
    from skill_ledger as entry
    where entry.xid >= (select ledger_mark.mark from ledger_mark);
end
$$;
comment on function ledger_watch() is
    'public: entries that are not folded yet, the seconds since the oldest of them was written (a long transaction '
    'holds the folding back, and readers add up more), and people whose entries wait. Runs as its owner, for the '
    'clerk, who has no caller; it counts and tells of nobody.';
grant execute on function ledger_watch() to skillsd_service;
