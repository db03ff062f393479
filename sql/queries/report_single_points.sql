-- Items that few people of the acting organisation, or of each unit, hold on a day: at or above each level.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.unit_id, moment.edition, wanted.day, cut.units, cut.worker_type, cut.rank,
           cut.role_profile_id, items_asked(frame.framework_version_id, :item::uuid) as items,
           coalesce(frame.status, moment.status, cut.status, case when beyond.problem is not null then 422 end)
               as status,
           coalesce(frame.problem, moment.problem, cut.problem, beyond.problem) as problem,
           ledger_meta(
               'Items that so many people or fewer hold, at the level or above it, of those posted on the day to '
               'the organisation, or to the unit with those below it. An item counts by itself: who holds one above or '
               'below it in the framework holds that one. What nobody holds is there only where the '
               'role of somebody there asks for it. Required by: people there whose role profile asks for the '
               'item at the level or above on that day, and roles: how many role profiles these are. Who is on '
               'loan elsewhere counts there: neither as a holder here nor as required. On the '
               'basis any the level is the highest that somebody holds on any basis. Source: the ledger of '
               'skills, postings and role profiles.',
               frame.organisation_id, frame.framework_version_id, wanted.day, wanted.day, :basis, moment.edition,
               moment.known_at) as meta
    from report_frame(:framework, :item, :unit) as frame
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join report_cut(:unit, :worker_type, :rank, :role, moment.edition) as cut
    cross join (select coalesce(:as_of::date, london_today())) as wanted (day)
    left join lateral (
        select 'level_beyond_scale' as problem
        where level_is_beyond(items_asked(frame.framework_version_id, :item::uuid), :level::int)
    ) as beyond on true
), cells as (
    select item.id as item,
           item.code as item_code,
           item.title as item_title,
           nullif(cell.level, 0) as level,
           step.title as level_title,
           unit.id as unit,
           unit.code as unit_code,
           unit.name as unit_name,
           cell.holders,
           cell.required_by,
           cell.roles,
           row_number() over (
               order by unit.name nulls first, unit.code, item.ordinal, item.code, cell.level
           ) as place
    from asked
    cross join lateral single_point_cells(asked.organisation_id, asked.items, asked.day, asked.edition, :basis,
        :most::int, :level::int, :by = 'unit', asked.units, asked.worker_type, asked.rank, asked.role_profile_id,
        asked.unit_id) as cell
    join framework_item as item on item.framework_item_id = cell.framework_item_id
    left join level as step on step.level_scale_id = item.level_scale_id and step.level = cell.level
    left join unit on unit.unit_id = cell.unit_id
    where asked.problem is null
), size as (
    select count(*) > 100000 as too_large
    from cells
)
select cells.item,
       cells.item_code,
       cells.item_title,
       cells.level,
       cells.level_title,
       cells.unit,
       cells.unit_code,
       cells.unit_name,
       cells.holders,
       cells.required_by,
       cells.roles,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       case when size.too_large then 422 else asked.status end as _status,
       case when size.too_large then 'grid_too_large' else asked.problem end as _problem
from asked
cross join size
left join cells on not size.too_large
order by cells.place
