-- SPDX-License-Identifier: MIT
-- Specialists: who is willing to be found by what they know, and who finds them. What the person says is the person's
-- own (specialist_listing); nobody else reads it. Who has specialists:read, for an organisation or the nation, gets
-- what was consented to through one function of this file, for no policy lets a national scope read a row that names a
-- person.

alter table specialist_listing enable row level security;
create policy own_listing on specialist_listing for select to skillsd_service using (person_id = app_person());
create policy own_statement on specialist_listing for insert to skillsd_service
    with check (person_id = (select app_person()) and (select has_scope('record:write')));
grant select, insert on specialist_listing to skillsd_service;

create or replace view specialist_listing_today with (security_invoker) as
select distinct on (said.person_id)
       said.specialist_listing_id, said.person_id, said.reach, said.starts_on
from specialist_listing as said
where said.starts_on <= london_today()
order by said.person_id, said.specialist_listing_id desc;
comment on view specialist_listing_today is
    'Who may find a person today: what was said last of what has begun. Who has said nothing is not in it.';
grant select on specialist_listing_today to skillsd_service;

create or replace function specialist_listing_told(whose bigint)
returns table (reach text, since date, next_reach text, next_on date, statements jsonb)
language sql volatile rows 1 as $$
    select coalesce(today.reach, 'none'), today.starts_on, following.reach, following.starts_on,
           coalesce((
               select jsonb_agg(jsonb_build_object('id', said.id, 'reach', said.reach, 'starts_on', said.starts_on,
                                                   'said_at', said.recorded_at)
                                order by said.specialist_listing_id desc)
               from specialist_listing as said
               where said.person_id = whose), '[]')
    from (select) as asked
    left join specialist_listing_today as today on today.person_id = whose
    left join lateral (
        select said.reach, said.starts_on
        from specialist_listing as said
        where said.person_id = whose
          and said.starts_on > london_today()
          and said.specialist_listing_id > coalesce(today.specialist_listing_id, 0)
        order by said.starts_on, said.specialist_listing_id desc
        limit 1
    ) as following on true
$$;
comment on function specialist_listing_told(bigint) is
    'What a person has said about being found: what holds today, what will next, and all of it, latest first. '
    'Volatile, so that the statement that has recorded something sees it.';

create or replace function specialist_units(unit uuid, edition text) returns bigint[]
language plpgsql stable security definer set search_path = skills, pg_temp as $$
begin
    return (
        select array_agg(below.unit_id)
        from unit as place
        cross join lateral unit_rows(place.organisation_id, place.unit_id, false, specialist_units.edition) as below
        where place.id = specialist_units.unit
          and not place.sensitive
          and (has_national_scope('specialists:read')
               or (has_organisation_scope('specialists:read') and place.organisation_id = app_acting())));
end
$$;
comment on function specialist_units(uuid, text) is
    'public: a unit, with all below it as known in an edition of the ledger (null: as now), of an organisation in '
    'which a caller with specialists:read finds people; null for none. Runs as its owner, because the nation''s reader '
    'reads no units; a sensitive unit is none, for nobody in it is found.';

create or replace function specialists_listed(day date, xmin bigint, xmax bigint, running bigint[], organisation text,
    region text, units bigint[], worker_type text, rank text, role_profile bigint)
returns table (person_id bigint, organisation_id bigint, unit_id bigint, worker_type text, rank text, grade text,
    role_profile_id bigint)
language sql stable rows 1000 as $$
    select distinct on (posting.person_id)
           posting.person_id, posting.organisation_id, posting.unit_id, posting.worker_type, posting.rank,
           posting.grade, posting.role_profile_id
    from specialist_listing_today as listing
    join posting_version as posting on posting.person_id = listing.person_id
    join organisation as place on place.organisation_id = posting.organisation_id
    where ((listing.reach = 'service' and has_national_scope('specialists:read'))
           or (listing.reach in ('organisation', 'service') and has_organisation_scope('specialists:read')
               and posting.organisation_id = app_acting()))
      and version_known(posting.known_from, posting.known_before, specialists_listed.xmin, specialists_listed.xmax,
              specialists_listed.running)
      and posting.starts_on <= specialists_listed.day
      and (posting.ends_before is null or posting.ends_before > specialists_listed.day)
      and not posting.withheld
      and not exists (
          select
          from posting as covert
          where covert.person_id = listing.person_id and covert.withheld)
      and (specialists_listed.organisation is null
           or place.code = specialists_listed.organisation
           or place.id::text = lower(specialists_listed.organisation))
      and (specialists_listed.region is null or place.region = specialists_listed.region)
      and (units is null or posting.unit_id = any (units))
      and (specialists_listed.worker_type is null or posting.worker_type = specialists_listed.worker_type)
      and (specialists_listed.rank is null or posting.rank = specialists_listed.rank)
      and (specialists_listed.role_profile is null or posting.role_profile_id = specialists_listed.role_profile)
    order by posting.person_id, posting.counts desc, posting.secondment desc, posting.starts_on desc,
             posting.posting_id desc
$$;
comment on function specialists_listed(date, bigint, bigint, bigint[], text, text, bigint[], text, text, bigint) is
    'The people whom the caller may find today, by their own word and the caller''s scope, with the posting that said '
    'where they were on a day, as known in an edition of these bounds (null: as now): nobody who is withheld anywhere. '
    'For specialists_found() alone, which runs as its owner.';

create or replace function specialists_found(framework text, item uuid, at_least int, of_basis text, day date,
    edition text, organisation text, region text, units bigint[], of_worker_type text, of_rank text, of_role bigint,
    after jsonb, most bigint)
returns table (person_id bigint, id uuid, given_name text, family_name text, email text, organisation_code text,
    organisation_name text, place_region text, unit_name text, worker_type text, rank text, grade text,
    role_profile_title text, held_item uuid, held_framework text, code text, title text, level smallint,
    level_title text, basis text, since date)
language plpgsql stable security definer rows 50 set search_path = skills, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
    given record;
begin
    select bounds.xmin, bounds.xmax, bounds.running into given
    from edition_bounds(specialists_found.edition) as bounds;
    return query
    with wanted as materialized (
        select named.framework_item_id
        from item_named as named
        where (specialists_found.framework is null
               or of_framework(named.framework, named.version_id, specialists_found.framework))
          and (specialists_found.item is null
               or named.framework_item_id in (select items_within(specialists_found.item)))
    ), listed as materialized (
        select place.person_id, place.organisation_id, place.unit_id, place.worker_type, place.rank, place.grade,
               place.role_profile_id
        from specialists_listed(specialists_found.day, given.xmin, given.xmax, given.running,
            specialists_found.organisation, specialists_found.region, units, of_worker_type, of_rank, of_role)
            as place
    ), holding as (
        select distinct on (held.person_id, held.framework_item_id, held.basis)
               held.person_id, held.framework_item_id, held.basis, held.level, held.valid_from
        from listed
        join assertions_known(given.xmin, given.xmax, given.running) as held on held.person_id = listed.person_id
        where held.framework_item_id in (select wanted.framework_item_id from wanted)
          and (of_basis is null or held.basis = of_basis)
          and held.valid_from <= specialists_found.day
          and (held.holds_before is null or held.holds_before > specialists_found.day)
        order by held.person_id, held.framework_item_id, held.basis, held.valid_from desc, held.assertion_id desc
    )
    select person.person_id, person.id, person.given_name, person.family_name, person.email, place.code, place.name,
           place.region, unit.name, listed.worker_type, listed.rank, listed.grade, profile.title, named.id,
           named.framework, named.code, named.title, holding.level, step.title, holding.basis, holding.valid_from
    from holding
    join listed on listed.person_id = holding.person_id
    join person on person.person_id = holding.person_id
    join organisation as place on place.organisation_id = listed.organisation_id
    join item_named as named on named.framework_item_id = holding.framework_item_id
    left join unit on unit.unit_id = listed.unit_id
    left join role_profile as profile on profile.role_profile_id = listed.role_profile_id
    left join level as step on step.level_scale_id = named.level_scale_id and step.level = holding.level
    where (at_least is null or holding.level >= at_least)
      and (after is null
           or (-coalesce(holding.level, 0), person.family_name, person.given_name, person.id, named.id, holding.basis)
              > ((after ->> 0)::int, after ->> 1, after ->> 2, (after ->> 3)::uuid, (after ->> 4)::uuid, after ->> 5))
    order by coalesce(holding.level, 0) desc, person.family_name, person.given_name, person.id, named.id,
             holding.basis
    limit most;
end
$$;
comment on function specialists_found(text, uuid, int, text, date, text, text, text, bigint[], text, text, bigint,
    jsonb, bigint) is
    'public: the people who are willing to be found by a caller with specialists:read, for the organisation that the '
    'request acts for or for the nation, with what they hold on a day of a framework or item, as known in an edition '
    'of the ledger (null: as now), and of themselves what they consented to. Runs as its owner, because the caller '
    'reads nobody''s record: it gives only people who said so by their last word, nobody who is withheld in any '
    'organisation, and no text that anybody wrote.';

grant execute on function specialist_listing_told(bigint), specialist_units(uuid, text),
    specialists_found(text, uuid, int, text, date, text, text, text, bigint[], text, text, bigint, jsonb, bigint)
    to skillsd_service;

comment on constraint specialist_listing_key on specialist_listing is
    ' listing_exists: There is such a statement already.';
comment on constraint specialist_listing_id_unique on specialist_listing is
    ' listing_exists: There is such a statement already.';
comment on constraint specialist_listing_person_id_fkey on specialist_listing is
    ' person_not_found: There is no such person.';
comment on constraint specialist_listing_recorded_by_fkey on specialist_listing is
    ' account_not_found: There is no such account.';
comment on constraint specialist_listing_reach_known on specialist_listing is
    '/reach reach_not_known: The reach must be none, organisation or service.';
comment on constraint specialist_listing_starts_range on specialist_listing is
    '/starts_on day_out_of_range: The day must be between 1 January 1950 and 31 December 2199.';
