-- SPDX-License-Identifier: MIT
-- Service: since when and how long people serve, how many on a day, and their stays. As 70_reports.sql has it, every
-- cell is counted and none is summed. A stay is the time that somebody serves an organisation without a break,
-- whatever postings it is made of: who comes back after a day without one begins another.

create or replace function service_began(of_organisation bigint, day date, edition text)
returns table (person_id bigint, began date)
language plpgsql stable security definer set search_path = skills, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
    given record;
begin
    select bounds.xmin, bounds.xmax, bounds.running into given from edition_bounds(edition) as bounds;
    return query
    with recursive lineage (organisation_id) as (
        select of_organisation
        where of_organisation = app_organisation()
        union
        select succession.predecessor_id
        from lineage
        join organisation_succession as succession on succession.successor_id = lineage.organisation_id
        where succession.happened_on <= day
          and in_edition(succession.known_from, given.xmin, given.xmax, given.running)
    ), known as materialized (
        select posting.person_id, posting.posting_id, posting.organisation_id, posting.starts_on, posting.ends_before
        from posting_version as posting
        where posting.organisation_id in (select lineage.organisation_id from lineage)
          and posting.starts_on <= day
          and version_known(posting.known_from, posting.known_before, given.xmin, given.xmax, given.running)
    ), served as (
        select known.person_id, known.starts_on,
               known.starts_on > max(coalesce(known.ends_before, 'infinity')) over (
                   partition by known.person_id
                   order by known.starts_on, known.posting_id
                   rows between unbounded preceding and 1 preceding
               ) as again
        from known
        where known.person_id in (
              select present.person_id
              from known as present
              where present.organisation_id = of_organisation
                and (present.ends_before is null or present.ends_before > day))
    )
    select served.person_id,
           coalesce(max(served.starts_on) filter (where served.again), min(served.starts_on))
    from served
    group by served.person_id;
end
$$;
comment on function service_began(bigint, date, text) is
    'public: since when those posted on a day to the organisation that the request reads have served there without a '
    'break, the time in organisations that it took over from included: all of their time there, even where the '
    'organisation took over but one unit and they were posted to others; as known in an edition of the ledger (null: '
    'as now). Runs as its owner, because their postings before a merger are seen by the predecessor alone; it gives '
    'days of people whom the caller counts, and of no other organisation.';

create or replace function service_band_on(began date, day date) returns text
language sql stable parallel safe as $$
    select band.code
    from service_band as band
    where code_valid_on(band.valid_from, band.valid_before, day)
      and began + make_interval(years => band.from_years) <= day
      and (band.before_years is null or began + make_interval(years => band.before_years) > day)
$$;
comment on function service_band_on(date, date) is 'The band of a length of service, from its first day to a day.';

create or replace function strength_cells(of_organisation bigint, day date, edition text, top_unit bigint,
    units bigint[], worker_type text, rank text, role_profile bigint, by text)
returns table (unit_id bigint, worker_type text, rank text, role_profile_id bigint, service_band text,
    headcount bigint, fte numeric)
language sql stable parallel safe as $$
    with posted as (
        select place.person_id, rows.row_unit_id, place.fte, cell.worker_type, cell.rank, cell.role_profile_id,
               cell.service_band
        from people_on(of_organisation, day, edition, units, strength_cells.worker_type, strength_cells.rank,
                 role_profile) as place
        left join (
            select served.person_id, served.began
            from service_began(of_organisation, day, edition) as served
            where by = 'service_band'
        ) as service on service.person_id = place.person_id
        join unit_rows(of_organisation, top_unit, by = 'unit', strength_cells.edition) as rows
            on rows.unit_id = coalesce(place.unit_id, 0)
        cross join lateral (
            select null as worker_type, null as rank, null::bigint as role_profile_id, null as service_band
            union all
            select place.worker_type, null, null, null
            where by = 'worker_type'
            union all
            select null, coalesce(place.rank, 'none'), null, null
            where by = 'rank'
            union all
            select null, null, coalesce(place.role_profile_id, 0), null
            where by = 'role'
            union all
            select null, null, null, service_band_on(service.began, day)
            where by = 'service_band'
        ) as cell
        union all
        select null, coalesce(top_unit, 0), 0, null, null, null, null
    )
    select nullif(posted.row_unit_id, 0), posted.worker_type, posted.rank, posted.role_profile_id,
           posted.service_band, count(posted.person_id), sum(posted.fte)
    from posted
    group by posted.row_unit_id, posted.worker_type, posted.rank, posted.role_profile_id, posted.service_band
$$;
comment on function strength_cells(bigint, date, text, bigint, bigint[], text, text, bigint, text) is
    'Headcount and full-time equivalents of an organisation on a day, as known in an edition (null: as now), of those '
    'that report_cut() narrows to: as a whole and, as asked for, by unit, worker type, rank, role profile or length of '
    'service. People without a rank are a row of the rank none, those without a role profile one of the number 0. The '
    'whole has its row also when nobody is in it.';

create or replace function postings_counted(of_organisation bigint, edition text) returns setof counted_posting
language sql stable parallel safe rows 50000 as $$
    select ours.*
    from postings_known(of_organisation, edition) as ours
    union all
    select every.*
    from counted_posting as every
    where of_organisation = 0
$$;
comment on function postings_counted(bigint, text) is
    'postings_known() of an organisation, or of any (0) as they are now.';

create or replace function stay_postings(of_organisation bigint, edition text, from_day date, until_day date)
returns table (person_id bigint, posting_id bigint, unit_id bigint, worker_type text, rank text,
    role_profile_id bigint, fte numeric, starts_on date, ends_before date, joiner_type text, entry_route text,
    leaver_type text, begins boolean, ends boolean, stay_began date)
language sql stable parallel safe rows 50000 as $$
    select known.person_id, known.posting_id, known.unit_id, known.worker_type, known.rank, known.role_profile_id,
           known.fte, known.starts_on, known.ends_before, known.joiner_type, known.entry_route, known.leaver_type,
           known.begins,
           -- Before the stay that follows nobody served longer than to the end of this one.
           coalesce(known.ends_before = coalesce(min(known.served_before) filter (where known.begins) over later,
                                                 max(coalesce(known.ends_before, 'infinity')) over person), false),
           max(known.starts_on) filter (where known.begins) over career
    from (
        select posting.person_id, posting.posting_id, posting.unit_id, posting.worker_type, posting.rank,
               posting.role_profile_id, posting.fte, posting.starts_on, posting.ends_before, posting.joiner_type,
               posting.entry_route, posting.leaver_type,
               max(coalesce(posting.ends_before, 'infinity')) over earlier as served_before,
               coalesce(posting.starts_on > max(coalesce(posting.ends_before, 'infinity')) over earlier, true) as begins
        from postings_counted(of_organisation, edition) as posting
        where from_day is null
           or posting.person_id in (
               select moved.person_id
               from postings_counted(of_organisation, edition) as moved
               where moved.starts_on between from_day and until_day
                  or moved.ends_before - 1 between from_day and until_day)
        window earlier as (partition by posting.person_id order by posting.starts_on, posting.posting_id
                           rows between unbounded preceding and 1 preceding)
    ) as known
    window person as (partition by known.person_id),
           career as (partition by known.person_id order by known.starts_on, known.posting_id),
           later as (partition by known.person_id order by known.starts_on, known.posting_id
                     rows between 1 following and unbounded following)
$$;
comment on function stay_postings(bigint, text, date, date) is
    'The postings to an organisation (0: to any, as known now) that figures count, of all people or of those of whom '
    'one begins or ends in a period, with the first day of the stay that each belongs to: whether the stay begins with '
    'it, and whether it ends with it, no posting there covering the day after its last. Postings of several '
    'organisations overlap, on loan.';

create or replace function service_reach(of_organisation bigint, edition text)
returns table (posting_id bigint, began date, joined boolean)
language plpgsql stable security definer set search_path = skills, pg_temp rows 50000 as $$
declare
    given record;
begin
    select bounds.xmin, bounds.xmax, bounds.running into given from edition_bounds(edition) as bounds;
    if of_organisation is distinct from app_organisation()
       or not exists (
           select
           from organisation_succession as succession
           where succession.successor_id = of_organisation and succession.happened_on <= london_today()
             and in_edition(succession.known_from, given.xmin, given.xmax, given.running)) then
        return;
    end if;
    return query
    with recursive lineage (organisation_id) as (
        select of_organisation
        union
        select succession.predecessor_id
        from lineage
        join organisation_succession as succession on succession.successor_id = lineage.organisation_id
        where succession.happened_on <= london_today()
          and in_edition(succession.known_from, given.xmin, given.xmax, given.running)
    ), served as (
        select posting.posting_id, posting.person_id, posting.organisation_id, posting.starts_on,
               posting.joiner_type is not null as joined,
               coalesce(posting.starts_on > max(coalesce(posting.ends_before, 'infinity')) over (
                            partition by posting.person_id
                            order by posting.starts_on, posting.posting_id
                            rows between unbounded preceding and 1 preceding), true) as begins
        from lineage
        cross join lateral postings_known(lineage.organisation_id, service_reach.edition) as posting
        where posting.person_id in (
            select ours.person_id from postings_known(of_organisation, service_reach.edition) as ours)
    ), numbered as (
        select served.posting_id, served.person_id, served.organisation_id, served.starts_on, served.joined,
               count(*) filter (where served.begins) over (
                   partition by served.person_id order by served.starts_on, served.posting_id) as stay
        from served
    ), reached as (
        select numbered.posting_id, numbered.organisation_id, first_value(numbered.starts_on) over stay as began,
               first_value(numbered.joined) over stay as joined
        from numbered
        window stay as (partition by numbered.person_id, numbered.stay order by numbered.starts_on, numbered.posting_id)
    )
    select reached.posting_id, reached.began, reached.joined
    from reached
    where reached.organisation_id = of_organisation;
end
$$;
comment on function service_reach(bigint, text) is
    'public: of the postings to the organisation that the request reads, since when the people have served there '
    'without a break, the time in organisations that it took over from included, and whether they joined then; '
    'nothing for one that took over from none. Runs as its owner, for the same reason as service_began(), and gives '
    'as little.';

grant execute on function service_began(bigint, date, text), service_reach(bigint, text), service_band_on(date, date),
    strength_cells(bigint, date, text, bigint, bigint[], text, text, bigint, text),
    postings_counted(bigint, text), stay_postings(bigint, text, date, date)
    to skillsd_service;
