-- SPDX-License-Identifier: MIT
-- Figures that leave an organisation: how they are made, from the very functions of its own reports, and how they are
-- asked for.

create or replace function figures_begin() returns date language sql stable parallel safe
    return make_date(extract(year from london_today() - interval '3 months')::int - 2, 4, 1);
comment on function figures_begin() is
    'The first day for which figures leave an organisation: the year to 31 March that lasts and the two before it are '
    'kept.';

create or replace function figures_year(day date) returns int language sql stable parallel safe
    return extract(year from day - interval '3 months')::int + 1;
comment on function figures_year(date) is 'The year in which the year to 31 March of a day ends.';

create or replace function remake_development(of_organisation bigint, first_day date) returns void
language plpgsql set search_path = skills, pg_temp as $$
declare
    from_month date := date_trunc('month', first_day);
    before_month date := date_trunc('month', london_today()) + interval '1 month';
begin
    delete from national_development as old
    where old.organisation_id = of_organisation and old.month >= from_month;
    insert into national_development (framework_version_id, framework_item_id, organisation_id, month, people,
                                      activities, minutes)
    select cells.framework_version_id, cells.framework_item_id, of_organisation, cells.month, cells.people,
           cells.activities, case when cells.people_with_minutes >= 10 then cells.minutes end
    from development_cells(of_organisation, null, from_month, before_month, null, null, false) as cells
    where cells.people >= 10 and cells.month is not null;
end
$$;
comment on function remake_development(bigint, date) is
    'Counts the figures of CPD of an organisation anew from the month of a day on. For refresh_figures() alone.';

create or replace function remake_coverage(of_organisation bigint, first_day date) returns void
language plpgsql set search_path = skills, pg_temp as $$
declare
    from_month date := date_trunc('month', first_day);
    before_month date := date_trunc('month', london_today()) + interval '1 month';
begin
    delete from national_coverage as old
    where old.organisation_id = of_organisation and old.month >= from_month;
    insert into national_coverage (framework_version_id, framework_item_id, organisation_id, month, basis, level,
                                   people)
    select cells.framework_version_id, cells.framework_item_id, of_organisation, cells.month, cells.basis, cells.level,
           cells.people
    from coverage_cells(of_organisation, null, from_month, before_month, null, null, false) as cells
    where cells.people >= 10;
end
$$;
comment on function remake_coverage(bigint, date) is
    'Counts the figures of levels held in an organisation anew from the month of a day on. For refresh_figures() '
    'alone.';

create or replace function remake_level_changes(of_organisation bigint, first_day date) returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    delete from national_level_changes as old
    where old.organisation_id = of_organisation and old.year_ending >= figures_year(first_day);
    for ending in figures_year(first_day) .. figures_year(london_today())
    loop
        insert into national_level_changes (framework_version_id, framework_item_id, organisation_id, year_ending,
                                            change, people)
        select cells.framework_version_id, cells.framework_item_id, of_organisation, ending, cells.change, cells.people
        from level_change_cells(of_organisation, null, ending, null, null, null, false) as cells
        where cells.people >= 10 and cells.from_level is null and cells.to_level is null;
    end loop;
end
$$;
comment on function remake_level_changes(bigint, date) is
    'Counts the figures of level changes in an organisation anew from the year of a day on. For refresh_figures() '
    'alone.';

create or replace function remake_retention(of_organisation bigint) returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    delete from national_retention as old
    where old.organisation_id = of_organisation;
    for ending in figures_year(figures_begin()) .. figures_year(london_today())
    loop
        insert into national_retention (organisation_id, year_ending, worker_type, measure, people)
        select of_organisation, ending, cells.worker_type, measure.name, measure.people
        from retention_cells(of_organisation, ending, false, true) as cells
        cross join lateral (
            values ('strength_at_start', cells.strength_at_start),
                   ('joiners', cells.joiners),
                   ('transfers_in', cells.transfers_in),
                   ('leavers', cells.leavers),
                   ('voluntary_leavers', cells.voluntary_leavers),
                   ('transfers_out', cells.transfers_out),
                   ('strength_at_end', cells.strength_at_end)
        ) as measure (name, people)
        where measure.people >= 10;
    end loop;
end
$$;
comment on function remake_retention(bigint) is
    'Counts the figures of joiners and leavers of an organisation anew. For refresh_figures() alone.';

create or replace function figures_touched(seen pg_snapshot)
returns table (organisation_id bigint, moved boolean, developed_from date, held_from date)
language sql stable set search_path = skills, pg_temp as $$
    with fact as (
        select 'moved' as kind, posting.person_id, figures_begin() as day
        from posting
        where posting.xid >= pg_snapshot_xmin(seen) and not pg_visible_in_snapshot(posting.xid, seen)
        union all
        select 'moved', retraction.person_id, figures_begin()
        from posting_retraction as retraction
        where retraction.xid >= pg_snapshot_xmin(seen) and not pg_visible_in_snapshot(retraction.xid, seen)
        union all
        select 'developed', other.person_id, other.happened_on
        from activity_version as version
        join activity_version as other on other.activity_id = version.activity_id
        where version.xid >= pg_snapshot_xmin(seen) and not pg_visible_in_snapshot(version.xid, seen)
        union all
        select 'held', assertion.person_id, assertion.valid_from
        from assertion
        where assertion.xid >= pg_snapshot_xmin(seen) and not pg_visible_in_snapshot(assertion.xid, seen)
        union all
        select 'held', withdrawal.person_id, withdrawal.withdrawn_on
        from assertion_withdrawal as withdrawal
        where withdrawal.xid >= pg_snapshot_xmin(seen) and not pg_visible_in_snapshot(withdrawal.xid, seen)
    )
    select place.organisation_id, bool_or(fact.kind = 'moved'),
           min(greatest(fact.day, figures_begin())) filter (where fact.kind in ('moved', 'developed')),
           min(greatest(fact.day, figures_begin())) filter (where fact.kind in ('moved', 'held'))
    from fact
    join (
        select posting.person_id, posting.organisation_id
        from posting
        union all
        select retraction.person_id, retraction.organisation_id
        from posting_retraction as retraction
    ) as place on place.person_id = fact.person_id
    group by place.organisation_id
$$;
comment on function figures_touched(pg_snapshot) is
    'Organisations with facts that a snapshot did not see: whether postings are among them, and from which day on CPD '
    'and levels held are touched (null: not at all; a new version of an activity touches the days of those before it). '
    'For refresh_figures() alone.';

create or replace function refresh_figures() returns void
language plpgsql security definer set search_path = skills, pg_temp
set work_mem = '64MB' set plan_cache_mode = force_custom_plan as $$
declare
    -- Taken before anything is read: what is not yet committed now is looked for again next time.
    sight pg_snapshot := pg_current_snapshot();
    mark figures_mark;
    touched record;
    counted boolean := false;
begin
    perform pg_advisory_xact_lock(hashtext('skills.refresh_figures'));
    select known.one, known.made_at, known.seen into mark from figures_mark as known;
    for touched in
        select found.organisation_id, found.moved, found.developed_from, found.held_from
        from figures_touched(mark.seen) as found
        where (mark.made_at at time zone 'Europe/London')::date = london_today()
        union all
        select organisation.organisation_id, true, figures_begin(), figures_begin()
        from organisation
        where (mark.made_at at time zone 'Europe/London')::date is distinct from london_today()
          and exists (select from posting where posting.organisation_id = organisation.organisation_id)
    loop
        counted := true;
        if touched.moved then
            perform remake_retention(touched.organisation_id);
        end if;
        if touched.developed_from is not null then
            perform remake_development(touched.organisation_id, touched.developed_from);
        end if;
        if touched.held_from is not null then
            perform remake_coverage(touched.organisation_id, touched.held_from);
            perform remake_level_changes(touched.organisation_id, touched.held_from);
        end if;
    end loop;
    if counted or mark.made_at is null then
        update figures_mark set made_at = now(), seen = sight;
    end if;
end
$$;
comment on function refresh_figures() is
    'public: counts the national figures anew where facts have changed since the last time, and all of them on a new '
    'day. Runs as the schema''s owner, because nobody who asks for figures may read the facts; it takes nothing and '
    'gives nothing back.';

create or replace function national_frame(framework text, item text, organisation text)
returns table (framework_version_id bigint, item_id bigint, organisation_id bigint, status int, problem text)
language sql stable parallel safe rows 1 as $$
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
                   when national_frame.framework is not null and placed.framework_version_id is null
                   then 'unknown_framework'
                   when national_frame.item is not null and placed.item_id is null
                   then 'unknown_item'
                   when national_frame.organisation is not null and placed.organisation_id is null
                   then 'unknown_organisation'
               end as problem
    ) as fault on fault.problem is not null
$$;
comment on function national_frame(text, text, text) is
    'What a national report is about: framework version, item of it, organisation, each null if not asked for; or the '
    'problem.';

create or replace function national_organisations(of_organisation bigint, first_day date, last_day date)
returns table (organisation_id bigint, id uuid, code text, name text)
language sql stable parallel safe as $$
    select organisation.organisation_id, organisation.id, organisation.code, organisation.name
    from organisation
    where (of_organisation is null or organisation.organisation_id = of_organisation)
      and organisation.starts_on <= last_day
      and (organisation.ends_before is null or organisation.ends_before > first_day)
$$;
comment on function national_organisations(bigint, date, date) is
    'The organisations, or the one asked for, that existed in a period.';

create or replace function national_problem(first_day date, cells bigint)
returns table (status int, problem text)
language sql stable parallel safe rows 1 as $$
    select 422, fault.problem
    from (
        select case
                   when first_day < figures_begin() then 'period_not_kept'
                   when cells > 100000 then 'grid_too_large'
               end as problem
    ) as fault
    where fault.problem is not null
$$;
comment on function national_problem(date, bigint) is
    'Why a national report of a grid of so many cells cannot be given, if it cannot.';

create or replace function national_meta(definition text, of_version bigint, first_day date, last_day date)
returns jsonb language sql stable parallel safe as $$
    select report_meta(definition, null, of_version, first_day, last_day) || jsonb_build_object(
        'policy', 'Below ten, zero too, a cell is withheld.',
        'as_of', least(last_day, coalesce((mark.made_at at time zone 'Europe/London')::date, london_today())),
        'known_at', to_char(mark.made_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
    from figures_mark as mark
$$;
comment on function national_meta(text, bigint, date, date) is
    'What a national report says about itself, the policy printed with it; known at is when the figures were last '
    'counted, null if never.';

revoke execute on function figures_begin(), figures_year(date), remake_development(bigint, date),
    remake_coverage(bigint, date), remake_level_changes(bigint, date), remake_retention(bigint),
    figures_touched(pg_snapshot), refresh_figures(), national_frame(text, text, text),
    national_organisations(bigint, date, date), national_problem(date, bigint), national_meta(text, bigint, date, date)
    from public;
grant execute on function figures_begin(), refresh_figures(), national_frame(text, text, text),
    national_organisations(bigint, date, date), national_problem(date, bigint), national_meta(text, bigint, date, date)
    to skillsd_service;
