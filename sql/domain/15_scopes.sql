-- SPDX-License-Identifier: MIT
-- What is in effect for a request: the token's scopes, where they are granted, for the organisation that it acts for.

create or replace function acting_scopes(account bigint, person bigint, asked text[], organisation text)
returns table (organisation_id bigint, units bigint[], scopes text[], choice boolean)
language sql stable parallel safe as $$
    with recursive grants as (
        select g.organisation_id, g.unit_id, array(select unnest(g.scopes) intersect select unnest(asked)) as scopes
        from access_grant as g
        where g.account_id = account
          and g.starts_on <= london_today()
          and (g.ends_before is null or g.ends_before > london_today())
    ), choices as (
        select distinct grants.organisation_id
        from grants
        join organisation as o on o.organisation_id = grants.organisation_id
        where organisation is null or o.id = organisation::uuid
    ), acting as (
        select case when count(*) = 1 then min(choices.organisation_id) end as organisation_id, count(*) > 1 as several
        from choices
    ), granted as (
        select grants.organisation_id, grants.unit_id, grants.scopes
        from grants, acting
        where grants.organisation_id is null or grants.organisation_id = acting.organisation_id
    ), managed as (
        select granted.unit_id
        from granted
        where granted.unit_id is not null and granted.scopes && array['team:read', 'competencies:assess']
        union
        select unit.unit_id
        from managed
        join unit on unit.parent_id = managed.unit_id
    )
    select (select min(granted.organisation_id)
            from granted
            where granted.unit_id is null
              and granted.scopes && array['workforce:read', 'reports:organisation', 'competencies:assess']),
           (select array_agg(managed.unit_id) from managed),
           array(select scope
                 from granted, unnest(granted.scopes) as scope
                 where granted.unit_id is null or scope in ('team:read', 'competencies:assess')
                 union
                 select own.scope
                 from unnest(array['record:read', 'record:write']) as own (scope)
                 where person is not null and own.scope = any (asked)),
           acting.several
    from acting
$$;
comment on function acting_scopes(bigint, bigint, text[], text) is
    'For an account, its person, the token''s scopes and the Acting-Organisation header (a UUID, or null): the organisation as a whole that the '
    'request acts for, the units (with all below) that it manages, the scopes in effect, and whether a choice between several organisations '
    'is open. One''s own record needs no grant; a grant for a unit gives no more than a line manager''s scopes.';
