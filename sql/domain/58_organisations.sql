-- SPDX-License-Identifier: MIT
-- Organisations as the nation keeps them: registered, renamed, dated.

create or replace function organisation_tag(which organisation) returns text language sql immutable
    return md5(concat_ws(':', which.id, which.code, which.name, which.ons_code, which.stats19_code, which.nation,
                         coalesce(which.region, '-'), which.kind, which.starts_on, which.ends_before));
comment on function organisation_tag(organisation) is
    'The tag of the version of an organisation as the nation keeps it.';

create or replace function organisation_faults(wanted organisation) returns jsonb
language sql stable set search_path = skills, pg_temp as $$
    select jsonb_agg(jsonb_build_object('pointer', rule.pointer, 'code', rule.code) order by rule.ordinal)
    from (
        values (1, '/code', 'organisation_code_taken', exists (
                   select
                   from organisation as other
                   where other.code = wanted.code and other.organisation_id is distinct from wanted.organisation_id)),
               (2, '/ends_on', 'organisation_ends_before_it_starts', wanted.ends_before <= wanted.starts_on),
               (3, '/starts_on', 'organisation_in_use', exists (
                   select
                   from posting
                   where posting.organisation_id = wanted.organisation_id
                     and posting.starts_on < wanted.starts_on)),
               (4, '/ends_on', 'organisation_in_use', exists (
                   select
                   from posting
                   where posting.organisation_id = wanted.organisation_id
                     and coalesce(posting.ends_before, 'infinity') > wanted.ends_before))
    ) as rule (ordinal, pointer, code, broken)
    where rule.broken
$$;
comment on function organisation_faults(organisation) is
    'What is wrong with an organisation, each fault with its place; null for nothing.';

create or replace function write_organisation(known_as text, tag text, body jsonb)
returns table (problem text, faults jsonb, organisation_uuid uuid)
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    known organisation;
    wanted organisation;
    said jsonb := body - 'ends_on' || case
        when body ? 'ends_on'
        then jsonb_build_object('ends_before', (body ->> 'ends_on')::date + 1)
        else '{}'
    end;
begin
    if not coalesce(reorganises(), false) then
        return query select 'scope_not_granted', null::jsonb, null::uuid;
        return;
    end if;
    if known_as is not null then
        select held.* into known
        from organisation as held
        where held.organisation_id = organisation_named(known_as)
        for update;
        problem := case
            when known.organisation_id is null then 'not_found'
            when tag not in ('*', organisation_tag(known)) then 'version_changed'
        end;
    else
        known.starts_on := london_today();
    end if;
    wanted := jsonb_populate_record(known, said);
    faults := case when problem is null then organisation_faults(wanted) end;
    problem := coalesce(problem, case when faults is not null then 'organisation_faulty' end);
    if problem is null and known_as is null then
        insert into organisation (code, name, ons_code, stats19_code, nation, region, kind, starts_on, ends_before)
        values (wanted.code, wanted.name, wanted.ons_code, wanted.stats19_code, wanted.nation, wanted.region,
                wanted.kind, wanted.starts_on, wanted.ends_before)
        returning id into organisation_uuid;
    elsif problem is null then
        update organisation as held
        set name = wanted.name, ons_code = wanted.ons_code, stats19_code = wanted.stats19_code, nation = wanted.nation,
            region = wanted.region, starts_on = wanted.starts_on, ends_before = wanted.ends_before
        where held.organisation_id = wanted.organisation_id
        returning held.id into organisation_uuid;
    end if;
    return next;
end
$$;
comment on function write_organisation(text, text, jsonb) is
    'public: registers an organisation, or changes the one named, for a caller with workforce:write for the nation; or '
    'the problem. Runs as its owner, because nobody who asks may change organisations otherwise.';

create or replace function succession_told(id uuid, code text, name text, happened_on date) returns jsonb
language sql stable parallel safe
    return jsonb_build_object('id', id, 'code', code, 'name', name, 'happened_on', happened_on);
comment on function succession_told(uuid, text, text, date) is
    'An organisation or unit that took over or was taken over, and when, as the API tells it.';

create or replace view organisation_detail with (security_invoker) as
select organisation.organisation_id, organisation.id, organisation.code, organisation.name, organisation.kind,
       organisation.nation, organisation.region, organisation.ons_code, organisation.stats19_code,
       organisation.starts_on, organisation.ends_before - 1 as ends_on,
       coalesce((
           select jsonb_agg(succession_told(other.id, other.code, other.name, succession.happened_on)
                            order by succession.happened_on, other.code)
           from organisation_succession as succession
           join organisation as other on other.organisation_id = succession.predecessor_id
           where succession.successor_id = organisation.organisation_id), '[]') as predecessors,
       coalesce((
           select jsonb_agg(succession_told(other.id, other.code, other.name, succession.happened_on)
                            order by succession.happened_on, other.code)
           from organisation_succession as succession
           join organisation as other on other.organisation_id = succession.successor_id
           where succession.predecessor_id = organisation.organisation_id), '[]') as successors,
       organisation_tag(organisation) as etag
from organisation;
comment on view organisation_detail is
    'Organisations whole, with those that they took over from and those that took over.';

create or replace function organisation_now(named uuid) returns setof organisation_detail
language sql volatile rows 1 as $$
    select organisation_id, id, code, name, kind, nation, region, ons_code, stats19_code, starts_on, ends_on,
           predecessors, successors, etag
    from organisation_detail
    where organisation_detail.id = named
$$;
comment on function organisation_now(uuid) is
    'An organisation as it is at the moment of the call: volatile, so that the statement that has written it sees it.';

grant select on organisation_detail to skillsd_service;

create or replace function structure_problem_status(problem text) returns int language sql immutable parallel safe
    return case
        when problem = 'scope_not_granted' then 403
        when problem = 'version_changed' then 412
        when problem is not null then 422
    end;
comment on function structure_problem_status(text) is
    'The status of a problem of units and organisations; null for none.';

grant execute on function succession_told(uuid, text, text, date), structure_problem_status(text),
    organisation_tag(organisation), organisation_now(uuid), write_organisation(text, text, jsonb)
    to skillsd_service;
