-- SPDX-License-Identifier: MIT
-- What a grant can give, which grants are in effect, and who signs in with which scopes: the settings that every policy
-- compares with (10_settings.sql).

create or replace function scopes_grantable(organisation_id bigint, unit_id bigint) returns text[]
language sql immutable parallel safe
    return case
        when unit_id is not null then array['team:read', 'competencies:assess', 'sensitive:read']
        when organisation_id is not null
        then array['workforce:read', 'workforce:write', 'competencies:assess', 'reports:organisation', 'sensitive:read',
                   'completions:write', 'specialists:read', 'audit:read', 'administration']
        else array['reports:national', 'frameworks:write', 'workforce:write', 'completions:write', 'specialists:read',
                   'audit:read', 'administration']
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

create or replace view issuer_role_in_effect with (security_invoker) as
select issuer_role.issuer_id, issuer_role.role, issuer_role.organisation_id, issuer_role.scopes
from issuer_role
where issuer_role.starts_on <= london_today()
  and (issuer_role.ends_before is null or issuer_role.ends_before > london_today());
comment on view issuer_role_in_effect is 'What values of the role claim mean today.';

create or replace function units_below(top_unit bigint, cleared boolean) returns bigint[] language sql stable as $$
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
    from below
$$;
comment on function units_below(bigint, boolean) is
    'The keys of a unit and of all below it, without sensitive ones and what is below them unless cleared. For '
    'acting_scopes() alone.';

create or replace function issuer_scopes(of_issuer bigint, asked text[], roles jsonb) returns text[]
language plpgsql stable set search_path = skills, pg_temp as $$
begin
    return array(
        select unnest(asked || array(
            select unnest(role.scopes)
            from issuer_role_in_effect as role
            where role.issuer_id = of_issuer and roles ? role.role))
        intersect
        select unnest(issuer.scopes)
        from issuer
        where issuer.issuer_id = of_issuer and issuer.retired_at is null);
end
$$;
comment on function issuer_scopes(bigint, text[], jsonb) is
    'The scopes of a token of a registered issuer: those that it has and those that its roles are worth, as far as the '
    'issuer may assert them; none once the issuer is retired.';

create or replace function acting_scopes(account bigint, of_issuer bigint, asked text[], roles jsonb, organisation text)
returns table (acting_id bigint, choice boolean, units bigint[], cleared_units bigint[], unit_scopes text[],
               organisation_scopes text[], national_scopes text[])
language plpgsql stable rows 1 set search_path = skills, pg_temp as $$
begin
    return query
    with held as (
        select given.organisation_id, given.unit_id, given.scopes
        from grant_in_effect as given
        where given.account_id = account
        union all
        select role.organisation_id, null, role.scopes
        from issuer_role_in_effect as role
        where role.issuer_id = of_issuer and roles ? role.role
    ), granted as (
        select held.organisation_id, held.unit_id,
               array(select unnest(held.scopes)
                     intersect
                     select unnest(asked)
                     intersect
                     select unnest(scopes_grantable(held.organisation_id, held.unit_id))) as scopes
        from held
        left join issuer on issuer.issuer_id = of_issuer
        where issuer.issuer_id is null
           or issuer.national
           or held.organisation_id in (
               select served.organisation_id
               from issuer_organisation as served
               where served.issuer_id = of_issuer)
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
comment on function acting_scopes(bigint, bigint, text[], jsonb, text) is
    'For an account (or null), a registered issuer (or null for the configured one), the scopes of the token, the '
    'values of its role claim and the Acting-Organisation header (a UUID, or null): the organisation that the request '
    'acts for, whether a choice between several is open, the units (with all below) that it manages, those of them '
    'that it is cleared for, and the scopes in effect for units, for the organisation as a whole and for the nation. A '
    'role is a grant that the issuer asserts; no grant reaches beyond the organisations of the issuer. In plpgsql, '
    'which keeps its plan.';

create or replace function issuer_serves(issuer_url text, of_organisation bigint) returns boolean
language plpgsql stable security definer set search_path = skills, pg_temp as $$
begin
    return of_organisation is null
        or exists (
            select
            from issuer
            left join issuer_organisation as served
                on served.issuer_id = issuer.issuer_id and served.organisation_id = of_organisation
            where issuer.url = issuer_url
              and issuer.retired_at is null
              and (issuer.national or served.organisation_id is not null))
        or (issuer_url = current_setting('app.issuer', true)
            and not exists (select from issuer where issuer.url = issuer_url));
end
$$;
comment on function issuer_serves(text, bigint) is
    'public: whether the tokens of an issuer may act for an organisation (null: the nation, which may trust any). The '
    'configured issuer, which is in no table, is known by the caller''s own token. Runs as its owner, because an '
    'administrator need not see every issuer; it says yes or no.';

create or replace function person_claimed(of_issuer bigint, staff_number text) returns bigint
language sql stable set search_path = skills, pg_temp as $$
    select case when count(distinct posting.person_id) = 1 then min(posting.person_id) end
    from issuer
    join issuer_organisation as served on served.issuer_id = issuer.issuer_id
    join posting on posting.organisation_id = served.organisation_id
    where issuer.issuer_id = of_issuer
      and issuer.person_claim is not null
      and posting.staff_number = person_claimed.staff_number
      and posting.starts_on <= london_today()
      and (posting.ends_before is null or posting.ends_before > london_today())
$$;
comment on function person_claimed(bigint, text) is
    'Whom an issuer names by a staff number of today, where it has a claim for that; null for nobody and for more than '
    'one. For sign_in() alone.';

create or replace function sign_in(token_issuer text, token_subject text, token_scopes text, token_roles text,
    token_person text, wanted text, required text, read_only text, out account text, out person text,
    out organisation text, out units text, out cleared_units text, out acting text, out scopes text)
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    asked text[] := string_to_array(coalesce(token_scopes, ''), ' ');
    held text[];
    closed boolean;
    registered bigint;
    effect record;
    applied text;
begin
    if token_issuer is null then
        applied := set_config('transaction_read_only', read_only, true);
        return;
    end if;
    select holder.account_id, holder.person_id, holder.closed_at is not null,
           (select issuer.issuer_id from issuer where issuer.url = token_issuer)
    into account, person, closed, registered
    from account as holder
    where holder.issuer = token_issuer and holder.subject = token_subject;
    if not found then
        registered := (select issuer.issuer_id from issuer where issuer.url = token_issuer);
    end if;
    if closed then
        account := null;
        person := null;
        asked := '{}';
    elsif registered is not null then
        asked := issuer_scopes(registered, asked, token_roles::jsonb);
        if person is null and token_person is not null and asked <> '{}' then
            person := person_claimed(registered, token_person);
        end if;
    end if;
    if person is not null then
        held := array_remove(array[case when 'record:read' = any (asked) then 'record:read' end,
                                   case when 'record:write' = any (asked) then 'record:write' end], null);
    end if;
    applied := set_config('transaction_read_only', read_only, true) || set_config('app.issuer', token_issuer, true)
        || set_config('app.subject', token_subject, true) || set_config('app.account', coalesce(account, ''), true)
        || set_config('app.person', coalesce(person, ''), true)
        || set_config('app.roles', coalesce(token_roles, ''), true)
        || set_config('app.scopes', coalesce(held::text, ''), true);
    -- An operation on one's own record alone needs no grant.
    if required in ('record:read', 'record:write', 'record:read record:write') then
        if (string_to_array(required, ' ') && held) is not true then
            perform refuse('SL403', 'scope_not_granted');
        end if;
        scopes := held;
        return;
    end if;
    select given.acting_id, given.choice, given.units, given.cleared_units, given.unit_scopes,
           given.organisation_scopes, given.national_scopes
    into effect
    from acting_scopes(account::bigint, registered, asked, token_roles::jsonb, wanted) as given;
    held := held || effect.unit_scopes || effect.organisation_scopes || effect.national_scopes;
    if required <> '' and (string_to_array(required, ' ') && held) is not true then
        perform refuse('SL403', case when effect.choice then 'organisation_not_chosen' else 'scope_not_granted' end);
    end if;
    scopes := held;
    acting := effect.acting_id;
    units := effect.units;
    cleared_units := effect.cleared_units;
    if effect.organisation_scopes
        && array['workforce:read', 'workforce:write', 'reports:organisation', 'competencies:assess'] then
        organisation := acting;
    end if;
    applied := set_config('app.scopes', coalesce(scopes, ''), true)
        || set_config('app.acting', coalesce(acting, ''), true)
        || set_config('app.organisation', coalesce(organisation, ''), true)
        || set_config('app.units', coalesce(units, ''), true)
        || set_config('app.cleared_units', coalesce(cleared_units, ''), true)
        || set_config('app.unit_scopes', effect.unit_scopes::text, true)
        || set_config('app.organisation_scopes', effect.organisation_scopes::text, true)
        || set_config('app.national_scopes', effect.national_scopes::text, true)
        || set_config('app.cleared_organisation',
               case when 'sensitive:read' = any (effect.organisation_scopes) then '-' || acting else '' end, true);
end
$$;
comment on function sign_in(text, text, text, text, text, text, text, text) is
    'public: makes the transaction-local settings of 10_settings.sql of a verified token (issuer, subject, scopes, '
    'values of the role claim as a JSON array, value of the claim that names a person), of the organisation wanted '
    '(the header Acting-Organisation, or null) and of the scopes of which one must be in effect, or refuses; tells who '
    'asks. No issuer: nobody. Runs as its owner, because before it nobody is known to be anybody, and because policies '
    'on its own tables would cost every request more than all of this does.';
