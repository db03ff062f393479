-- SPDX-License-Identifier: MIT
-- The ledger of skills: what the facts imply, said by views, and the one function that books it. Where somebody works
-- on a day, and which level they hold, are cut into turns; each turn within a stay in an organisation, the stay's first
-- day and the first day after it are what entries are made of. Causes follow from the facts alone, so that the reversal
-- of an entry cancels exactly what it reverses.

create or replace view workplace_turn with (security_invoker) as
select cut.person_id, cut.day, place.organisation_id, place.withheld, place.secondment, place.transfer_in,
       place.transfer_out, place.leaver_type,
       lag(place.organisation_id) over career as organisation_before,
       lag(place.secondment) over career as secondment_before,
       lag(place.transfer_out) over career as transfer_before,
       lag(place.leaver_type) over career as leaver_type_before
from (
    select distinct posting.person_id, edge.day
    from posting
    cross join lateral (values (posting.starts_on), (posting.ends_before)) as edge (day)
    where edge.day is not null
) as cut
left join lateral (
    select posting.organisation_id, posting.withheld, posting.secondment, joiner.transfer as transfer_in,
           leaver.transfer as transfer_out, posting.leaver_type
    from posting
    left join joiner_type as joiner on joiner.code = posting.joiner_type
    left join leaver_type as leaver on leaver.code = posting.leaver_type
    where posting.person_id = cut.person_id
      and posting.counts
      and posting.starts_on <= cut.day
      and (posting.ends_before is null or posting.ends_before > cut.day)
    order by posting.secondment desc, posting.starts_on desc, posting.posting_id desc
    limit 1
) as place on true
window career as (partition by cut.person_id order by cut.day);
comment on view workplace_turn is
    'The days on which a posting of a person begins or ends, with where the person counts from then on and did '
    'before: of the postings with counts that cover the day a secondment comes first, whatever home records meanwhile, '
    'then the one that began last; null for none.';

create or replace view workplace with (security_invoker) as
select stay.person_id, stay.organisation_id, stay.withheld, stay.starts_on, stay.ends_before, stay.came, stay.went
from (
    select turn.person_id, turn.organisation_id, turn.withheld, turn.day as starts_on, turn.cause as came,
           lead(turn.day) over career as ends_before, lead(turn.cause) over career as went
    from (
        select turn.person_id, turn.day, turn.organisation_id, turn.withheld,
               case
                   when turn.organisation_id is null
                   then case
                            when turn.transfer_before then 'transferred'
                            when turn.secondment_before and turn.leaver_type_before is null then 'seconded'
                            else 'left'
                        end
                   when turn.organisation_before is null
                   then case
                            when turn.transfer_in then 'transferred'
                            when turn.secondment then 'seconded'
                            else 'joined'
                        end
                   when exists (
                       select
                       from organisation_succession as succession
                       where succession.predecessor_id = turn.organisation_before
                         and succession.successor_id = turn.organisation_id
                         and succession.happened_on = turn.day)
                   then 'merged'
                   when turn.secondment or turn.secondment_before
                   then 'seconded'
                   else 'transferred'
               end as cause
        from workplace_turn as turn
        where turn.organisation_id is distinct from turn.organisation_before
    ) as turn
    window career as (partition by turn.person_id order by turn.day)
) as stay
where stay.organisation_id is not null;
comment on view workplace is
    'The stays of people in organisations: one a day, [starts_on, ends_before), whatever moves there are within it; '
    'why they came and why they went.';

create or replace view skill_turn with (security_invoker) as
select cut.person_id, cut.framework_item_id, cut.basis, cut.day, holding.assertion_id,
       holding.level, holding.valid_from, lag(holding.assertion_id) over history as assertion_before,
       lag(holding.level) over history as level_before,
       case lag(holding.holds_before) over history
           when lag(holding.valid_before) over history then 'lapsed'
           when lag(holding.withdrawn_on) over history then 'withdrawn'
           else 'superseded'
       end as ended
from (
    select distinct held.person_id, held.framework_item_id, held.basis, edge.day
    from assertion_held as held
    cross join lateral (values (held.valid_from), (held.holds_before)) as edge (day)
    where (held.holds_before is null or held.holds_before > held.valid_from) and edge.day is not null
) as cut
left join lateral (
    select held.assertion_id, coalesce(held.level, 0::smallint) as level, held.valid_from, held.valid_before,
           held.withdrawn_on, held.holds_before
    from assertion_held as held
    where held.person_id = cut.person_id
      and held.framework_item_id = cut.framework_item_id
      and held.basis = cut.basis
      and held.valid_from <= cut.day
      and (held.holds_before is null or held.holds_before > cut.day)
    order by held.valid_from desc, held.assertion_id desc
    limit 1
) as holding on true
window history as (partition by cut.person_id, cut.framework_item_id, cut.basis order by cut.day);
comment on view skill_turn is
    'The days on which an assertion begins or ceases to hold, with the one that gives the level from then on and the '
    'one that did before: the latest that holds. Level 0: held, without levels. ended: how the one before ends, if '
    'it does.';

create or replace view skill_change with (security_invoker) as
select change.person_id, change.framework_item_id, change.basis, change.day, change.level_before, change.level,
       change.cause, lead(change.day) over history as next_day
from (
    select turn.person_id, turn.framework_item_id, turn.basis, turn.day, turn.level_before, turn.level,
           turn.valid_from = turn.day as begins,
           case
               when turn.level_before is null
               then case lag(turn.ended) over history when 'lapsed' then 'renewed' else 'assessed' end
               when turn.valid_from = turn.day
               then case turn.level when turn.level_before then 'renewed' else 'superseded' end
               else turn.ended
           end as cause
    from skill_turn as turn
    where turn.assertion_id is distinct from turn.assertion_before
    window history as (partition by turn.person_id, turn.framework_item_id, turn.basis order by turn.day)
) as change
where change.level is distinct from change.level_before or change.begins
window history as (partition by change.person_id, change.framework_item_id, change.basis order by change.day);
comment on view skill_change is
    'The days on which the level of an item that a person holds on a basis changes, or is renewed, and why: from '
    'level_before to level (null: not held), until next_day.';

create or replace view skill_implied with (security_invoker) as
select stay.person_id, change.framework_item_id, stay.organisation_id, stay.withheld, change.basis, line.level,
       line.other_level, line.gain, line.cause, line.effective_on, case when line.gain then 1 else -1 end as delta
from workplace as stay
join skill_change as change on change.person_id = stay.person_id
cross join lateral (
    select change.day > stay.starts_on and (stay.ends_before is null or change.day < stay.ends_before) as within,
           change.day <= stay.starts_on and (change.next_day is null or change.next_day > stay.starts_on) as brought,
           change.day < stay.ends_before and (change.next_day is null or change.next_day >= stay.ends_before) as taken
) as falls
cross join lateral (
    values (falls.within, true, change.level, change.level_before, change.cause, change.day),
           (falls.within, false, change.level_before, change.level, change.cause, change.day),
           (falls.brought, true, change.level, null, stay.came, stay.starts_on),
           (falls.taken, false, change.level, null, stay.went, stay.ends_before)
) as line (holds, gain, level, other_level, cause, effective_on)
where line.holds and line.level is not null;
comment on view skill_implied is
    'The entries that assertions and postings imply: gains and losses within a stay, what is brought to it and what '
    'is taken away with it. On a day on which the organisation changes, that is the cause.';

create or replace function ledger_xid() returns bigint
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    xid bigint := pg_current_xact_id()::text::bigint;
    known ledger_mark;
begin
    select mark.one, mark.mark, mark.horizon, mark.cluster, mark.xid_offset into known from ledger_mark as mark;
    -- Which cluster this is takes a tenth of what an entry takes, so each session looks once.
    if current_setting('ledger.cluster', true) is distinct from known.cluster::text then
        perform adopt_cluster();
        select mark.one, mark.mark, mark.horizon, mark.cluster, mark.xid_offset into known from ledger_mark as mark;
        perform set_config('ledger.cluster', known.cluster::text, false);
    end if;
    return xid + known.xid_offset;
end
$$;
comment on function ledger_xid() is
    'public: the number of this transaction in the ledger; in a cluster that a dump was restored into, above those of '
    'the old one. Runs as its owner, because the first writer after a restore lets the numbers go on, whoever it is; '
    'it takes nothing.';

create or replace function post_skills(whose bigint, item bigint, why text) returns int
language plpgsql security definer set search_path = skills, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
    least_item bigint := coalesce(item, 0);
    most_item bigint := coalesce(item, 9223372036854775807);
    this_xid bigint := ledger_xid();
    posted int;
begin
    -- The lock comes first: what another writer has just committed is then among the facts that are read below.
    perform from person where person.person_id = whose for no key update;
    insert into skill_ledger (person_id, framework_item_id, organisation_id, xid, effective_on, level, other_level,
                              delta, gain, withheld, basis, cause, posted_for)
    select whose, missing.framework_item_id, missing.organisation_id, this_xid, missing.effective_on, missing.level,
           missing.other_level, sign(missing.delta), missing.gain, missing.withheld, missing.basis, missing.cause, why
    from (
        select line.framework_item_id, line.organisation_id, line.effective_on, line.level, line.other_level, line.gain,
               line.withheld, line.basis, line.cause, sum(line.delta)::int as delta
        from (
            select implied.framework_item_id, implied.organisation_id, implied.effective_on, implied.level,
                   implied.other_level, implied.gain, implied.withheld, implied.basis, implied.cause, implied.delta
            from skill_implied as implied
            where implied.person_id = whose and implied.framework_item_id between least_item and most_item
            union all
            select entry.framework_item_id, entry.organisation_id, entry.effective_on, entry.level, entry.other_level,
                   entry.gain, entry.withheld, entry.basis, entry.cause, -entry.delta
            from skill_ledger as entry
            where entry.person_id = whose and entry.framework_item_id between least_item and most_item
        ) as line
        group by line.framework_item_id, line.organisation_id, line.effective_on, line.level, line.other_level,
                 line.gain, line.withheld, line.basis, line.cause
        having sum(line.delta) <> 0
    ) as missing
    cross join generate_series(1, abs(missing.delta));
    get diagnostics posted = row_count;
    return posted;
end
$$;
comment on function post_skills(bigint, bigint, text) is
    'public: books, under the person''s lock, what the facts of a person imply of an item (null: of all) and the '
    'ledger does not say yet, and reverses what they no longer imply; gives the number of entries. To be called in '
    'the transaction of every change to assertions, withdrawals or postings; why is one of those of '
    'skill_ledger.posted_for. Runs as its owner, because who records a fact need not see all others that it is '
    'weighed against; it writes what follows from the facts and nothing else, so that calling it without need does '
    'nothing.';

create or replace function leave_to_ledger(people bigint[], why text) returns void
language plpgsql set search_path = skills, pg_temp as $$
declare
    this_xid bigint := ledger_xid();
begin
    insert into skill_backlog (person_id, xid, posted_for)
    select distinct loaded.person_id, this_xid, why
    from unnest(people) as loaded (person_id)
    on conflict (person_id, xid) do nothing;
end
$$;
comment on function leave_to_ledger(bigint[], text) is
    'Leaves the entries of people whose facts this transaction loads in bulk to post_backlog(). For the schema''s '
    'owner alone.';

create or replace function post_backlog(most int) returns int
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    waiting record;
    posted int := 0;
begin
    for waiting in
        select backlog.person_id, min(backlog.posted_for) as posted_for, array_agg(backlog.xid) as xids
        from skill_backlog as backlog
        where backlog.person_id in (
            select first.person_id from skill_backlog as first order by first.person_id limit most)
        group by backlog.person_id
        order by backlog.person_id
    loop
        perform post_skills(waiting.person_id, null, waiting.posted_for);
        delete from skill_backlog
        where skill_backlog.person_id = waiting.person_id and skill_backlog.xid = any (waiting.xids);
        posted := posted + 1;
    end loop;
    return posted;
end
$$;
comment on function post_backlog(int) is
    'public: posts the entries of at most so many of the people that were left to the ledger, in the order of their '
    'keys, and gives their number; 0 when none is left. Runs as its owner, like post_skills(); it takes no person '
    'and tells of none.';

grant execute on function ledger_xid(), post_skills(bigint, bigint, text), post_backlog(int) to skillsd_service;
