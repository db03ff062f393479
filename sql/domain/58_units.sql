-- SPDX-License-Identifier: MIT
-- Units as those who keep a workforce change them: made, renamed, moved, ended, marked, taken over by others.

create or replace function unit_to_post(of_organisation bigint, named text) returns bigint
language sql stable set search_path = skills, pg_temp as $$
    select unit.unit_id
    from unit
    where unit.organisation_id = of_organisation
      and unit.id::text = lower(named)
      and (not unit.sensitive or app_cleared())
$$;
comment on function unit_to_post(bigint, text) is
    'A unit of an organisation by its identifier, as far as the caller may know of it; null if there is none.';

create or replace function unit_in_hand(named uuid) returns unit
language sql stable set search_path = skills, pg_temp as $$
    select unit
    from unit
    where unit.id = named
      and may_write_workforce()
      and unit.organisation_id = app_acting()
      and (not unit.sensitive or app_cleared())
$$;
comment on function unit_in_hand(uuid) is 'The unit of an identifier that the caller keeps; null for any other.';

create or replace function unit_tag(which unit) returns text language sql immutable
    return md5(concat_ws(':', which.id, which.parent_id, which.code, which.name, which.starts_on, which.ends_before,
                         which.sensitive));
comment on function unit_tag(unit) is 'The tag of the version of a unit.';

create or replace function unit_faults(wanted unit, body jsonb) returns jsonb
language sql stable set search_path = skills, pg_temp as $$
    with recursive above as (
        select unit.unit_id, unit.parent_id
        from unit
        where unit.unit_id = wanted.parent_id
        union
        select unit.unit_id, unit.parent_id
        from above
        join unit on unit.unit_id = above.parent_id
    )
    select jsonb_agg(jsonb_build_object('pointer', rule.pointer, 'code', rule.code) order by rule.ordinal)
    from (select) as asked
    left join unit as parent on parent.unit_id = wanted.parent_id
    left join organisation on organisation.organisation_id = wanted.organisation_id
    -- A unit that came with a file has no first day of its own: it begins with the Metropolitan Police.
    cross join lateral (select wanted.starts_on > '1829-09-29' as beginning) as known
    cross join lateral (
        values (1, '/code', 'unit_code_taken', exists (
                   select
                   from unit as other
                   where other.organisation_id = wanted.organisation_id
                     and other.code = wanted.code
                     and other.unit_id is distinct from wanted.unit_id)),
               (2, '/parent', 'unit_parent_not_found', body ->> 'parent' is not null and wanted.parent_id is null),
               (3, '/parent', 'unit_below_itself', exists (
                   select
                   from above
                   where above.unit_id = wanted.unit_id)),
               (4, '/sensitive', 'unit_below_sensitive', parent.sensitive and not wanted.sensitive),
               (5, '/ends_on', 'unit_ends_before_it_starts', wanted.ends_before <= wanted.starts_on),
               (6, '/starts_on', 'unit_outside_parent',
                known.beginning and wanted.starts_on < parent.starts_on),
               (7, '/ends_on', 'unit_outside_parent',
                coalesce(wanted.ends_before, 'infinity') > parent.ends_before),
               (8, '/starts_on', 'unit_outside_organisation',
                known.beginning and wanted.starts_on < organisation.starts_on),
               (9, '/ends_on', 'unit_outside_organisation',
                coalesce(wanted.ends_before, 'infinity') > organisation.ends_before),
               (10, '/starts_on', 'unit_in_use', exists (
                   select
                   from posting
                   where posting.unit_id = wanted.unit_id and posting.starts_on < wanted.starts_on)),
               (11, '/ends_on', 'unit_in_use', exists (
                   select
                   from posting
                   where posting.unit_id = wanted.unit_id
                     and coalesce(posting.ends_before, 'infinity') > wanted.ends_before)),
               (12, '/ends_on', 'unit_in_use', exists (
                   select
                   from unit as child
                   where child.parent_id = wanted.unit_id
                     and coalesce(child.ends_before, 'infinity') > wanted.ends_before))
    ) as rule (ordinal, pointer, code, broken)
    where rule.broken
$$;
comment on function unit_faults(unit, jsonb) is
    'What is wrong with a unit as a body asks for it, each fault with its place; null for nothing.';

create or replace function unit_asked(base unit, body jsonb) returns unit
language sql stable set search_path = skills, pg_temp as $$
    select jsonb_populate_record(
        base,
        body - array['parent', 'ends_on']
            || case
                   when body ? 'parent'
                   then jsonb_build_object('parent_id', unit_to_post(base.organisation_id, body ->> 'parent'))
                   else '{}'
               end
            || case
                   when body ? 'ends_on'
                   then jsonb_build_object('ends_before', (body ->> 'ends_on')::date + 1)
                   else '{}'
               end)
$$;
comment on function unit_asked(unit, jsonb) is 'A unit as a body asks for it, over what stands.';

create or replace function spread_sensitivity(top_unit bigint) returns void
language plpgsql set search_path = skills, pg_temp as $$
declare
    concerned bigint;
begin
    update unit
    set sensitive = true
    where unit.unit_id = any (units_below(top_unit, true))
      and (select top.sensitive from unit as top where top.unit_id = top_unit)
      and not unit.sensitive;
    for concerned in
        select distinct posting.person_id
        from posting
        where posting.unit_id = any (units_below(top_unit, true))
        order by posting.person_id
    loop
        perform see_person(concerned);
        perform post_skills(concerned, null, 'posting');
    end loop;
end
$$;
comment on function spread_sensitivity(bigint) is
    'Marks what is below a sensitive unit, and brings who sees those ever posted there, and the ledger, up to date.';

create or replace function lock_posted(units bigint[]) returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    perform
    from person
    where person.person_id in (select posting.person_id from posting where posting.unit_id = any (units))
    order by person.person_id
    for no key update;
end
$$;
comment on function lock_posted(bigint[]) is
    'Locks everybody ever posted to some units, in the order of their keys. Before the units: whoever writes a posting '
    'locks the person first, and the unit by naming it.';

create or replace function lock_units(top_unit bigint) returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    perform from unit where unit.unit_id = any (units_below(top_unit, true)) order by unit.unit_id for update;
end
$$;
comment on function lock_units(bigint) is
    'Locks a unit and all below it, in the order of their keys: who is writing a posting to one has done when it '
    'returns, and who comes later sees what the caller makes of them. Under the lock of the organisation.';

create or replace function create_unit(body jsonb) returns table (problem text, faults jsonb, unit_uuid uuid)
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    wanted unit;
begin
    if not may_write_workforce() then
        return query select 'scope_not_granted', null::jsonb, null::uuid;
        return;
    end if;
    perform from organisation where organisation.organisation_id = app_acting() for no key update;
    wanted := unit_asked(
        jsonb_populate_record(null::unit, jsonb_build_object('organisation_id', app_acting(), 'starts_on',
                                                             london_today(), 'sensitive', false)),
        body);
    wanted.sensitive := wanted.sensitive
        or coalesce((select parent.sensitive from unit as parent where parent.unit_id = wanted.parent_id), false);
    problem := case
        when wanted.sensitive and not app_cleared() then 'scope_not_granted'
    end;
    faults := unit_faults(wanted, body);
    problem := coalesce(problem, case when faults is not null then 'unit_faulty' end);
    if problem is null then
        insert into unit (organisation_id, parent_id, code, name, starts_on, ends_before, sensitive)
        values (wanted.organisation_id, wanted.parent_id, wanted.code, wanted.name, wanted.starts_on,
                wanted.ends_before, wanted.sensitive)
        returning id into unit_uuid;
    end if;
    return next;
end
$$;
comment on function create_unit(jsonb) is
    'public: makes a unit of the acting organisation, for a caller with workforce:write there; or the problem. Runs as '
    'its owner, because nobody who asks may change units otherwise.';

create or replace function edit_unit(named uuid, tag text, body jsonb) returns table (problem text, faults jsonb)
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    known unit := unit_in_hand(named);
    wanted unit;
begin
    if known.unit_id is null then
        return query select 'not_found', null::jsonb;
        return;
    end if;
    if body ?| array['sensitive', 'parent'] then
        perform lock_posted(units_below(known.unit_id, true));
    end if;
    -- The tree of an organisation is changed by one at a time, so that no two moves make a ring.
    perform from organisation where organisation.organisation_id = known.organisation_id for no key update;
    if body ?| array['sensitive', 'parent'] then
        perform lock_units(known.unit_id);
    end if;
    select held.* into known from unit as held where held.unit_id = known.unit_id for update;
    wanted := unit_asked(known, body);
    if not body ? 'sensitive' then
        wanted.sensitive := wanted.sensitive
            or coalesce((select parent.sensitive from unit as parent where parent.unit_id = wanted.parent_id), false);
    end if;
    problem := case
        when tag not in ('*', unit_tag(known)) then 'version_changed'
        when known.sensitive <> wanted.sensitive and not app_cleared() then 'scope_not_granted'
    end;
    faults := case when problem is null then unit_faults(wanted, body) end;
    problem := coalesce(problem, case when faults is not null then 'unit_faulty' end);
    if problem is null then
        update unit
        set parent_id = wanted.parent_id, name = wanted.name, starts_on = wanted.starts_on,
            ends_before = wanted.ends_before, sensitive = wanted.sensitive
        where unit.unit_id = known.unit_id;
        if known.sensitive <> wanted.sensitive then
            perform spread_sensitivity(known.unit_id);
        end if;
    end if;
    return next;
end
$$;
comment on function edit_unit(uuid, text, jsonb) is
    'public: renames, moves, ends or marks a unit that the caller keeps (workforce:write); or the problem. Runs as its '
    'owner, as create_unit() does. The mark reaches all that is below; lifting it leaves the units below as they are.';

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

create or replace view unit_detail with (security_invoker) as
select unit.unit_id, unit.organisation_id, unit.id,
       jsonb_build_object('id', organisation.id, 'code', organisation.code, 'name', organisation.name) as organisation,
       unit.code, unit.name, parent.id as parent, parent.code as parent_code, unit.starts_on,
       unit.ends_before - 1 as ends_on, unit.sensitive,
       coalesce((
           select jsonb_agg(
                      jsonb_build_object('id', other.id, 'code', other.code, 'name', other.name,
                                         'happened_on', succession.happened_on)
                      order by succession.happened_on, other.code)
           from unit_succession as succession
           join unit as other on other.unit_id = succession.predecessor_id
           where succession.successor_id = unit.unit_id), '[]') as predecessors,
       coalesce((
           select jsonb_agg(
                      jsonb_build_object('id', other.id, 'code', other.code, 'name', other.name,
                                         'happened_on', succession.happened_on)
                      order by succession.happened_on, other.code)
           from unit_succession as succession
           join unit as other on other.unit_id = succession.successor_id
           where succession.predecessor_id = unit.unit_id), '[]') as successors,
       unit_tag(unit) as etag
from unit
join organisation on organisation.organisation_id = unit.organisation_id
left join unit as parent on parent.unit_id = unit.parent_id;
comment on view unit_detail is 'Units whole, with those that they took over from and those that took over.';

create or replace function unit_now(named uuid) returns setof unit_detail language sql volatile rows 1 as $$
    select unit_id, organisation_id, id, organisation, code, name, parent, parent_code, starts_on, ends_on, sensitive,
           predecessors, successors, etag
    from unit_detail
    where unit_detail.id = named
$$;
comment on function unit_now(uuid) is
    'A unit as it is at the moment of the call: volatile, so that the statement that has written it sees it.';

grant select on unit_detail to skillsd_service;
grant execute on function unit_now(uuid), unit_tag(unit), create_unit(jsonb), edit_unit(uuid, text, jsonb),
    succeed_unit(uuid, text, jsonb)
    to skillsd_service;
