-- Joiners and leavers of a year to 31 March, by organisation; small cells withheld.
-- SPDX-License-Identifier: MIT
with framed as materialized (
    select frame.organisation_id, year.year, year.first_day, year.last_day,
           coalesce(frame.status, year.status) as status,
           coalesce(frame.problem, year.problem) as problem
    from national_frame(null, null, :organisation) as frame
    cross join report_year(:year_ending::int) as year
), asked as materialized (
    select framed.organisation_id, framed.year, framed.first_day, framed.last_day,
           coalesce(framed.status, fault.status) as status,
           coalesce(framed.problem, fault.problem) as problem,
           national_meta('Headcount, after the Home Office''s police workforce statistics. Strength: people posted on '
               'the last day of the year before and of this one, or today while it lasts. Joiners and leavers: people '
               'whose first or last day falls in the year, transfers between forces apart. Rates: leavers, and '
               'voluntary leavers, in percent of the strength at the start. Each measure is a cell of its own; a rate '
               'is given where both its cells are.',
               null, framed.first_day, framed.last_day) as meta
    from framed
    left join national_problem(framed.first_day, 0) as fault on true
), figures as (
    select figure.organisation_id,
           max(figure.people) filter (where figure.measure = 'strength_at_start') as strength_at_start,
           max(figure.people) filter (where figure.measure = 'joiners') as joiners,
           max(figure.people) filter (where figure.measure = 'transfers_in') as transfers_in,
           max(figure.people) filter (where figure.measure = 'leavers') as leavers,
           max(figure.people) filter (where figure.measure = 'voluntary_leavers') as voluntary_leavers,
           max(figure.people) filter (where figure.measure = 'transfers_out') as transfers_out,
           max(figure.people) filter (where figure.measure = 'strength_at_end') as strength_at_end
    from asked
    join national_retention as figure on figure.year_ending = asked.year and figure.worker_type is null
    group by figure.organisation_id
), cells as (
    select organisation.id as organisation,
           organisation.code as organisation_code,
           organisation.name as organisation_name,
           asked.year as year_ending,
           figures.strength_at_start,
           figures.joiners,
           figures.transfers_in,
           figures.leavers,
           figures.voluntary_leavers,
           figures.transfers_out,
           figures.strength_at_end,
           round(100.0 * figures.leavers / figures.strength_at_start, 1) as leaver_rate,
           round(100.0 * figures.voluntary_leavers / figures.strength_at_start, 1) as voluntary_rate,
           (select 'fewer than 10: ' || string_agg(measure.name, ', ' order by measure.ordinal)
            from (
                values (1, 'strength_at_start', figures.strength_at_start),
                       (2, 'joiners', figures.joiners),
                       (3, 'transfers_in', figures.transfers_in),
                       (4, 'leavers', figures.leavers),
                       (5, 'voluntary_leavers', figures.voluntary_leavers),
                       (6, 'transfers_out', figures.transfers_out),
                       (7, 'strength_at_end', figures.strength_at_end)
            ) as measure (ordinal, name, people)
            where measure.people is null) as withheld,
           row_number() over (order by organisation.code) as place
    from asked
    cross join lateral national_organisations(asked.organisation_id, asked.first_day, asked.last_day) as organisation
    left join figures on figures.organisation_id = organisation.organisation_id
    where asked.problem is null
)
select cells.organisation,
       cells.organisation_code,
       cells.organisation_name,
       cells.year_ending,
       cells.strength_at_start,
       cells.joiners,
       cells.transfers_in,
       cells.leavers,
       cells.voluntary_leavers,
       cells.transfers_out,
       cells.strength_at_end,
       cells.leaver_rate,
       cells.voluntary_rate,
       cells.withheld,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       asked.status as _status,
       asked.problem as _problem
from asked
left join cells on true
order by cells.place
