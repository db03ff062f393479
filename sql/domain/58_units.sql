-- SPDX-License-Identifier: MIT
-- Units as those who keep a workforce change them: made, renamed, moved, ended, marked.

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

create or replace view unit_detail with (security_invoker) as
select unit.unit_id, unit.organisation_id, unit.id,
       jsonb_build_object('id', organisation.id, 'code', organisation.code, 'name', organisation.name) as organisation,
       unit.code, unit.name, parent.id as parent, parent.code as parent_code, unit.starts_on,
       unit.ends_before - 1 as ends_on, unit.sensitive,
       coalesce((
           select jsonb_agg(succession_told(other.id, other.code, other.name, succession.happened_on)
                            order by succession.happened_on, other.code)
           from unit_succession as succession
           join unit as other on other.unit_id = succession.predecessor_id
           where succession.successor_id = unit.unit_id), '[]') as predecessors,
       coalesce((
           select jsonb_agg(succession_told(other.id, other.code, other.name, succession.happened_on)
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
grant execute on function unit_now(uuid), unit_tag(unit), create_unit(jsonb), edit_unit(uuid, text, jsonb)
    to skillsd_service;
