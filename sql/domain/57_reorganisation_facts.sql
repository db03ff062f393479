-- SPDX-License-Identifier: MIT
-- What a reorganisation writes: units, postings cut on the day and continued, staff numbers, successions; worked out in
-- temporary tables, and in one transaction.

create or replace function reorganise_units(which bigint, first_day date) returns int language plpgsql
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

create or replace function reorganise_postings(which bigint, first_day date) returns void language plpgsql
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

create or replace function reorganise_staff_numbers() returns void language plpgsql
set search_path = skills, pg_temp as $$
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

create or replace function reorganise_facts(which bigint, first_day date) returns void language plpgsql
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

    -- What an open transfer has ended is the last part of its posting now.
    update transfer
    set posting_id = continued.posting_id
    from (
        select distinct on (part.posting_id) part.posting_id, part.person_id, part.successor_id, part.starts_on
        from posting_part as part
        order by part.posting_id, part.part desc
    ) as last_part
    join posting as continued
        on continued.person_id = last_part.person_id
        and continued.organisation_id = last_part.successor_id
        and continued.starts_on = last_part.starts_on
    where transfer.posting_id = last_part.posting_id
      and transfer.state = 'open';

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
    'sensitive postings in the successor; an open transfer goes along with the posting that it ended. For '
    'reorganise() alone.';

create or replace function lock_reorganised(which bigint, first_day date) returns void language plpgsql
set search_path = skills, pg_temp as $$
begin
    perform
    from person
    where person.person_id in (
        select posting.person_id
        from posting
        join reorganisation_move as move on move.predecessor_id = posting.organisation_id
        where move.reorganisation_id = which
          and (posting.ends_before is null or posting.ends_before >= first_day))
    order by person.person_id
    for no key update;
    perform
    from organisation
    where organisation.organisation_id in (
        select unnest(array[move.predecessor_id, move.successor_id])
        from reorganisation_move as move
        where move.reorganisation_id = which)
    order by organisation.organisation_id
    for no key update;
    perform
    from unit
    where unit.organisation_id in (
        select move.predecessor_id from reorganisation_move as move where move.reorganisation_id = which)
    order by unit.unit_id
    for update;
    -- So that nobody writes a posting to a predecessor meanwhile.
    lock table posting in share row exclusive mode;
end
$$;
comment on function lock_reorganised(bigint, date) is
    'Locks what a reorganisation is about, as all writers do: people, organisations, units, and only then the '
    'postings. For reorganise() alone.';

create or replace function reorganise(which bigint) returns void language plpgsql
set search_path = skills, pg_temp as $$
declare
    problem text;
    first_day date := (select job.happened_on from reorganisation as job where job.reorganisation_id = which);
    units_made int;
    touched bigint[];
begin
    perform lock_reorganised(which, first_day);
    problem := reorganisation_problem(which);
    if problem is not null then
        perform refuse('SL422', problem);
    end if;
    units_made := reorganise_units(which, first_day);
    perform reorganise_postings(which, first_day);
    perform reorganise_staff_numbers();
    perform reorganise_facts(which, first_day);
    touched := array(select distinct move.person_id from posting_move as move order by move.person_id);
    perform see_people(touched);
    -- Those too who went from the one to the other on that day by themselves: the succession is now the cause of it.
    perform leave_to_ledger(
        touched || array(
            select posting.person_id
            from posting
            join reorganisation_move as move on move.predecessor_id = posting.organisation_id
            where move.reorganisation_id = which
              and posting.starts_on <= first_day
              and (posting.ends_before is null or posting.ends_before >= first_day)),
        'reorganisation');
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
