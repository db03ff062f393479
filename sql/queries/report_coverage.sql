-- People of the acting organisation at or above each level of an item at the end of each month, also by unit.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.framework_version_id, frame.item_id, frame.unit_id,
           months.from_month, months.before_month,
           coalesce(frame.status, months.status) as status,
           coalesce(frame.problem, months.problem) as problem,
           report_meta('People posted on the last day of the month, today in the month that lasts, who then hold the '
               'item, or one below it, at the level or above; without a level, who hold it at all. Share is their '
               'part of the strength, all people posted then, in percent. An item that nobody holds has no row.',
               frame.organisation_id, frame.framework_version_id, months.from_month, months.before_month - 1)
               || jsonb_build_object('basis', :basis) as meta
    from report_frame(:framework, :item, :unit) as frame
    cross join report_months(:from, :until, 1, 60) as months
), cells as (
    select item.id as item,
           item.code as item_code,
           coalesce(item.title, 'Any item') as item_title,
           organisation.code as organisation_code,
           organisation.name as organisation_name,
           unit.id as unit,
           unit.code as unit_code,
           unit.name as unit_name,
           to_char(cell.month, 'YYYY-MM') as month,
           cell.level,
           cell.people,
           cell.strength,
           round(100.0 * cell.people / cell.strength, 1)::numeric(5, 1) as share,
           row_number() over (
               order by item.ordinal nulls first, item.code nulls first, unit.name nulls first, unit.code, cell.month,
                        cell.level nulls first
           ) as place
    from asked
    join organisation on organisation.organisation_id = asked.organisation_id
    cross join lateral coverage_cells(asked.organisation_id, asked.framework_version_id, asked.from_month,
        asked.before_month, asked.item_id, asked.unit_id, :by = 'unit') as cell
    left join framework_item as item on item.framework_item_id = cell.framework_item_id
    left join unit on unit.unit_id = cell.unit_id
    where asked.problem is null and coalesce(cell.basis, 'any') = :basis
), size as (
    select count(*) > 100000 as too_large
    from cells
)
select cells.item,
       cells.item_code,
       cells.item_title,
       cells.organisation_code,
       cells.organisation_name,
       cells.unit,
       cells.unit_code,
       cells.unit_name,
       cells.month,
       cells.level,
       cells.people,
       cells.strength,
       cells.share,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       case when size.too_large then 422 else asked.status end as _status,
       case when size.too_large then 'grid_too_large' else asked.problem end as _problem
from asked
cross join size
left join cells on not size.too_large
order by cells.place
