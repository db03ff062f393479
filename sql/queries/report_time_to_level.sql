-- How many days people of the acting organisation took to reach each level of an item, as quartiles.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.unit_id, moment.edition, months.from_month, months.before_month, cut.units,
           cut.worker_type, cut.rank, cut.role_profile_id,
           items_asked(frame.framework_version_id, :item::uuid) as items,
           coalesce(frame.status, months.status, moment.status, cut.status) as status,
           coalesce(frame.problem, months.problem, moment.problem, cut.problem) as problem,
           ledger_meta(
               'People who in the period reached the level, or one above it, for the first time in the organisation, '
               'without those who came with it, and the days that it took them: since the first day on which they '
               'held the item there at a lower level (first_held), or since their service in the organisation, in '
               'those that it took over from too, began (joined). Half of them took the median or less, a quarter the '
               'lower quartile or less, a quarter the upper quartile or more. Who has not reached the level is not '
               'counted, so that the figures say how long it took those who did, and not how long it takes. On the '
               'basis any the level is reached on whichever basis it is first. Unit and worker type are those of the '
               'day on which it was reached. Days after today count what is known of them already. Source: the ledger '
               'of skills.',
               frame.organisation_id, frame.framework_version_id, months.from_month, months.before_month - 1, :basis,
               moment.edition, moment.known_at)
               || jsonb_build_object('as_of', least(months.before_month - 1, london_today())) as meta
    from report_frame(:framework, :item, :unit) as frame
    cross join report_months(:from, :until, 12, 120) as months
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join report_cut(:unit, :worker_type, :rank, :role, moment.edition) as cut
), cells as (
    select item.id as item,
           item.code as item_code,
           item.title as item_title,
           cell.basis,
           nullif(cell.level, 0) as level,
           step.title as level_title,
           cell.cohort,
           unit.id as unit,
           unit.code as unit_code,
           unit.name as unit_name,
           cell.worker_type,
           cell.people,
           cell.lower_quartile,
           cell.median,
           cell.upper_quartile,
           row_number() over (
               order by item.ordinal, item.code, basis.ordinal, cell.level, cell.cohort, unit.name nulls first,
                        unit.code, cell.worker_type
           ) as place
    from asked
    cross join lateral time_to_level_cells(asked.organisation_id, asked.items, asked.from_month, asked.before_month,
        asked.edition, :basis, :since, :by, asked.units, asked.worker_type, asked.rank, asked.role_profile_id,
        asked.unit_id) as cell
    join framework_item as item on item.framework_item_id = cell.framework_item_id
    left join level as step on step.level_scale_id = item.level_scale_id and step.level = cell.level
    left join basis on basis.code = cell.basis
    left join unit on unit.unit_id = cell.unit_id
    where asked.problem is null
), size as (
    select count(*) > 100000 as too_large
    from cells
)
select cells.item,
       cells.item_code,
       cells.item_title,
       cells.basis,
       cells.level,
       cells.level_title,
       cells.cohort,
       cells.unit,
       cells.unit_code,
       cells.unit_name,
       cells.worker_type,
       cells.people,
       cells.lower_quartile,
       cells.median,
       cells.upper_quartile,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       case when size.too_large then 422 else asked.status end as _status,
       case when size.too_large then 'grid_too_large' else asked.problem end as _problem
from asked
cross join size
left join cells on not size.too_large
order by cells.place
