-- SPDX-License-Identifier: MIT
-- Organisations that merge and split. An administrator of the nation asks; the clerk does it, the facts in one
-- transaction: every posting in a predecessor that covers the day is cut there and goes on in the successor, with
-- nobody leaving and nobody joining; what begins later begins there; units are copied. The ledger sees the succession
-- and says: merged.

create function reorganises() returns boolean language sql stable parallel safe
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

create function reorganisation_problem(which bigint) returns text language sql stable
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

create function reorganisation_ask(body jsonb) returns bigint language plpgsql as $$
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

create function reorganise_units(which bigint, first_day date) returns int language plpgsql
set search_path = skills, pg_temp as $$
declare
    made int;
begin
    create temporary table unit_move on commit drop as
    with recursive placed (unit_id, organisation_id, successor_id) as (
        select unit.unit_id, unit.organisation_id, coalesce(named.successor_id, rest.successor_id)
        from unit
        left join reorganisation_move as named on named.reorganisation_id = which and named.unit_id = unit.unit_id
        left join reorganisation_move as rest
            on rest.reorganisation_id = which and rest.predecessor_id = unit.organisation_id and rest.unit_id is null
        where unit.parent_id is null
          and unit.organisation_id in (
              select move.predecessor_id from reorganisation_move as move where move.reorganisation_id = which)
        union
        select unit.unit_id, unit.organisation_id, coalesce(named.successor_id, placed.successor_id)
        from placed
        join unit on unit.parent_id = placed.unit_id
        left join reorganisation_move as named on named.reorganisation_id = which and named.unit_id = unit.unit_id
    )
    select placed.unit_id, placed.organisation_id, placed.successor_id, unit.parent_id, unit.name, unit.sensitive,
           unit.ends_before,
           case
               when exists (
                        select
                        from unit as there
                        where there.organisation_id = placed.successor_id and there.code = unit.code)
                    or count(*) over (partition by placed.successor_id, unit.code) > 1
               then predecessor.code || '-' || unit.code
               else unit.code
           end as code,
           null::bigint as new_unit_id
    from placed
    join unit on unit.unit_id = placed.unit_id and (unit.ends_before is null or unit.ends_before > first_day)
    join organisation as predecessor on predecessor.organisation_id = placed.organisation_id
    where placed.successor_id is not null;

    insert into unit (organisation_id, code, name, starts_on, ends_before, sensitive)
    select move.successor_id, move.code, move.name, first_day, move.ends_before, move.sensitive
    from unit_move as move
    order by move.unit_id;
    get diagnostics made = row_count;
    update unit_move
    set new_unit_id = unit.unit_id
    from unit
    where unit.organisation_id = unit_move.successor_id and unit.code = unit_move.code;
    update unit
    set parent_id = above.new_unit_id
    from unit_move as move
    join unit_move as above on above.unit_id = move.parent_id and above.successor_id = move.successor_id
    where unit.unit_id = move.new_unit_id;
    update unit
    set ends_before = first_day
    from unit_move as move
    where unit.unit_id = move.unit_id;
    insert into unit_succession (predecessor_id, successor_id, happened_on)
    select move.unit_id, move.new_unit_id, first_day
    from unit_move as move;
    return made;
end
$$;
comment on function reorganise_units(bigint, date) is
    'Copies the units that move to their successors, with the tree as far as it moves along, ends the old ones, and '
    'leaves in unit_move which is which; gives their number. A code that is taken there, or comes from two '
    'predecessors, gets the code of its predecessor before it.';

create function reorganise_postings(which bigint, first_day date) returns void language plpgsql
set search_path = skills, pg_temp as $$
begin
    -- What covers the day or begins later, with where it goes on.
    create temporary table posting_move on commit drop as
    select posting.posting_id, posting.person_id, posting.organisation_id, posting.staff_number, posting.starts_on,
           posting.ends_before, posting.counts, move.new_unit_id as unit_id,
           coalesce(move.successor_id, rest.successor_id) as successor_id
    from posting
    left join unit_move as move on move.unit_id = posting.unit_id
    left join reorganisation_move as rest
        on rest.reorganisation_id = which and rest.predecessor_id = posting.organisation_id and rest.unit_id is null
    where posting.organisation_id in (
            select named.predecessor_id from reorganisation_move as named where named.reorganisation_id = which)
      and (posting.ends_before is null or posting.ends_before > first_day)
      and coalesce(move.successor_id, rest.successor_id) is not null;
    create index on posting_move (person_id);
    create index on posting_move (posting_id);
    analyze posting_move;

    -- The people's postings that will be in a successor: those that move, and those that are there already.
    create temporary table posting_there on commit drop as
    select move.person_id, move.successor_id, move.posting_id, greatest(move.starts_on, first_day) as starts_on,
           move.ends_before, move.counts, move.starts_on as began, false as own
    from posting_move as move
    union all
    select posting.person_id, posting.organisation_id, posting.posting_id, posting.starts_on, posting.ends_before,
           posting.counts, posting.starts_on, true
    from posting
    where (posting.person_id, posting.organisation_id) in (
            select move.person_id, move.successor_id from posting_move as move);
    create index on posting_there (person_id, successor_id);
    analyze posting_there;

    -- Postings of a person in one organisation do not overlap: on each day the one goes on that was there before, else
    -- that in which the person would have counted.
    create temporary table posting_part on commit drop as
    select turn.person_id, turn.successor_id, turn.posting_id, turn.day as starts_on, turn.next_day as ends_before,
           row_number() over (partition by turn.posting_id order by turn.day) as part, turn.stays
    from (
        select turn.person_id, turn.successor_id, turn.posting_id, turn.own, turn.day,
               lead(turn.day) over career as next_day, lead(turn.posting_id) over career is not null as stays
        from (
            select cut.person_id, cut.successor_id, cut.day, chosen.posting_id, chosen.own,
                   lag(chosen.posting_id) over (partition by cut.person_id, cut.successor_id order by cut.day)
                       as posting_before
            from (
                select distinct there.person_id, there.successor_id, edge.day
                from posting_there as there
                cross join lateral (values (there.starts_on), (there.ends_before)) as edge (day)
                where edge.day is not null
            ) as cut
            left join lateral (
                select there.posting_id, there.own
                from posting_there as there
                where there.person_id = cut.person_id
                  and there.successor_id = cut.successor_id
                  and there.starts_on <= cut.day
                  and (there.ends_before is null or there.ends_before > cut.day)
                order by there.own desc, there.counts desc, there.began desc, there.posting_id desc
                limit 1
            ) as chosen on true
        ) as turn
        where turn.posting_id is distinct from turn.posting_before
        window career as (partition by turn.person_id, turn.successor_id order by turn.day)
    ) as turn
    where not turn.own;
    create index on posting_part (posting_id);
    analyze posting_part;
end
$$;
comment on function reorganise_postings(bigint, date) is
    'Works out, in posting_move and posting_part, which postings move and for which days each goes on in its '
    'successor. For reorganise() alone.';

create function reorganise_staff_numbers() returns void language plpgsql set search_path = skills, pg_temp as $$
begin
    create temporary table staff_number_move on commit drop as
    with bearer as (
        select distinct move.successor_id, move.organisation_id, move.staff_number, move.person_id
        from posting_move as move
    )
    select bearer.successor_id, bearer.organisation_id, bearer.staff_number, bearer.person_id,
           case
               when exists (
                        select
                        from bearer as other
                        where other.successor_id = bearer.successor_id
                          and other.staff_number = bearer.staff_number
                          and other.person_id <> bearer.person_id
                          and other.organisation_id <> bearer.organisation_id)
                    or exists (
                        select
                        from posting as theirs
                        where theirs.organisation_id = bearer.successor_id
                          and theirs.staff_number = bearer.staff_number
                          and theirs.person_id <> bearer.person_id)
               then predecessor.code || '-' || bearer.staff_number
               else bearer.staff_number
           end as new_number
    from bearer
    join organisation as predecessor on predecessor.organisation_id = bearer.organisation_id;
    create index on staff_number_move (person_id);
    analyze staff_number_move;
    if exists (
        select
        from staff_number_move as move
        join posting as theirs
            on theirs.organisation_id = move.successor_id
            and theirs.staff_number = move.new_number
            and theirs.person_id <> move.person_id) then
        perform refuse('SL422', 'reorganisation_numbers_taken');
    end if;
end
$$;
comment on function reorganise_staff_numbers() is
    'Under which staff numbers the people of posting_move go on: their own, with the code of the predecessor before '
    'it where the number means somebody else. For reorganise() alone.';

create function reorganise_facts(which bigint, first_day date) returns void language plpgsql
set search_path = skills, pg_temp as $$
begin
    -- What goes on later than its first part, or was cut: a posting of its own.
    insert into posting (person_id, organisation_id, staff_number, unit_id, worker_type, rank, grade, role_profile_id,
                         science_category, fte, starts_on, ends_before, leaver_type, counts, secondment, sensitive,
                         withheld)
    select posting.person_id, part.successor_id, number.new_number, move.unit_id, posting.worker_type, posting.rank,
           posting.grade, posting.role_profile_id, posting.science_category, posting.fte, part.starts_on,
           part.ends_before,
           case when part.ends_before = posting.ends_before and not part.stays then posting.leaver_type end,
           posting.counts, posting.secondment, posting.sensitive or posting.withheld,
           posting.sensitive or posting.withheld
    from posting_part as part
    join posting on posting.posting_id = part.posting_id
    join posting_move as move on move.posting_id = part.posting_id
    join staff_number_move as number
        on number.person_id = move.person_id
        and number.organisation_id = move.organisation_id
        and number.successor_id = move.successor_id
        and number.staff_number = move.staff_number
    where part.part > 1 or posting.starts_on < first_day
    order by part.posting_id, part.part;

    update posting
    set ends_before = first_day, leaver_type = null
    from posting_move as move
    where posting.posting_id = move.posting_id and move.starts_on < first_day;

    -- What begins on the day or later begins in the successor; what never would, for another is there, is retracted.
    update posting
    set organisation_id = move.successor_id, staff_number = number.new_number, unit_id = move.unit_id,
        starts_on = part.starts_on, ends_before = part.ends_before,
        leaver_type = case
                          when part.ends_before = posting.ends_before and not part.stays then posting.leaver_type
                      end,
        sensitive = posting.sensitive or posting.withheld
    from posting_move as move
    join posting_part as part on part.posting_id = move.posting_id and part.part = 1
    join staff_number_move as number
        on number.person_id = move.person_id
        and number.organisation_id = move.organisation_id
        and number.successor_id = move.successor_id
        and number.staff_number = move.staff_number
    where posting.posting_id = move.posting_id and move.starts_on >= first_day;
    with retracted as (
        delete from posting
        using posting_move as move
        where posting.posting_id = move.posting_id
          and move.starts_on >= first_day
          and not exists (select from posting_part as part where part.posting_id = move.posting_id)
        returning posting.posting_id, posting.id, posting.person_id, posting.organisation_id, posting.withheld,
                  to_jsonb(posting) as posting
    )
    insert into posting_retraction (posting_id, id, person_id, organisation_id, withheld, posting, reason)
    select retracted.posting_id, retracted.id, retracted.person_id, retracted.organisation_id, retracted.withheld,
           retracted.posting, 'The person has another posting in the organisation that took over.'
    from retracted;

    insert into organisation_succession (predecessor_id, successor_id, happened_on)
    select distinct move.predecessor_id, move.successor_id, first_day
    from reorganisation_move as move
    where move.reorganisation_id = which;
    update organisation
    set ends_before = first_day
    from reorganisation_move as move
    where move.reorganisation_id = which
      and move.unit_id is null
      and organisation.organisation_id = move.predecessor_id;
end
$$;
comment on function reorganise_facts(bigint, date) is
    'Writes what reorganise_postings() has worked out, and the succession. Whoever was withheld in a predecessor has '
    'sensitive postings in the successor. For reorganise() alone.';

create function reorganise(which bigint) returns void language plpgsql set search_path = skills, pg_temp as $$
declare
    problem text := reorganisation_problem(which);
    first_day date := (select job.happened_on from reorganisation as job where job.reorganisation_id = which);
    units_made int;
    touched bigint[];
begin
    -- So that nobody writes a posting to a predecessor meanwhile.
    lock table posting in share row exclusive mode;
    if problem is not null then
        perform refuse('SL422', problem);
    end if;
    units_made := reorganise_units(which, first_day);
    perform reorganise_postings(which, first_day);
    perform reorganise_staff_numbers();
    perform reorganise_facts(which, first_day);
    touched := array(select distinct move.person_id from posting_move as move order by move.person_id);
    perform see_people(touched);
    perform leave_to_ledger(touched, 'reorganisation');
    update reorganisation
    set people = cardinality(touched), units = units_made, waiting = cardinality(touched), xid = ledger_xid(),
        postings_continued = (
            select count(distinct part.posting_id)
            from posting_part as part
            join posting_move as move on move.posting_id = part.posting_id
            where move.starts_on < first_day),
        postings_moved = (
            select count(distinct part.posting_id)
            from posting_part as part
            join posting_move as move on move.posting_id = part.posting_id
            where move.starts_on >= first_day),
        postings_ended = (
            select count(*)
            from posting_move as move
            where not exists (select from posting_part as part where part.posting_id = move.posting_id))
    where reorganisation_id = which;
end
$$;
comment on function reorganise(bigint) is
    'Writes the facts of a reorganisation, leaves its people to the ledger and counts what it did; refuses what '
    'cannot be done. For advance_reorganisations() alone.';

create function try_reorganisation(which bigint) returns void language plpgsql set search_path = skills, pg_temp as $$
declare
    done reorganisation;
    problem text;
begin
    begin
        perform reorganise(which);
        select job.* into done from reorganisation as job where job.reorganisation_id = which;
        if done.dry_run then
            raise exception using errcode = 'SL208';
        end if;
    exception
        when sqlstate 'SL208' then
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

create function advance_reorganisations() returns int
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

create view reorganisation_told with (security_invoker) as
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

create function reorganisation_now(which bigint) returns setof reorganisation_told language plpgsql as $$
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
