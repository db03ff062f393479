-- CPD of the acting organisation by framework item, organisation or unit, and month: people, activities and minutes.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.framework_version_id, frame.item_id, frame.unit_id,
           months.from_month, months.before_month,
           coalesce(frame.status, months.status) as status,
           coalesce(frame.problem, months.problem) as problem,
           report_meta('People with an activity aligned to the item or to one below it, activities, and the minutes '
               'given for them; an activity belongs to the organisation and unit of the posting on its day. A row '
               'without month counts the whole period. A cell without activities has no row.',
               frame.organisation_id, frame.framework_version_id, months.from_month, months.before_month - 1) as meta
    from report_frame(:framework, :item, :unit) as frame
    cross join report_months(:from, :until, 12, 60) as months
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
           cell.people,
           cell.activities,
           cell.minutes::bigint as minutes,
           row_number() over (
               order by item.ordinal nulls first, item.code nulls first, unit.name nulls first, unit.code,
                        cell.month nulls first
           ) as place
    from asked
    join organisation on organisation.organisation_id = asked.organisation_id
    cross join lateral development_cells(asked.organisation_id, asked.framework_version_id, asked.from_month,
        asked.before_month, asked.item_id, asked.unit_id, :by = 'unit') as cell
    left join framework_item as item on item.framework_item_id = cell.framework_item_id
    left join unit on unit.unit_id = cell.unit_id
    where asked.problem is null
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
       cells.people,
       cells.activities,
       cells.minutes,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       case when size.too_large then 422 else asked.status end as _status,
       case when size.too_large then 'grid_too_large' else asked.problem end as _problem
from asked
cross join size
left join cells on not size.too_large
order by cells.place
