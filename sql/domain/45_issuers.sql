-- SPDX-License-Identifier: MIT
-- Issuers: who reads them, who manages them. A token's own issuer is read by its bearer, for the context needs it; all
-- are read and managed by administrators of the nation; those of one organisation alone by its administrators. Workers
-- and the clerk, who are nobody, read what tokens are verified with, and the clerk keeps the key sets.

create function administers_nation() returns boolean language sql stable parallel safe
    return has_national_scope('administration');
comment on function administers_nation() is 'Whether administration is in effect for the nation.';

create function administered_organisation() returns bigint language sql stable parallel safe
    return case when has_organisation_scope('administration') then app_acting() end;
comment on function administered_organisation() is
    'The organisation that the request acts for, when administration is in effect there; null otherwise.';

-- issuer: its bearer, administrators, nobody.
alter table issuer enable row level security;
create policy own_issuer on issuer for select to skillsd_service using (url = current_setting('app.issuer', true));
create policy nobody_reads on issuer for select to skillsd_service using (not (select app_signed_in()));
create policy administrators_read on issuer for select to skillsd_service
    using ((select administers_nation()) or managed_by = (select administered_organisation()));
create policy administrators_register on issuer for insert to skillsd_service
    with check ((select administers_nation()) or managed_by = (select administered_organisation()));
create policy administrators_edit on issuer for update to skillsd_service
    using ((select administers_nation()) or managed_by = (select administered_organisation()))
    with check ((select administers_nation()) or managed_by = (select administered_organisation()));
grant select on issuer to skillsd_service;
grant insert (url, title, audience, person_claim, role_claim, scopes, national, managed_by, registered_by) on issuer
    to skillsd_service;
grant update (title, audience, person_claim, role_claim, scopes, national, managed_by, version, retired_at) on issuer
    to skillsd_service;

-- issuer_organisation, issuer_role: whoever reads the issuer; written by those who manage it.
do $$
declare
    part text;
begin
    foreach part in array array['issuer_organisation', 'issuer_role']
    loop
        execute format('alter table %I enable row level security', part);
        execute format('create policy with_issuer on %I for select to skillsd_service
                        using (issuer_id in (select issuer.issuer_id from issuer))', part);
        execute format('create policy managers_add on %I for insert to skillsd_service
                        with check (((select administers_nation())
                                     or organisation_id = (select administered_organisation()))
                                    and issuer_id in (select issuer.issuer_id from issuer))', part);
    end loop;
end
$$;
create policy managers_take_away on issuer_organisation for delete to skillsd_service
    using ((select administers_nation()) or issuer_id in (
        select issuer.issuer_id
        from issuer
        where issuer.managed_by = (select administered_organisation())));
create policy managers_end on issuer_role for update to skillsd_service
    using ((select administers_nation()) or issuer_id in (
        select issuer.issuer_id
        from issuer
        where issuer.managed_by = (select administered_organisation())));
grant select, insert, delete on issuer_organisation to skillsd_service;
grant select on issuer_role to skillsd_service;
grant insert (issuer_id, role, organisation_id, scopes, starts_on, ends_before, granted_by) on issuer_role
    to skillsd_service;
grant update (ends_before) on issuer_role to skillsd_service;

-- issuer_key_set: read by those who manage the issuer; kept by nobody, which is the clerk, and asked for by workers.
alter table issuer_key_set enable row level security;
create policy with_managed_issuer on issuer_key_set for select to skillsd_service
    using ((select has_scope('administration')) and issuer_id in (select issuer.issuer_id from issuer));
create policy nobody_keeps on issuer_key_set to skillsd_service
    using (not (select app_signed_in()))
    with check (not (select app_signed_in()));
grant select, insert, update on issuer_key_set to skillsd_service;

-- What administrators read of an issuer.
create view issuer_told with (security_invoker) as
select issuer.issuer_id, issuer.id, issuer.url, issuer.title, issuer.audience, issuer.person_claim, issuer.role_claim,
       to_jsonb(issuer.scopes) as scopes, issuer.national,
       coalesce((
           select jsonb_agg(
                      jsonb_build_object('id', organisation.id, 'code', organisation.code, 'name', organisation.name)
                      order by organisation.code)
           from issuer_organisation as part
           join organisation on organisation.organisation_id = part.organisation_id
           where part.issuer_id = issuer.issuer_id), '[]') as organisations,
       coalesce((
           select jsonb_agg(
                      jsonb_build_object('role', role.role, 'organisation', organisation.code,
                                         'scopes', to_jsonb(role.scopes), 'starts_on', role.starts_on,
                                         'ends_on', role.ends_before - 1)
                      order by role.role, organisation.code, role.issuer_role_id)
           from issuer_role as role
           left join organisation on organisation.organisation_id = role.organisation_id
           where role.issuer_id = issuer.issuer_id
             and (role.ends_before is null
                  or role.ends_before > greatest(role.starts_on, london_today()))), '[]') as roles,
       jsonb_build_object(
           'kids', coalesce((
               select jsonb_agg(key.value -> 'kid')
               from jsonb_array_elements(key_set.jwks -> 'keys') as key), '[]'),
           'jwks_uri', key_set.jwks_uri,
           'fetched_at', to_char(key_set.fetched_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
           'tried_at', to_char(key_set.tried_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
           'fault', key_set.fault) as keys,
       issuer.managed_by, issuer.version, issuer.registered_at, issuer.retired_at
from issuer
left join issuer_key_set as key_set on key_set.issuer_id = issuer.issuer_id;
comment on view issuer_told is
    'An issuer as its administrators read it: with organisations, the roles that are not over, and the state of '
    'its key set.';
grant select on issuer_told to skillsd_service;

-- organisations of a body: identifiers or codes.
create function organisation_named(known_as text) returns bigint language sql stable parallel safe as $$
    select organisation.organisation_id
    from organisation
    where lower(known_as) in (organisation.code, organisation.id::text)
$$;
comment on function organisation_named(text) is 'The organisation of an identifier or a code; null when there is none.';

create function sorted_texts(list jsonb) returns text[] language sql stable parallel safe as $$
    select coalesce(array_agg(distinct text order by text), '{}') from jsonb_array_elements_text(list) as member (text)
$$;
comment on function sorted_texts(jsonb) is
    'A JSON array of text as an array, sorted, each once, so that equal lists are equal.';

create function issuer_roles_placed(wanted jsonb) returns jsonb language sql stable parallel safe as $$
    select case
               when (wanted ->> 'national')::boolean or jsonb_array_length(wanted -> 'organisations') <> 1 then wanted
               else wanted || jsonb_build_object('roles', coalesce((
                   select jsonb_agg(
                              jsonb_build_object('organisation', wanted -> 'organisations' -> 0)
                              || jsonb_strip_nulls(role.given)
                              order by role.place)
                   from jsonb_array_elements(wanted -> 'roles') with ordinality as role (given, place)), '[]'))
           end
$$;
comment on function issuer_roles_placed(jsonb) is
    'An issuer as it is wanted, where a role that names no organisation is one of the only organisation there is.';

create function issuer_wanted_problem(wanted jsonb) returns text language sql stable parallel safe as $$
    with named as (
        select organisation_named(name) as organisation_id
        from jsonb_array_elements_text(wanted -> 'organisations') as given (name)
    ), role as (
        select given.role, organisation_named(given.organisation) as organisation_id, given.organisation, given.scopes,
               given.starts_on, given.ends_on
        from jsonb_to_recordset(wanted -> 'roles') as given (role text, organisation text, scopes jsonb, starts_on date,
                                                             ends_on date)
    ), asked as (
        select (wanted ->> 'national')::boolean as national,
               wanted -> 'scopes' ? 'reports:national' as reports_national
    )
    select case
               when exists (select from named where named.organisation_id is null) then 'issuer_organisation_not_found'
               when (select count(*) from named) <> (select count(distinct named.organisation_id) from named)
               then 'issuer_organisation_repeated'
               when not asked.national and not exists (select from named) then 'issuer_without_organisation'
               when wanted ->> 'person_claim' is not null and (select count(*) from named) <> 1
               then 'person_claim_needs_one_organisation'
               when exists (
                   select
                   from role
                   where role.organisation is not null
                     and not exists (select from named where named.organisation_id = role.organisation_id))
               then 'role_of_another_organisation'
               when not asked.national and exists (select from role where role.organisation is null)
               then 'role_needs_organisation'
               when exists (
                   select
                   from role
                   where not wanted -> 'scopes' @> role.scopes)
               then 'role_beyond_issuer'
               when exists (select from role where role.ends_on < role.starts_on) then 'role_dates_reversed'
               when administers_nation() then null
               when asked.national then 'issuer_national_not_yours'
               when asked.reports_national then 'issuer_scope_not_yours'
               when wanted ->> 'url' !~* '^https://([a-z0-9-]+\.)+[a-z][a-z0-9-]*(:[0-9]{1,5})?(/|$)'
                    or wanted ->> 'url' ~* '[/.]localhost(:|/|$)'
               then 'issuer_loopback_not_yours'
               when exists (select from named where named.organisation_id is distinct from administered_organisation())
               then 'issuer_organisation_not_yours'
           end
    from asked
$$;
comment on function issuer_wanted_problem(jsonb) is
    'What is wrong with an issuer as it is wanted, whole: the code of a problem of the contract, null when '
    'nothing is. The caller''s own limits come last.';

-- Writing. These are functions of several statements because each reads what the one before has written; they run as
-- their caller, and the policies above hold.

create function issuer_write_parts(which bigint, wanted jsonb) returns void language plpgsql as $$
begin
    delete from issuer_organisation as part
    where part.issuer_id = which
      and part.organisation_id not in (
          select organisation_named(name) from jsonb_array_elements_text(wanted -> 'organisations') as given (name));
    insert into issuer_organisation (issuer_id, organisation_id)
    select which, organisation_named(name)
    from jsonb_array_elements_text(wanted -> 'organisations') as given (name)
    on conflict do nothing;
    with role_wanted as (
        select distinct given.role, organisation_named(given.organisation) as organisation_id,
               sorted_texts(given.scopes) as scopes, given.starts_on, given.ends_on + 1 as ends_before
        from jsonb_to_recordset(wanted -> 'roles') as given (role text, organisation text, scopes jsonb, starts_on date,
                                                             ends_on date)
    ), role_kept as (
        select held.issuer_role_id, role_wanted.role, role_wanted.organisation_id, role_wanted.scopes,
               role_wanted.starts_on, role_wanted.ends_before
        from issuer_role as held
        join role_wanted on role_wanted.role = held.role
            and role_wanted.organisation_id is not distinct from held.organisation_id
            and role_wanted.scopes = held.scopes
            and coalesce(role_wanted.starts_on, held.starts_on) = held.starts_on
            and role_wanted.ends_before is not distinct from held.ends_before
        where held.issuer_id = which
          and (held.ends_before is null or held.ends_before > held.starts_on)
    ), ended as (
        update issuer_role as held
        set ends_before = greatest(held.starts_on, london_today())
        where held.issuer_id = which
          and (held.ends_before is null or held.ends_before > greatest(held.starts_on, london_today()))
          and held.issuer_role_id not in (select role_kept.issuer_role_id from role_kept)
    )
    insert into issuer_role (issuer_id, role, organisation_id, scopes, starts_on, ends_before, granted_by)
    select which, role_wanted.role, role_wanted.organisation_id, role_wanted.scopes,
           coalesce(role_wanted.starts_on, least(london_today(), role_wanted.ends_before - 1)), role_wanted.ends_before,
           app_account()
    from role_wanted
    where not exists (
        select
        from role_kept
        where (role_kept.role, role_kept.scopes) = (role_wanted.role, role_wanted.scopes)
          and (role_kept.organisation_id, role_kept.starts_on, role_kept.ends_before)
              is not distinct from (role_wanted.organisation_id, role_wanted.starts_on, role_wanted.ends_before));
end
$$;
comment on function issuer_write_parts(bigint, jsonb) is
    'Brings organisations and roles of an issuer to what is wanted: a role that is not wanted any more ends '
    'today, one that stays is not touched.';

create function issuer_manager(wanted jsonb) returns bigint language sql stable parallel safe as $$
    select organisation_named(wanted -> 'organisations' ->> 0)
    where jsonb_array_length(wanted -> 'organisations') = 1
      and not (wanted ->> 'national')::boolean
      and not wanted -> 'scopes' ? 'reports:national'
$$;
comment on function issuer_manager(jsonb) is
    'The organisation whose administrators manage an issuer as it is wanted; null when only those of the nation do.';

create function issuer_taken_problem(url text) returns text
language plpgsql stable security definer set search_path = skills, pg_temp as $$
begin
    return case
        when exists (select from issuer where issuer.url = issuer_taken_problem.url) then null
        when issuer_taken_problem.url = current_setting('app.issuer', true) then 'issuer_of_settings'
        when not coalesce(administers_nation(), false) and exists (
            select
            from account
            where account.issuer = issuer_taken_problem.url
              and account.registered_for is distinct from administered_organisation())
        then 'issuer_of_others'
    end;
end
$$;
comment on function issuer_taken_problem(text) is
    'public: why an issuer may not be registered although it is not yet: it is that of the service''s settings, which '
    'has no bounds and would get some, or accounts of others sign in by it. Runs as its owner, because an '
    'administrator need not see those accounts; it says no more than that there are any.';

create function issuer_register(wanted jsonb, out problem text, out issuer_id bigint) language plpgsql as $$
begin
    problem := coalesce(issuer_wanted_problem(wanted), issuer_taken_problem(wanted ->> 'url'));
    if problem is not null then
        return;
    end if;
    insert into issuer (url, title, audience, person_claim, role_claim, scopes, national, managed_by, registered_by)
    values (wanted ->> 'url', wanted ->> 'title', wanted ->> 'audience', wanted ->> 'person_claim',
            wanted ->> 'role_claim', sorted_texts(wanted -> 'scopes'), (wanted ->> 'national')::boolean,
            issuer_manager(wanted), app_account())
    returning issuer.issuer_id into issuer_id;
    perform issuer_write_parts(issuer_id, wanted);
    perform pg_notify('skillsd_keys', '');
end
$$;
comment on function issuer_register(jsonb) is
    'Registers an issuer as it is wanted, whole, and wakes the clerk; or says what is wrong.';

create function issuer_edit(which uuid, if_match text, patch jsonb, out problem text, out issuer_id bigint)
language plpgsql as $$
declare
    held record;
    present jsonb;
    wanted jsonb;
begin
    perform from issuer where issuer.id = which for no key update;
    select told.* into held from issuer_told as told where told.id = which;
    if held.issuer_id is null
        or (administers_nation() or held.managed_by = administered_organisation()) is not true then
        problem := 'not_found';
        return;
    end if;
    issuer_id := held.issuer_id;
    present := jsonb_build_object(
        'url', held.url, 'title', held.title, 'audience', held.audience, 'person_claim', held.person_claim,
        'role_claim', held.role_claim, 'scopes', held.scopes, 'national', held.national, 'roles', held.roles,
        'organisations', (
            select coalesce(jsonb_agg(part -> 'code'), '[]')
            from jsonb_array_elements(held.organisations) as part));
    wanted := present || (patch - 'retired');
    if wanted ->> 'role_claim' is null then
        wanted := wanted || '{"role_claim": "roles"}';
    end if;
    present := issuer_roles_placed(present);
    wanted := issuer_roles_placed(wanted);
    problem := case
        when if_match not in ('*', held.version::text) then 'version_changed'
        when held.retired_at is not null and not patch ? 'retired' then 'issuer_retired'
        else issuer_wanted_problem(wanted)
    end;
    if problem is not null or (wanted = present and (held.retired_at is null)) then
        return;
    end if;
    update issuer
    set title = wanted ->> 'title',
        audience = wanted ->> 'audience',
        person_claim = wanted ->> 'person_claim',
        role_claim = wanted ->> 'role_claim',
        scopes = sorted_texts(wanted -> 'scopes'),
        national = (wanted ->> 'national')::boolean,
        managed_by = issuer_manager(wanted),
        version = issuer.version + 1,
        retired_at = null
    where issuer.issuer_id = held.issuer_id;
    perform issuer_write_parts(issuer_id, wanted);
    perform pg_notify('skillsd_keys', '');
end
$$;
comment on function issuer_edit(uuid, text, jsonb) is
    'Changes an issuer by a merge patch, or says what is wrong. `retired` in the patch brings a retired one back.';

create function issuer_problem_status(problem text) returns int language sql immutable parallel safe as $$
    select case
               when problem = 'version_changed' then 412
               when problem in ('issuer_retired', 'issuer_of_settings', 'issuer_of_others') then 409
               when problem like '%\_not\_yours' then 403
               else 422
           end
$$;
comment on function issuer_problem_status(text) is 'The status of a problem of an issuer.';

create function issuer_now(which bigint) returns setof issuer_told language plpgsql as $$
begin
    return query select told.* from issuer_told as told where told.issuer_id = which;
end
$$;
comment on function issuer_now(bigint) is 'An issuer as the statement under way has just written it.';

grant execute on function issuer_taken_problem(text), administers_nation(), administered_organisation(),
    organisation_named(text), sorted_texts(jsonb), issuer_roles_placed(jsonb), issuer_wanted_problem(jsonb),
    issuer_write_parts(bigint, jsonb), issuer_manager(jsonb), issuer_register(jsonb),
    issuer_edit(uuid, text, jsonb), issuer_now(bigint), issuer_problem_status(text)
    to skillsd_service;
