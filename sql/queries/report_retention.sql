-- Joiners, leavers and leaver rate of the acting organisation in a year to 31 March, by unit or worker type.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, year.year,
           coalesce(frame.status, year.status) as status,
           coalesce(frame.problem, year.problem) as problem,
           report_meta('Headcount, after the Home Office''s police workforce statistics. Strength: people posted on '
               'the last day of the year before and of this one, or today while it lasts. Joiners and leavers: people '
               'whose first or last day falls in the year, transfers between forces apart. Rates: leavers, and '
               'voluntary leavers, in percent of the strength at the start. A leaver''s unit, and full-time '
               'equivalent, is that of the posting that ended.',
               frame.organisation_id, null, year.first_day, year.last_day) as meta
    from report_frame(null, null, null) as frame
    cross join report_year(:year_ending::int) as year
), cells as (
    select organisation.code as organisation_code,
           organisation.name as organisation_name,
           unit.id as unit,
           unit.code as unit_code,
           unit.name as unit_name,
           cell.worker_type,
           asked.year as year_ending,
           cell.strength_at_start,
           cell.joiners,
           cell.transfers_in,
           cell.leavers,
           cell.voluntary_leavers,
           cell.transfers_out,
           cell.strength_at_end,
           cell.strength_at_start_fte,
           cell.joiners_fte,
           cell.transfers_in_fte,
           cell.leavers_fte,
           cell.voluntary_leavers_fte,
           cell.transfers_out_fte,
           cell.strength_at_end_fte,
           round(100.0 * cell.leavers / nullif(cell.strength_at_start, 0), 1) as leaver_rate,
           round(100.0 * cell.voluntary_leavers / nullif(cell.strength_at_start, 0), 1) as voluntary_rate,
           row_number() over (
               order by unit.name nulls first, unit.code, worker_type.ordinal nulls first, cell.worker_type
           ) as place
    from asked
    join organisation on organisation.organisation_id = asked.organisation_id
    cross join lateral retention_cells(asked.organisation_id, asked.year, :by = 'unit', :by = 'worker_type') as cell
    left join unit on unit.unit_id = cell.unit_id
    left join worker_type on worker_type.code = cell.worker_type
    where asked.problem is null
)
select cells.organisation_code,
       cells.organisation_name,
       cells.unit,
       cells.unit_code,
       cells.unit_name,
       cells.worker_type,
       cells.year_ending,
       cells.strength_at_start,
       cells.joiners,
       cells.transfers_in,
       cells.leavers,
       cells.voluntary_leavers,
       cells.transfers_out,
       cells.strength_at_end,
       cells.strength_at_start_fte,
       cells.joiners_fte,
       cells.transfers_in_fte,
       cells.leavers_fte,
       cells.voluntary_leavers_fte,
       cells.transfers_out_fte,
       cells.strength_at_end_fte,
       cells.leaver_rate,
       cells.voluntary_rate,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       asked.status as _status,
       asked.problem as _problem
from asked
left join cells on true
order by cells.place
