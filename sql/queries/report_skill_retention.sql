-- The leaver rate of those who held each item at a level, beside that of those who did not, in a year.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.framework_version_id, moment.edition, period.year, period.first_day,
           counted.day as last_day, cut.units, cut.role_profile_id, cut.whole,
           coalesce(frame.status, cut.status, moment.status, period.status, counted.status) as status,
           coalesce(frame.problem, cut.problem, moment.problem, period.problem, counted.problem) as problem,
           ledger_meta('Holders at the start: people who counted in the organisation on the day before the year and '
               'then held the item at the level, or above it, on the basis; without a level, an item without levels. '
               'Holders who left: leavers of the year, to as_of while it lasts, as the report of retention has them, '
               'who held it so on their last day. Others: all people posted on the day before the year, and all '
               'leavers, less those. Rates: who left in percent of those at the start, after the Home Office''s '
               'police workforce statistics; transfers between forces apart. Not to be added up over items or bases, '
               'in which the same people are counted again.',
               frame.organisation_id, frame.framework_version_id, period.first_day, period.last_day, :basis,
               moment.edition, moment.known_at)
               || counted.said as meta
    from report_frame(:framework, :item, null) as frame
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join report_cut(:unit, :worker_type, :rank, :role, moment.edition) as cut
    cross join retention_period(:year_ending::int, :ending_on::date, :as_of::date) as period
    cross join report_counted(period.first_day, period.last_day, :as_of::date) as counted
), cells as (
    select asked.year as year_ending,
           item.id as item,
           item.code as item_code,
           item.title as item_title,
           cell.basis,
           nullif(cell.level, 0) as level,
           step.title as level_title,
           sum(cell.holders) over above as holders_at_start,
           sum(cell.holders_left) over above as holders_left,
           sum(cell.holders_transferred) over above as holders_transferred,
           cell.strength,
           cell.people_left,
           cell.people_transferred,
           row_number() over (order by item.ordinal, item.code, basis.ordinal, cell.level) as place
    from asked
    cross join lateral skill_retention_cells(asked.organisation_id, asked.framework_version_id, asked.first_day,
        asked.last_day, asked.edition, asked.units, :worker_type, :rank, asked.role_profile_id, asked.whole) as cell
    join framework_item as item on item.framework_item_id = cell.framework_item_id
    join basis on basis.code = cell.basis
    left join level as step on step.level_scale_id = item.level_scale_id and step.level = cell.level
    where asked.problem is null
      and (:basis is null or cell.basis = :basis)
      and (:item is null or item.framework_item_id in (select items_within(:item::uuid)))
    window above as (partition by cell.framework_item_id, cell.basis order by cell.level desc)
)
select cells.year_ending,
       cells.item,
       cells.item_code,
       cells.item_title,
       cells.basis,
       cells.level,
       cells.level_title,
       cells.holders_at_start::bigint as holders_at_start,
       cells.holders_left::bigint as holders_left,
       cells.holders_transferred::bigint as holders_transferred,
       round(100 * cells.holders_left / nullif(cells.holders_at_start, 0), 1) as holders_rate,
       (cells.strength - cells.holders_at_start)::bigint as others_at_start,
       (cells.people_left - cells.holders_left)::bigint as others_left,
       (cells.people_transferred - cells.holders_transferred)::bigint as others_transferred,
       round(100 * (cells.people_left - cells.holders_left) / nullif(cells.strength - cells.holders_at_start, 0), 1)
           as others_rate,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       asked.status as _status,
       asked.problem as _problem
from asked
left join cells on true
order by cells.place
