-- SPDX-License-Identifier: MIT
-- Figures that leave an organisation: how they are made, from the very functions of its own reports, and how they are asked for.

create or replace function figures_begin() returns date language sql stable parallel safe
    return make_date(extract(year from london_today() - interval '3 months')::int - 4, 4, 1);
comment on function figures_begin() is
    'The first day for which figures leave an organisation: the year to 31 March that lasts and the four before it are kept.';

create or replace function figures_year(day date) returns int language sql immutable parallel safe
    return extract(year from day - interval '3 months')::int + 1;
comment on function figures_year(date) is 'The year in which the year to 31 March of a day ends.';

create or replace function remake_development(organisations bigint[]) returns void language sql set search_path = skills, pg_temp as $$
    delete from national_development
    where organisation_id = any (organisations);
    insert into national_development (framework_version_id, framework_item_id, organisation_id, month, people, activities, minutes)
    select cells.framework_version_id, cells.framework_item_id, named.organisation_id, cells.month, cells.people, cells.activities,
           case when cells.people_with_minutes >= 10 then cells.minutes end
    from unnest(organisations) as named (organisation_id)
    cross join lateral development_cells(named.organisation_id, null, figures_begin(),
        (date_trunc('month', london_today()) + interval '1 month')::date, null, null, false) as cells
    where cells.people >= 10 and cells.month is not null
$$;
comment on function remake_development(bigint[]) is 'Counts the figures of CPD of organisations anew. For refresh_figures() alone.';

create or replace function remake_coverage(organisations bigint[]) returns void language sql set search_path = skills, pg_temp as $$
    delete from national_coverage
    where organisation_id = any (organisations);
    insert into national_coverage (framework_version_id, framework_item_id, organisation_id, month, basis, level, people)
    select cells.framework_version_id, cells.framework_item_id, named.organisation_id, cells.month, cells.basis, cells.level, cells.people
    from unnest(organisations) as named (organisation_id)
    cross join lateral coverage_cells(named.organisation_id, null, figures_begin(),
        (date_trunc('month', london_today()) + interval '1 month')::date, null, null, false) as cells
    where cells.people >= 10;
    delete from national_level_changes
    where organisation_id = any (organisations);
    insert into national_level_changes (framework_version_id, framework_item_id, organisation_id, year_ending, change, people)
    select cells.framework_version_id, cells.framework_item_id, named.organisation_id, year.ending, cells.change, cells.people
    from unnest(organisations) as named (organisation_id)
    cross join generate_series(figures_year(figures_begin()), figures_year(london_today())) as year (ending)
    cross join lateral level_change_cells(named.organisation_id, null, year.ending, null, null, null, false) as cells
    where cells.people >= 10 and cells.from_level is null and cells.to_level is null
$$;
comment on function remake_coverage(bigint[]) is 'Counts the figures of levels held of organisations anew. For refresh_figures() alone.';

create or replace function remake_retention(organisations bigint[]) returns void language sql set search_path = skills, pg_temp as $$
    delete from national_retention
    where organisation_id = any (organisations);
    insert into national_retention (organisation_id, year_ending, worker_type, measure, people)
    select named.organisation_id, year.ending, cells.worker_type, measure.name, measure.people
    from unnest(organisations) as named (organisation_id)
    cross join generate_series(figures_year(figures_begin()), figures_year(london_today())) as year (ending)
    cross join lateral retention_cells(named.organisation_id, year.ending, false, true) as cells
    cross join lateral (
        values ('strength_at_start', cells.strength_at_start),
               ('joiners', cells.joiners),
               ('transfers_in', cells.transfers_in),
               ('leavers', cells.leavers),
               ('voluntary_leavers', cells.voluntary_leavers),
               ('transfers_out', cells.transfers_out),
               ('strength_at_end', cells.strength_at_end)
    ) as measure (name, people)
    where measure.people >= 10
$$;
comment on function remake_retention(bigint[]) is 'Counts the figures of joiners and leavers of organisations anew. For refresh_figures() alone.';

create or replace function organisations_of(people bigint[]) returns bigint[] language sql stable set search_path = skills, pg_temp as $$
    select coalesce(array_agg(distinct posting.organisation_id), '{}')
    from posting
    where posting.person_id = any (people)
$$;
comment on function organisations_of(bigint[]) is 'Every organisation that these people are or were posted to. For refresh_figures() alone.';

create or replace function refresh_figures() returns void
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    -- Taken before anything is read: what a transaction that still runs writes is looked for again next time.
    horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
    mark figures_mark;
    moved bigint[];
    active bigint[];
    assessed bigint[];
begin
    perform pg_advisory_xact_lock(hashtext('skills.refresh_figures'));
    select seen.one, seen.made_at, seen.seen into mark from figures_mark as seen;
    if mark.made_at is null or (mark.made_at at time zone 'Europe/London')::date <> london_today() then
        select coalesce(array_agg(organisation.organisation_id), '{}') into moved from organisation;
        active := moved;
        assessed := moved;
    else
        moved := organisations_of(array(
            select posting.person_id from posting where posting.xid >= mark.seen and posting.xid < horizon));
        active := moved || organisations_of(array(
            select version.person_id from activity_version as version where version.xid >= mark.seen and version.xid < horizon));
        assessed := moved || organisations_of(array(
            select assertion.person_id from assertion where assertion.xid >= mark.seen and assertion.xid < horizon
            union all
            select withdrawal.person_id
            from assertion_withdrawal as withdrawal
            where withdrawal.xid >= mark.seen and withdrawal.xid < horizon));
    end if;
    if active = '{}' and assessed = '{}' then
        return;
    end if;
    perform remake_development(array(select distinct unnest(active)));
    perform remake_coverage(array(select distinct unnest(assessed)));
    perform remake_retention(moved);
    update figures_mark set made_at = now(), seen = horizon;
end
$$;
comment on function refresh_figures() is
    'public: counts the national figures anew for the organisations whose facts have changed since the last time, for all of them on a new day. Runs as '
    'the schema''s owner, because nobody who asks for figures may read the facts; it takes nothing and gives nothing back.';

create or replace function national_frame(framework text, item text, organisation text)
returns table (framework_version_id bigint, item_id bigint, organisation_id bigint, status int, problem text)
language sql stable parallel safe as $$
    with found as (
        select framework_version_named(national_frame.framework) as framework_version_id, (
                   select named.organisation_id
                   from organisation as named
                   where named.id::text = lower(national_frame.organisation) or named.code = national_frame.organisation
               ) as organisation_id
    ), placed as (
        select found.framework_version_id, wanted.framework_item_id as item_id, found.organisation_id
        from found
        left join framework_item as wanted
            on wanted.id = national_frame.item::uuid and wanted.framework_version_id = found.framework_version_id
    )
    select placed.framework_version_id, placed.item_id, placed.organisation_id, fault.status, fault.problem
    from placed
    left join lateral (
        select 404 as status,
               case
                   when national_frame.framework is not null and placed.framework_version_id is null then 'unknown_framework'
                   when national_frame.item is not null and placed.item_id is null then 'unknown_item'
                   when national_frame.organisation is not null and placed.organisation_id is null then 'unknown_organisation'
               end as problem
    ) as fault on fault.problem is not null
$$;
comment on function national_frame(text, text, text) is
    'What a national report is about: framework version, item of it, organisation, each null if not asked for; or the problem.';

create or replace function national_organisations(of_organisation bigint, first_day date, last_day date)
returns table (organisation_id bigint, id uuid, code text, name text)
language sql stable parallel safe as $$
    select organisation.organisation_id, organisation.id, organisation.code, organisation.name
    from organisation
    where (of_organisation is null or organisation.organisation_id = of_organisation)
      and organisation.starts_on <= last_day
      and (organisation.ends_before is null or organisation.ends_before > first_day)
$$;
comment on function national_organisations(bigint, date, date) is 'The organisations, or the one asked for, that existed in a period.';

create or replace function national_problem(first_day date, cells bigint)
returns table (status int, problem text)
language sql stable parallel safe as $$
    select 422, fault.problem
    from (
        select case
                   when first_day < figures_begin() then 'period_not_kept'
                   when cells > 100000 then 'grid_too_large'
               end as problem
    ) as fault
    where fault.problem is not null
$$;
comment on function national_problem(date, bigint) is 'Why a national report of a grid of so many cells cannot be given, if it cannot.';

create or replace function national_meta(definition text, of_version bigint, first_day date, last_day date)
returns jsonb language sql stable parallel safe as $$
    select report_meta(definition, null, of_version, first_day, last_day) || jsonb_build_object(
        'policy', 'Below ten, zero too, a cell is withheld.',
        'as_of', least(last_day, coalesce((mark.made_at at time zone 'Europe/London')::date, london_today())),
        'known_at', to_char(mark.made_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
    from figures_mark as mark
$$;
comment on function national_meta(text, bigint, date, date) is
    'What a national report says about itself, the policy printed with it; known at is when the figures were last counted, null if never.';

revoke execute on function figures_begin(), figures_year(date), remake_development(bigint[]), remake_coverage(bigint[]),
    remake_retention(bigint[]), organisations_of(bigint[]), refresh_figures(), national_frame(text, text, text),
    national_organisations(bigint, date, date), national_problem(date, bigint), national_meta(text, bigint, date, date)
    from public;
grant execute on function figures_begin(), figures_year(date), refresh_figures(), national_frame(text, text, text),
    national_organisations(bigint, date, date), national_problem(date, bigint), national_meta(text, bigint, date, date)
    to skillsd_service;
