-- SPDX-License-Identifier: MIT
-- The proof of the ledger: entries equal what assertions and postings imply, what is folded equals the entries below
-- the mark, and the mark and the ticks are possible. Read by `skillsd audit ledger`, as the schema's owner, step by
-- step; each step is one statement and so of one snapshot, in which facts and entries agree while others write.

create or replace function audit_people(after_person bigint, most int, only_person uuid, only_organisation bigint,
    out last_person bigint, out people int, out waiting int, out entries bigint, out faults text[])
language plpgsql stable set search_path = skills, pg_temp as $$
begin
    with person_asked as materialized (
        select person.person_id, person.id, exists (
                   select from skill_backlog as backlog where backlog.person_id = person.person_id) as waits
        from person
        where person.person_id > after_person
          and (only_person is null or person.id = only_person)
          and (only_organisation is null
               or exists (
                   select
                   from posting
                   where posting.person_id = person.person_id and posting.organisation_id = only_organisation)
               or exists (
                   select
                   from skill_ledger as entry
                   where entry.person_id = person.person_id and entry.organisation_id = only_organisation))
        order by person.person_id
        limit most
    ), difference as (
        select asked.id, line.framework_item_id, line.organisation_id, line.basis, line.level, line.other_level,
               line.gain, line.withheld, line.cause, line.effective_on, line.implied, line.booked
        from person_asked as asked
        cross join lateral (
            select side.framework_item_id, side.organisation_id, side.basis, side.level, side.other_level, side.gain,
                   side.withheld, side.cause, side.effective_on, sum(side.implied) as implied,
                   sum(side.booked) as booked
            from (
                select implied.framework_item_id, implied.organisation_id, implied.basis, implied.level,
                       implied.other_level, implied.gain, implied.withheld, implied.cause, implied.effective_on,
                       implied.delta as implied, 0 as booked
                from skill_implied as implied
                where implied.person_id = asked.person_id
                union all
                select entry.framework_item_id, entry.organisation_id, entry.basis, entry.level, entry.other_level,
                       entry.gain, entry.withheld, entry.cause, entry.effective_on, 0, entry.delta
                from skill_ledger as entry
                where entry.person_id = asked.person_id
            ) as side
            group by side.framework_item_id, side.organisation_id, side.basis, side.level, side.other_level, side.gain,
                     side.withheld, side.cause, side.effective_on
            having sum(side.implied) <> sum(side.booked)
        ) as line
        where not asked.waits
    )
    select max(asked.person_id), count(*), count(*) filter (where asked.waits),
           (select count(*)
            from skill_ledger as entry
            where entry.person_id in (select found.person_id from person_asked as found)),
           (select array_agg(
                       format('person %s: %s at %s (%s, level %s%s), %s on %s%s: the facts imply %s, and %s booked',
                              difference.id,
                              coalesce((
                                  select item.code
                                  from framework_item as item
                                  where item.framework_item_id = difference.framework_item_id), 'an unknown item'),
                              coalesce((
                                  select organisation.code
                                  from organisation
                                  where organisation.organisation_id = difference.organisation_id),
                                  'an unknown organisation'),
                              difference.basis, difference.level, ', other level ' || difference.other_level,
                              difference.cause, difference.effective_on,
                              case when difference.withheld then ', withheld' end, difference.implied,
                              difference.booked || case difference.booked when 1 then ' is' else ' are' end)
                       order by difference.id, difference.effective_on)
            from difference)
    into last_person, people, waiting, entries, faults
    from person_asked as asked;
end
$$;
comment on function audit_people(bigint, int, uuid, bigint) is
    'Compares, for at most so many people after a key (all, one, or those who are or were in an organisation), what '
    'the facts imply with what is booked: the last key, how many people, how many of them wait in the backlog and '
    'are passed over, their entries, and a sentence for each difference.';

create or replace function audit_folded(of_organisation bigint) returns setof text
language plpgsql stable set search_path = skills, pg_temp set work_mem = '256MB' as $$
begin
    return query
    with known as (
        select ledger_mark.mark, ledger_mark.horizon from ledger_mark
    ), expected as materialized (
        select date_trunc('month', entry.effective_on)::date as month, entry.framework_item_id, entry.basis,
               entry.cause, entry.gain, entry.level, entry.other_level, entry.withheld, sum(entry.delta) as people
        from skill_ledger as entry
        where entry.xid < (select known.mark from known)
          and (of_organisation = 0 or entry.organisation_id = of_organisation)
        group by date_trunc('month', entry.effective_on), entry.framework_item_id, entry.basis, entry.cause, entry.gain,
                 entry.level, entry.other_level, entry.withheld
    ), expected_month as materialized (
        select month, framework_item_id, basis, level, withheld, sum(people) as people
        from expected
        group by month, framework_item_id, basis, level, withheld
    ), side (folded, moment, framework_item_id, basis, level, withheld, way, expected, found) as (
        select 'flow', month::text, framework_item_id, basis, level, withheld,
               concat_ws(' ', case when gain then ', gained,' else ', lost,' end, cause, other_level), people, 0
        from expected
        union all
        select 'flow', month::text, framework_item_id, basis, level, withheld,
               concat_ws(' ', case when gain then ', gained,' else ', lost,' end, cause, other_level), 0, people
        from skill_flow
        where organisation_id = of_organisation
        union all
        select 'month', month::text, framework_item_id, basis, level, withheld, '', people, 0
        from expected_month
        union all
        select 'month', month::text, framework_item_id, basis, level, withheld, '', 0, people
        from skill_month
        where organisation_id = of_organisation
        union all
        select 'balance', years.year::text, flow.framework_item_id, flow.basis, flow.level, flow.withheld, '',
               flow.people, 0
        from known
        cross join (
            select fold_year(month) as year, framework_item_id, basis, level, withheld, sum(people) as people
            from expected_month
            group by fold_year(month), framework_item_id, basis, level, withheld
        ) as flow
        cross join lateral generate_series(flow.year + 1, known.horizon) as years (year)
        union all
        select 'balance', year::text, framework_item_id, basis, level, withheld, '', 0, people
        from skill_balance
        where organisation_id = of_organisation
    )
    select format('%s: %s of %s, %s (%s, level %s%s%s): the entries give %s, and %s is there',
                  coalesce((
                      select organisation.code
                      from organisation
                      where organisation.organisation_id = of_organisation),
                      case of_organisation when 0 then 'the nation' else 'an unknown organisation' end),
                  side.folded, side.moment,
                  coalesce((
                      select item.code
                      from framework_item as item
                      where item.framework_item_id = side.framework_item_id), 'an unknown item'),
                  side.basis, side.level, case when side.withheld then ', withheld' end, side.way,
                  sum(side.expected), sum(side.found))
    from side
    group by side.folded, side.moment, side.framework_item_id, side.basis, side.level, side.withheld, side.way
    having sum(side.expected) <> sum(side.found)
    order by 1;
end
$$;
comment on function audit_folded(bigint) is
    'Compares flows, months and balances of an organisation (0: the nation) with the entries below the mark: a '
    'sentence for each difference.';

create or replace function audit_organisations() returns setof bigint
language plpgsql stable set search_path = skills, pg_temp as $$
begin
    return query
    with recursive known (organisation_id) as (
        select min(entry.organisation_id) from skill_ledger as entry
        union all
        select (
            select min(entry.organisation_id)
            from skill_ledger as entry
            where entry.organisation_id > known.organisation_id)
        from known
        where known.organisation_id is not null
    )
    select 0::bigint
    union
    select known.organisation_id from known where known.organisation_id is not null
    union
    select distinct total.organisation_id from skill_month as total
    union
    select distinct total.organisation_id from skill_flow as total
    union
    select distinct total.organisation_id from skill_balance as total
    order by 1;
end
$$;
comment on function audit_organisations() is 'The organisations with anything in the ledger, and 0 for the nation.';

create or replace function audit_mark() returns setof text
language plpgsql stable set search_path = skills, pg_temp as $$
begin
    return query
    with known as (
        select ledger_mark.mark, ledger_mark.cluster,
               pg_snapshot_xmax(pg_current_snapshot())::text::bigint + ledger_mark.xid_offset as next_xid
        from ledger_mark
    ), tick as (
        select tick.tick_at, tick.below_xid, lag(tick.below_xid) over (order by tick.tick_at) as before
        from ledger_tick as tick
    )
    select format('The mark stands at transaction %s, and the next one has number %s.', known.mark, known.next_xid)
    from known
    where known.mark > known.next_xid and known.cluster = ledger_cluster()
    union all
    select format('The mark stands at transaction %s, and the last tick at %s.', known.mark,
                  coalesce(latest.below_xid::text, 'none'))
    from known
    cross join (select max(tick.below_xid) as below_xid from tick) as latest
    where known.mark is distinct from coalesce(latest.below_xid, 0)
    union all
    select format('The tick of %s stands at transaction %s, and the one before it at %s.', tick.tick_at, tick.below_xid,
                  tick.before)
    from tick
    where tick.below_xid <= tick.before
    union all
    select format('There are entries of transaction %s, and the next one has number %s.', latest.xid, known.next_xid)
    from known
    cross join (select max(entry.xid) as xid from skill_ledger as entry) as latest
    where latest.xid >= known.next_xid and known.cluster = ledger_cluster()
    union all
    select format('There are entries of a person with the key %s, who is not there.', nobody.person_id)
    from (select distinct entry.person_id from skill_ledger as entry) as nobody
    where not exists (select from person where person.person_id = nobody.person_id);
end
$$;
comment on function audit_mark() is
    'What is impossible about the mark, the ticks and the numbers of transactions, and entries of nobody: a sentence '
    'each.';
