-- SPDX-License-Identifier: MIT
-- Units that are taken over by others: postings cut on the day and continued, and what is below goes along.

create or replace function unit_parts(of_organisation bigint, body jsonb)
returns table (place int, unit_id bigint, staff_numbers text[])
language sql stable set search_path = skills, pg_temp as $$
    select part.place::int - 1, goal.unit_id,
           case
               when part.given ? 'staff_numbers'
               then array(select jsonb_array_elements_text(part.given -> 'staff_numbers'))
           end
    from jsonb_array_elements(body -> 'parts') with ordinality as part (given, place)
    left join unit as goal on goal.unit_id = unit_to_post(of_organisation, part.given ->> 'unit')
$$;
comment on function unit_parts(bigint, jsonb) is
    'The parts in which a unit is taken over: which unit takes over whom, by staff numbers, or, with none, all others.';

create or replace function unit_parts_faults(known unit, body jsonb) returns jsonb
language sql stable set search_path = skills, pg_temp as $$
    with part as (
        select parts.place, parts.unit_id, parts.staff_numbers, unit.starts_on, unit.ends_before
        from unit_parts(known.organisation_id, body) as parts
        left join unit on unit.unit_id = parts.unit_id
    ), named as (
        select part.place, number.place - 1 as at, number.staff_number,
               count(*) over (partition by number.staff_number) as times
        from part
        cross join unnest(part.staff_numbers) with ordinality as number (staff_number, place)
    ), fault as (
        select part.place, -1 as at, format('/parts/%s/unit', part.place) as pointer,
               case
                   when part.unit_id is null then 'unknown_unit'
                   when part.unit_id = known.unit_id then 'unit_succeeds_itself'
                   when part.starts_on > (body ->> 'happens_on')::date then 'unit_not_then'
                   when part.ends_before is not null then 'successor_ends'
                   when part.staff_numbers is null and count(*) filter (where part.staff_numbers is null)
                                                       over (order by part.place) > 1
                   then 'rest_given_twice'
               end as code
        from part
        union all
        select named.place, named.at::int, format('/parts/%s/staff_numbers/%s', named.place, named.at),
               case
                   when named.times > 1 then 'staff_number_repeated'
                   when not exists (
                       select
                       from posting
                       where posting.unit_id = known.unit_id
                         and posting.staff_number = named.staff_number
                         and (not posting.withheld or app_cleared())
                         and (posting.ends_before is null or posting.ends_before > (body ->> 'happens_on')::date))
                   then 'staff_number_not_in_unit'
               end
        from named
    )
    select jsonb_agg(jsonb_build_object('pointer', fault.pointer, 'code', fault.code) order by fault.place, fault.at)
    from (
        select place, at, pointer, code from fault
        union all
        select -1, -1, '/happens_on', 'succession_outside_unit'
        where (body ->> 'happens_on')::date <= known.starts_on
           or (body ->> 'happens_on')::date >= known.ends_before
    ) as fault
    where fault.code is not null
$$;
comment on function unit_parts_faults(unit, jsonb) is
    'What is wrong with how a unit is to be taken over, each fault with its place; null for nothing.';

create or replace function move_unit_postings(known unit, happens_on date, body jsonb, out moved int,
                                              out people bigint[])
language plpgsql set search_path = skills, pg_temp as $$
begin
    with part as (
        select parts.unit_id, parts.staff_numbers from unit_parts(known.organisation_id, body) as parts
    ), going as (
        select posting.posting_id, posting.person_id, posting.starts_on, posting.withheld,
               coalesce(named.unit_id, rest.unit_id) as unit_id
        from posting
        left join part as named on posting.staff_number = any (named.staff_numbers)
        left join part as rest on rest.staff_numbers is null
        where posting.unit_id = known.unit_id
          and (posting.ends_before is null or posting.ends_before > happens_on)
          and coalesce(named.unit_id, rest.unit_id) is not null
    ), later as (
        update posting
        set unit_id = going.unit_id
        from going
        where posting.posting_id = going.posting_id and going.starts_on >= happens_on
        returning posting.posting_id
    ), continued as (
        insert into posting (person_id, organisation_id, staff_number, unit_id, worker_type, rank, grade,
                             role_profile_id, science_category, fte, starts_on, ends_before, leaver_type, sensitive,
                             withheld, counts, secondment)
        select posting.person_id, posting.organisation_id, posting.staff_number, going.unit_id, posting.worker_type,
               posting.rank, posting.grade, posting.role_profile_id, posting.science_category, posting.fte, happens_on,
               posting.ends_before, posting.leaver_type, posting.sensitive, posting.withheld, posting.counts,
               posting.secondment
        from going
        join posting on posting.posting_id = going.posting_id
        where going.starts_on < happens_on
        returning posting.posting_id, posting.person_id
    ), offered as (
        update transfer
        set posting_id = continued.posting_id
        from going
        join continued on continued.person_id = going.person_id
        where transfer.posting_id = going.posting_id and transfer.state = 'open' and going.starts_on < happens_on
        returning transfer.transfer_id
    ), cut as (
        update posting
        set ends_before = happens_on, leaver_type = null
        from going
        where posting.posting_id = going.posting_id and going.starts_on < happens_on
        returning posting.posting_id
    )
    select count(*) filter (where not going.withheld or app_cleared()),
           array_agg(distinct going.person_id order by going.person_id)
    into moved, people
    from going;
end
$$;
comment on function move_unit_postings(unit, date, jsonb) is
    'Cuts the postings to a unit on a day and goes on with them in the units that take over; those that begin later '
    'move as they are; an open transfer goes along with its posting. Gives how many of those that the caller may '
    'know of, and whose they all are. For succeed_unit() alone.';

create or replace function succeed_unit(named uuid, tag text, body jsonb)
returns table (problem text, faults jsonb, postings int)
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    known unit := unit_in_hand(named);
    happens_on date := (body ->> 'happens_on')::date;
    rest bigint;
    concerned bigint;
    people bigint[];
begin
    if known.unit_id is null then
        return query select 'not_found', null::jsonb, null::int;
        return;
    end if;
    perform lock_posted(units_below(known.unit_id, true));
    perform from organisation where organisation.organisation_id = known.organisation_id for no key update;
    perform lock_units(known.unit_id);
    select held.* into known from unit as held where held.unit_id = known.unit_id for update;
    faults := unit_parts_faults(known, body);
    problem := case
        when tag not in ('*', unit_tag(known)) then 'version_changed'
        when faults is not null then 'unit_faulty'
    end;
    if problem is null then
        rest := (
            select parts.unit_id
            from unit_parts(known.organisation_id, body) as parts
            where parts.staff_numbers is null);
        insert into unit_succession (predecessor_id, successor_id, happened_on)
        select distinct known.unit_id, parts.unit_id, happens_on
        from unit_parts(known.organisation_id, body) as parts
        on conflict (predecessor_id, successor_id) do update
        set happened_on = excluded.happened_on;
        select done.moved, done.people into postings, people from move_unit_postings(known, happens_on, body) as done;
        if rest is not null then
            -- A successor from below comes up into the place of the unit, lest it end up below itself.
            update unit
            set parent_id = known.parent_id
            where unit.unit_id = rest and rest = any (units_below(known.unit_id, true));
            update unit
            set parent_id = rest
            where unit.parent_id = known.unit_id
              and unit.unit_id <> rest
              and (unit.ends_before is null or unit.ends_before > happens_on);
            update unit set ends_before = happens_on where unit.unit_id = known.unit_id;
        end if;
        for concerned in select unnest(people) loop
            perform see_person(concerned);
            perform post_skills(concerned, null, 'reorganisation');
        end loop;
        if (select held.sensitive from unit as held where held.unit_id = rest) then
            perform spread_sensitivity(rest);
        end if;
    end if;
    return next;
end
$$;
comment on function succeed_unit(uuid, text, jsonb) is
    'public: lets other units of the organisation take over a unit that the caller keeps (workforce:write) from a day '
    'on: one, by all others that are not named, or several, by staff numbers; or the problem. Runs as its owner, as '
    'create_unit() does. With all others given, the unit ends and what is below it goes to that successor, marked if '
    'that one is; a successor that was below the unit itself comes up into its place.';

grant execute on function succeed_unit(uuid, text, jsonb) to skillsd_service;
