-- SPDX-License-Identifier: MIT
-- Figures of the workforce: strength, length of service, joiners and leavers. As 70_reports.sql has it, every cell is
-- counted and none is summed.

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
    'organisation took over but one unit and they were posted to others; as known in an edition of the ledger (null: as '
    'now). Runs as its owner, because their postings before a merger are seen by the predecessor alone; it gives days of '
    'people whom the caller counts, and of no other organisation.';

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
        join unit_rows(of_organisation, top_unit, by = 'unit') as rows on rows.unit_id = coalesce(place.unit_id, 0)
        cross join lateral (
            select null as worker_type, null as rank, null::bigint as role_profile_id, null as service_band
            union all
            select place.worker_type, null, null, null
            where by = 'worker_type'
            union all
            select null, place.rank, null, null
            where by = 'rank' and place.rank is not null
            union all
            select null, null, place.role_profile_id, null
            where by = 'role' and place.role_profile_id is not null
            union all
            select null, null, null, service_band_on(service.began, day)
            where by = 'service_band'
        ) as cell
    )
    select nullif(posted.row_unit_id, 0), posted.worker_type, posted.rank, posted.role_profile_id,
           posted.service_band, count(*), sum(posted.fte)
    from posted
    group by posted.row_unit_id, posted.worker_type, posted.rank, posted.role_profile_id, posted.service_band
$$;
comment on function strength_cells(bigint, date, text, bigint, bigint[], text, text, bigint, text) is
    'Headcount and full-time equivalents of an organisation on a day, as known in an edition (null: as now), of those '
    'that report_cut() narrows to: as a whole and, as asked for, by unit, worker type, rank, role profile or length of '
    'service. People without a rank or a role profile are in the whole alone.';

create or replace function retention_cells(of_organisation bigint, year_ending int, by_unit boolean,
    by_worker_type boolean)
returns table (unit_id bigint, worker_type text, strength_at_start bigint, joiners bigint, transfers_in bigint,
    leavers bigint, voluntary_leavers bigint, transfers_out bigint, strength_at_end bigint,
    strength_at_start_fte numeric,
    joiners_fte numeric, transfers_in_fte numeric, leavers_fte numeric, voluntary_leavers_fte numeric,
    transfers_out_fte numeric, strength_at_end_fte numeric)
language sql stable parallel safe as $$
    with year as (
        select year.first_day, least(year.last_day, london_today()) as last_day
        from report_year(year_ending) as year
    ), counted as (
        -- Who joins or leaves twice in the year counts once, with the full-time equivalent of the last time.
        select distinct on (posting.person_id, rows.row_unit_id, worker.type, measure.name)
               posting.person_id, rows.row_unit_id, worker.type as worker_type, measure.name, posting.fte
        from year
        join counted_posting as posting on posting.organisation_id = of_organisation
        left join joiner_type as joiner on joiner.code = posting.joiner_type
        left join leaver_type as leaver on leaver.code = posting.leaver_type
        cross join lateral (
            select posting.starts_on between year.first_day and year.last_day as begins,
                   posting.ends_before - 1 between year.first_day and year.last_day as ends
        ) as falls
        cross join lateral (
            values ('strength_at_start',
                    posting.starts_on < year.first_day and coalesce(posting.ends_before >= year.first_day, true)),
                   ('joiners', falls.begins and not joiner.transfer),
                   ('transfers_in', falls.begins and joiner.transfer),
                   ('leavers', falls.ends and not leaver.transfer),
                   ('voluntary_leavers', falls.ends and leaver.voluntary),
                   ('transfers_out', falls.ends and leaver.transfer),
                   ('strength_at_end',
                    posting.starts_on <= year.last_day and coalesce(posting.ends_before > year.last_day, true))
        ) as measure (name, holds)
        join unit_rows(of_organisation, null, by_unit) as rows on rows.unit_id = coalesce(posting.unit_id, 0)
        join lateral (values (null), (posting.worker_type)) as worker (type) on by_worker_type or worker.type is null
        where measure.holds
        order by posting.person_id, rows.row_unit_id, worker.type, measure.name, posting.starts_on desc
    )
    select nullif(row_unit_id, 0), worker_type,
           count(*) filter (where name = 'strength_at_start'),
           count(*) filter (where name = 'joiners'),
           count(*) filter (where name = 'transfers_in'),
           count(*) filter (where name = 'leavers'),
           count(*) filter (where name = 'voluntary_leavers'),
           count(*) filter (where name = 'transfers_out'),
           count(*) filter (where name = 'strength_at_end'),
           coalesce(sum(fte) filter (where name = 'strength_at_start'), 0),
           coalesce(sum(fte) filter (where name = 'joiners'), 0),
           coalesce(sum(fte) filter (where name = 'transfers_in'), 0),
           coalesce(sum(fte) filter (where name = 'leavers'), 0),
           coalesce(sum(fte) filter (where name = 'voluntary_leavers'), 0),
           coalesce(sum(fte) filter (where name = 'transfers_out'), 0),
           coalesce(sum(fte) filter (where name = 'strength_at_end'), 0)
    from counted
    group by row_unit_id, worker_type
$$;
comment on function retention_cells(bigint, int, boolean, boolean) is
    'Headcount and full-time equivalents of a year to 31 March, to today while it lasts, after the Home '
    'Office''s workforce statistics: '
    'strength on the last day before it and on its last day, joiners by the first day of a posting with a joiner '
    'type, leavers by the last day of one with a leaver type, transfers apart.';

revoke execute on function retention_cells(bigint, int, boolean, boolean), service_began(bigint, date, text),
    service_band_on(date, date), strength_cells(bigint, date, text, bigint, bigint[], text, text, bigint, text)
    from public;
grant execute on function retention_cells(bigint, int, boolean, boolean), service_began(bigint, date, text),
    service_band_on(date, date), strength_cells(bigint, date, text, bigint, bigint[], text, text, bigint, text)
    to skillsd_service;
