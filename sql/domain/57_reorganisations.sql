-- SPDX-License-Identifier: MIT
-- Organisations that merge and split. An administrator of the nation asks; the clerk does it, the facts in one
-- transaction: every posting in a predecessor that covers the day is cut there and goes on in the successor, with
-- nobody leaving and nobody joining; what begins later begins there; units are copied. The ledger sees the succession
-- and says: merged.

create or replace function reorganises() returns boolean language sql stable parallel safe
    return has_national_scope('workforce:write');
comment on function reorganises() is 'Whether the caller may write organisations, and reorganise them.';

-- reorganisation, its moves: those who may ask for one read all, and ask.
alter table reorganisation enable row level security;
create policy nation_reads on reorganisation for select to skillsd_service using ((select reorganises()));
create policy nation_asks on reorganisation for insert to skillsd_service with check ((select reorganises()));
grant select on reorganisation to skillsd_service;
grant insert (happened_on, dry_run, requested_by) on reorganisation to skillsd_service;
alter table reorganisation_move enable row level security;
create policy nation_reads on reorganisation_move for select to skillsd_service using ((select reorganises()));
create policy nation_asks on reorganisation_move for insert to skillsd_service with check ((select reorganises()));
grant select, insert on reorganisation_move to skillsd_service;

-- unit_succession: whoever sees both units.
alter table unit_succession enable row level security;
create policy with_units on unit_succession for select to skillsd_service
    using (predecessor_id in (select unit.unit_id from unit) and successor_id in (select unit.unit_id from unit));
grant select on unit_succession to skillsd_service;

create or replace function reorganisation_problem(which bigint) returns text language sql stable
set search_path = skills, pg_temp as $$
    with asked as (
        select job.reorganisation_id, job.happened_on
        from reorganisation as job
        where job.reorganisation_id = which
    ), move as (
        select asked.happened_on, move.predecessor_id, move.successor_id, move.unit_id
        from asked
        join reorganisation_move as move on move.reorganisation_id = asked.reorganisation_id
    )
    select case
               when exists (
                   select
                   from move
                   join move as other on other.predecessor_id = move.successor_id)
               then 'reorganisation_chained'
               when exists (
                   select
                   from move
                   join organisation as predecessor on predecessor.organisation_id = move.predecessor_id
                   where predecessor.starts_on >= move.happened_on or predecessor.ends_before < move.happened_on)
               then 'reorganisation_predecessor_not_there'
               when exists (
                   select
                   from move
                   join organisation as successor on successor.organisation_id = move.successor_id
                   where successor.starts_on > move.happened_on or successor.ends_before <= move.happened_on)
               then 'reorganisation_successor_not_there'
               when exists (
                   select
                   from move
                   join unit on unit.unit_id = move.unit_id
                   where unit.ends_before <= move.happened_on)
               then 'reorganisation_unit_over'
               when exists (
                   select
                   from move
                   join unit on unit.organisation_id = move.predecessor_id
                   where unit.starts_on >= move.happened_on)
               then 'reorganisation_unit_begins_later'
               when exists (
                   select
                   from move
                   join organisation_succession as succession
                       on succession.predecessor_id = move.predecessor_id
                       and succession.successor_id = move.successor_id
                       and succession.happened_on = move.happened_on)
               then 'reorganisation_done_already'
               when exists (
                   select
                   from reorganisation as earlier
                   join reorganisation_move as theirs on theirs.reorganisation_id = earlier.reorganisation_id
                   join move on theirs.predecessor_id in (move.predecessor_id, move.successor_id)
                        or theirs.successor_id = move.predecessor_id
                   where earlier.reorganisation_id < which
                     and not earlier.dry_run
                     and earlier.state in ('queued', 'running'))
               then 'reorganisation_under_way'
           end
$$;
comment on function reorganisation_problem(bigint) is
    'What stands against a reorganisation as it is asked for: the code of a problem of the contract, null for nothing.';

create or replace function reorganisation_ask(body jsonb) returns bigint language plpgsql as $$
declare
    made bigint;
    problem text;
begin
    if reorganises() is not true then
        perform refuse('SL403', 'scope_not_granted');
    end if;
    if exists (
        select
        from jsonb_to_recordset(body -> 'moves') as move (predecessor text, successor text)
        where organisation_named(move.predecessor) is null or organisation_named(move.successor) is null) then
        perform refuse('SL422', 'reorganisation_unknown_organisation');
    end if;
    if exists (
        select
        from jsonb_to_recordset(body -> 'moves') as move (predecessor text, units jsonb)
        cross join lateral jsonb_array_elements_text(move.units) as named (unit)
        left join unit
            on unit.id = named.unit::uuid and unit.organisation_id = organisation_named(move.predecessor)
        where unit.unit_id is null) then
        perform refuse('SL422', 'reorganisation_unknown_unit');
    end if;
    insert into reorganisation (happened_on, dry_run, requested_by)
    values ((body ->> 'happened_on')::date, coalesce((body ->> 'dry_run')::boolean, false), app_account())
    returning reorganisation_id into made;
    insert into reorganisation_move (reorganisation_id, predecessor_id, successor_id, unit_id)
    select made, organisation_named(move.predecessor), organisation_named(move.successor), unit.unit_id
    from jsonb_to_recordset(body -> 'moves') as move (predecessor text, successor text, units jsonb)
    left join lateral jsonb_array_elements_text(move.units) as named (unit) on true
    left join unit on unit.id = named.unit::uuid;
    problem := reorganisation_problem(made);
    if problem is not null then
        perform refuse(case when problem = 'reorganisation_under_way' then 'SL409' else 'SL422' end, problem);
    end if;
    return made;
end
$$;
comment on function reorganisation_ask(jsonb) is
    'Queues a reorganisation, or refuses it; gives its key. Runs as its caller, and the policies above hold.';

create or replace function try_reorganisation(which bigint) returns void language plpgsql
set search_path = skills, pg_temp as $$
declare
    done reorganisation;
    problem text;
begin
    begin
        perform reorganise(which);
        select job.* into done from reorganisation as job where job.reorganisation_id = which;
        if done.dry_run then
            perform refuse('SL001', 'dry_run');
        end if;
    exception
        when sqlstate 'SL001' then
            null;
        when sqlstate 'SL422' then
            problem := sqlerrm;
        when unique_violation then
            problem := 'reorganisation_codes_taken';
    end;
    update reorganisation
    set state = case when problem is not null then 'failed' when done.dry_run then 'done' else 'posting' end,
        fault = problem,
        people = done.people, units = done.units, postings_continued = done.postings_continued,
        postings_moved = done.postings_moved, postings_ended = done.postings_ended,
        waiting = case when done.dry_run then 0 else done.waiting end,
        ended_at = case when problem is not null or done.dry_run then clock_timestamp() end
    where reorganisation_id = which;
end
$$;
comment on function try_reorganisation(bigint) is
    'Does a reorganisation, or works out a dry run and takes it back, and says in its row what came of it. Any '
    'other error is the clerk''s, who tries again. For advance_reorganisations() alone.';

create or replace function advance_reorganisations() returns int
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    next bigint;
    posted int;
begin
    update reorganisation
    set waiting = left_over.people,
        state = case when left_over.people = 0 then 'done' else job.state end,
        ended_at = case when left_over.people = 0 then clock_timestamp() end
    from reorganisation as job
    cross join lateral (
        select count(*)::int as people from skill_backlog as backlog where backlog.xid = job.xid
    ) as left_over
    where job.state = 'posting' and reorganisation.reorganisation_id = job.reorganisation_id;
    get diagnostics posted = row_count;
    select min(job.reorganisation_id) into next from reorganisation as job where job.state in ('queued', 'running');
    if next is null then
        return posted;
    end if;
    -- Said in a transaction of its own, so that readers see it running.
    update reorganisation
    set state = 'running', started_at = clock_timestamp()
    where reorganisation_id = next and state = 'queued';
    if not found then
        perform try_reorganisation(next);
    end if;
    return posted + 1;
end
$$;
comment on function advance_reorganisations() is
    'public: takes the reorganisations that were asked for one step on: queued, running, posting, done; gives how many '
    'are under way. Runs as its owner, because it writes postings of people whom nobody in particular sees; it takes '
    'nothing and tells a number.';

create or replace view reorganisation_told with (security_invoker) as
select job.reorganisation_id, job.id, job.happened_on, job.dry_run, job.state, job.fault,
       (
           select jsonb_agg(
                      jsonb_build_object('predecessor', move.predecessor, 'successor', move.successor,
                                         'units', move.units)
                      order by move.predecessor, move.successor)
           from (
               select predecessor.code as predecessor, successor.code as successor,
                      jsonb_agg(unit.id order by unit.code) filter (where unit.id is not null) as units
               from reorganisation_move as move
               join organisation as predecessor on predecessor.organisation_id = move.predecessor_id
               join organisation as successor on successor.organisation_id = move.successor_id
               left join unit on unit.unit_id = move.unit_id
               where move.reorganisation_id = job.reorganisation_id
               group by predecessor.code, successor.code, move.unit_id is null
           ) as move
       ) as moves,
       job.people, job.postings_continued, job.postings_moved, job.postings_ended, job.units, job.waiting,
       job.requested_at, job.started_at, job.ended_at
from reorganisation as job;
comment on view reorganisation_told is 'Reorganisations as those who ask for them read them.';
grant select on reorganisation_told to skillsd_service;

create or replace function reorganisation_now(which bigint) returns setof reorganisation_told language plpgsql as $$
begin
    return query select told.* from reorganisation_told as told where told.reorganisation_id = which;
end
$$;
comment on function reorganisation_now(bigint) is 'A reorganisation as the statement under way has just asked for it.';

comment on constraint reorganisation_key on reorganisation is
    ' reorganisation_exists: There is such a reorganisation already.';
comment on constraint reorganisation_id_unique on reorganisation is
    ' reorganisation_exists: There is such a reorganisation already.';
comment on constraint reorganisation_state_known on reorganisation is
    ' reorganisation_state_known: There is no such state.';
comment on constraint reorganisation_requested_by_fkey on reorganisation is
    ' account_not_found: There is no such account.';
comment on constraint reorganisation_move_key on reorganisation_move is
    '/moves reorganisation_move_repeated: A unit, or the rest of a predecessor, goes to one successor only.';
comment on constraint reorganisation_move_elsewhere on reorganisation_move is
    '/moves reorganisation_to_itself: An organisation does not take over from itself.';
comment on constraint reorganisation_move_unit_of_predecessor on reorganisation_move is
    '/moves reorganisation_unknown_unit: A predecessor has no such unit.';
comment on constraint reorganisation_move_reorganisation_id_fkey on reorganisation_move is
    ' reorganisation_not_found: There is no such reorganisation.';
comment on constraint reorganisation_move_predecessor_id_fkey on reorganisation_move is
    '/moves reorganisation_unknown_organisation: There is no such organisation.';
comment on constraint reorganisation_move_successor_id_fkey on reorganisation_move is
    '/moves reorganisation_unknown_organisation: There is no such organisation.';

grant execute on function reorganises(), reorganisation_problem(bigint), reorganisation_ask(jsonb),
    advance_reorganisations(), reorganisation_now(bigint)
    to skillsd_service;
