-- SPDX-License-Identifier: MIT
-- What a grant can give, and which grants are in effect; sql/engine/context.sql makes settings of them.

create or replace function scopes_grantable(organisation_id bigint, unit_id bigint) returns text[]
language sql immutable parallel safe
    return case
        when unit_id is not null then array['team:read', 'competencies:assess', 'sensitive:read']
        when organisation_id is not null
        then array['workforce:read', 'competencies:assess', 'reports:organisation', 'sensitive:read', 'completions:write',
                   'audit:read', 'administration']
        else array['reports:national', 'frameworks:write', 'completions:write', 'audit:read', 'administration']
    end;
comment on function scopes_grantable(bigint, bigint) is
    'The scopes that a grant can give for units of an organisation, for an organisation as a whole, and, with neither, '
    'for the nation; another scope in a grant has no effect. One''s own record needs no grant.';

create or replace view grant_in_effect with (security_invoker) as
select access_grant.account_id, access_grant.organisation_id, access_grant.unit_id, access_grant.scopes
from access_grant
where access_grant.starts_on <= london_today()
  and (access_grant.ends_before is null or access_grant.ends_before > london_today())
  and access_grant.revoked_at is null;
comment on view grant_in_effect is 'Grants that hold today and are not revoked.';

create or replace function units_below(top_unit bigint, cleared boolean) returns bigint[]
language plpgsql stable security definer set search_path = skills, pg_temp as $$
begin
    return (
        with recursive below as (
            select unit.unit_id
            from unit
            where unit.unit_id = top_unit and (cleared or not unit.sensitive)
            union
            select unit.unit_id
            from below
            join unit on unit.parent_id = below.unit_id
            where cleared or not unit.sensitive
        )
        select array_agg(below.unit_id)
        from below);
end
$$;
comment on function units_below(bigint, boolean) is
    'public: the keys of a unit and of all below it, without sensitive ones and what is below them unless cleared. Runs '
    'as its owner, because the caller''s clearance is only made from it; it gives keys of units and nothing else.';

create or replace function acting_scopes(account bigint, asked text[], organisation text)
returns table (acting_id bigint, choice boolean, units bigint[], cleared_units bigint[], unit_scopes text[],
               organisation_scopes text[], national_scopes text[])
language plpgsql stable rows 1 as $$
begin
    return query
    with granted as (
        select held.organisation_id, held.unit_id,
               array(select unnest(held.scopes)
                     intersect
                     select unnest(asked)
                     intersect
                     select unnest(scopes_grantable(held.organisation_id, held.unit_id))) as scopes
        from grant_in_effect as held
        where held.account_id = account
    ), chosen as (
        select distinct granted.organisation_id
        from granted
        join organisation as named on named.organisation_id = granted.organisation_id
        where acting_scopes.organisation is null or named.id = acting_scopes.organisation::uuid
    ), acting as (
        select case when count(*) = 1 then min(chosen.organisation_id) end as organisation_id, count(*) > 1 as several
        from chosen
    ), scope as (
        select granted.organisation_id, granted.unit_id, scope.name
        from granted
        cross join acting
        cross join unnest(granted.scopes) as scope (name)
        where granted.organisation_id is null or granted.organisation_id = acting.organisation_id
    ), managed as (
        select below.unit_id, bool_or(team.cleared) as cleared
        from (
            select scope.unit_id, bool_or(scope.name = 'sensitive:read') as cleared
            from scope
            where scope.unit_id is not null
            group by scope.unit_id
            having bool_or(scope.name in ('team:read', 'competencies:assess'))
        ) as team
        cross join unnest(units_below(team.unit_id, team.cleared)) as below (unit_id)
        group by below.unit_id
    )
    select acting.organisation_id,
           acting.several,
           (select array_agg(managed.unit_id) from managed),
           (select array_agg(managed.unit_id) from managed where managed.cleared),
           array(select scope.name from scope where scope.unit_id is not null),
           array(select scope.name from scope where scope.organisation_id is not null and scope.unit_id is null),
           array(select scope.name from scope where scope.organisation_id is null)
    from acting;
end
$$;
comment on function acting_scopes(bigint, text[], text) is
    'For an account, the token''s scopes and the Acting-Organisation header (a UUID, or null): the organisation that the '
    'request acts for, whether a choice between several is open, the units (with all below) that it manages, those of '
    'them that it is cleared for, and the scopes in effect for units, for the organisation as a whole and for the nation. '
    'In plpgsql, which keeps its plan.';
