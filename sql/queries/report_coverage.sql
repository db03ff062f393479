-- People of the acting organisation at or above each level of an item on a day, by unit too, beside what roles ask for.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.framework_version_id, frame.item_id, frame.unit_id, cut.units, cut.worker_type,
           cut.rank, cut.role_profile_id, moment.edition, wanted.day, :detail = 'roles' as above,
           :detail = 'held' and :basis <> 'any' and :by = 'organisation' and cut.whole as balanced,
           coalesce(frame.status, cut.status, moment.status) as status,
           coalesce(frame.problem, cut.problem, moment.problem) as problem,
           ledger_meta('People who are posted in the organisation on the day, count in it, and hold the item, or one '
               'below it, at the level or above on the basis; without a level, who hold it at all. Any basis takes the '
               'highest that a person holds on any. Share is their part of the strength, all people posted that day, '
               'in percent. Required are the people whose role profile asks, that day, for the item, or one below it, '
               'at the level or above. Who is on loan elsewhere that day is in the strength, but neither holds '
               'anything here nor is required to. Met are those of them who hold all that it asks for there, each at '
               'the level that it asks for. Of alternatives any one is enough. An item that nobody holds, and no role '
               'asks for, has no row. From the ledger of skills, postings and role profiles.',
               frame.organisation_id, frame.framework_version_id, wanted.day, wanted.day, :basis, moment.edition,
               moment.known_at) as meta
    from report_frame(:framework, :item, :unit) as frame
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join report_cut(:unit, :worker_type, :rank, :role, moment.edition) as cut
    cross join (select coalesce(:as_of::date, london_today())) as wanted (day)
), counted as (
    select cell.framework_item_id, cell.unit_id, cell.basis, cell.level, cell.people, cell.at_level, cell.strength,
           cell.essential, cell.essential_met, cell.desirable, cell.desirable_met
    from asked
    cross join lateral coverage_cells_on(asked.organisation_id, asked.day, asked.edition, asked.framework_version_id,
        :basis, asked.item_id, asked.above, asked.unit_id, :by = 'unit', asked.units, asked.worker_type, asked.rank,
        asked.role_profile_id) as cell
    where asked.problem is null and not asked.balanced
    union all
    select cell.framework_item_id, null, cell.basis, cell.level, cell.people, cell.at_level, null, null, null, null,
           null
    from asked
    cross join lateral coverage_balances(asked.organisation_id, asked.day, asked.edition, asked.framework_version_id,
        :basis, asked.item_id) as cell
    where asked.problem is null and asked.balanced
), cells as (
    select item.id as item,
           item.code as item_code,
           coalesce(item.title, 'Any item') as item_title,
           organisation.code as organisation_code,
           organisation.name as organisation_name,
           unit.id as unit,
           unit.code as unit_code,
           unit.name as unit_name,
           cell.basis,
           cell.level,
           step.title as level_title,
           cell.people,
           cell.at_level as people_at_level,
           cell.strength,
           round(100.0 * cell.people / cell.strength, 1)::numeric(5, 1) as share,
           cell.essential as essential_required,
           cell.essential_met,
           cell.desirable as desirable_required,
           cell.desirable_met,
           row_number() over (
               order by item.ordinal nulls first, item.code nulls first, unit.name nulls first, unit.code,
                        basis.ordinal, cell.level nulls first
           ) as place
    from asked
    join organisation on organisation.organisation_id = asked.organisation_id
    cross join counted as cell
    left join framework_item as item on item.framework_item_id = cell.framework_item_id
    left join unit on unit.unit_id = cell.unit_id
    left join basis on basis.code = cell.basis
    left join level as step on step.level_scale_id = item.level_scale_id and step.level = cell.level
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
       cells.basis,
       cells.level,
       cells.level_title,
       cells.people,
       cells.people_at_level,
       cells.strength,
       cells.share,
       cells.essential_required,
       cells.essential_met,
       cells.desirable_required,
       cells.desirable_met,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       case when size.too_large then 422 else asked.status end as _status,
       case when size.too_large then 'grid_too_large' else asked.problem end as _problem
from asked
cross join size
left join cells on not size.too_large
order by cells.place
