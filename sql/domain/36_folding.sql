-- SPDX-License-Identifier: MIT
-- Folding: what entries add up to, kept by organisation, month and year. It takes the transactions below a watermark,
-- which are all over; what was known at a time is told by the watermarks of that time.

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

grant execute on function fold_ledger(), ledger_offset(), fold_year(date), ledger_pending(), ledger_watch()
    to skillsd_service;
