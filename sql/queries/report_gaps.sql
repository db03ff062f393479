-- What the people of the acting organisation lack of what their roles ask for on a day, also by unit or role.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.framework_version_id, frame.item_id, frame.unit_id, cut.units, cut.worker_type,
           cut.rank, cut.role_profile_id, moment.edition, wanted.day,
           coalesce(frame.status, cut.status, moment.status) as status,
           coalesce(frame.problem, cut.problem, moment.problem) as problem,
           ledger_meta('Required are the people posted on the day whose role profile asks for the item at the level, '
               'without those on loan elsewhere, who count there; met, those who hold it so on the basis, or an '
               'alternative to it; short, the others. Rows with the same number of alternative are one need, of which '
               'any one item is enough: the same people are required, met and short in each, not to be added up, and '
               'what they are short by is told of the need as a whole, by the shortest way. Levels short are those '
               'that all who are short have yet to gain. Close are the people there, whatever their role, who '
               'hold exactly one level less; null where that is not to hold it at all. Step days is the median '
               'time that people of the organisation, who rose to the level from the one before it on one basis in the '
               'last two years, had held that one; null for fewer than five. A need that all meet has no row. From '
               'the ledger of skills, postings and role profiles.',
               frame.organisation_id, frame.framework_version_id, wanted.day, wanted.day, :basis, moment.edition,
               moment.known_at) as meta
    from report_frame(:framework, :item, :unit) as frame
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join report_cut(:unit, :worker_type, :rank, :role, moment.edition) as cut
    cross join (select coalesce(:as_of::date, london_today())) as wanted (day)
), step_taken as materialized (
    select step.framework_item_id, step.level, step.people, step.median_days
    from asked
    cross join lateral step_days(asked.organisation_id, asked.day, asked.edition, asked.framework_version_id,
        :basis) as step
    where asked.problem is null and step.people >= 5
), cells as (
    select item.id as item,
           item.code as item_code,
           item.title as item_title,
           organisation.code as organisation_code,
           organisation.name as organisation_name,
           unit.id as unit,
           unit.code as unit_code,
           unit.name as unit_name,
           profile.id as role_profile,
           profile.title as role_profile_title,
           cell.importance,
           cell.asked as required_level,
           aim.title as required_title,
           cell.alternative,
           cell.required,
           cell.met,
           cell.required - cell.met as short,
           cell.short_by_one,
           cell.levels_short,
           cell.one_below as close,
           taken.people as step_people,
           taken.median_days as step_days,
           row_number() over (
               order by unit.name nulls first, unit.code, profile.title nulls first, profile.code,
                        cell.importance desc, cell.required - cell.met desc, cell.alternative, item.ordinal, item.code,
                        cell.asked
           ) as place
    from asked
    join organisation on organisation.organisation_id = asked.organisation_id
    cross join lateral gap_cells(asked.organisation_id, asked.day, asked.edition, asked.framework_version_id, :basis,
        asked.item_id, :by, asked.unit_id, asked.units, asked.worker_type, asked.rank, asked.role_profile_id) as cell
    join framework_item as item on item.framework_item_id = cell.framework_item_id
    left join unit on unit.unit_id = cell.unit_id
    left join role_profile as profile on profile.role_profile_id = cell.role_profile_id
    left join level as aim on aim.level_scale_id = item.level_scale_id and aim.level = cell.asked
    left join step_taken as taken on taken.framework_item_id = cell.framework_item_id and taken.level = cell.asked
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
       cells.role_profile,
       cells.role_profile_title,
       cells.importance,
       cells.required_level,
       cells.required_title,
       cells.alternative,
       cells.required,
       cells.met,
       cells.short,
       cells.short_by_one,
       cells.levels_short,
       cells.close,
       cells.step_people,
       cells.step_days,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       case when size.too_large then 422 else asked.status end as _status,
       case when size.too_large then 'grid_too_large' else asked.problem end as _problem
from asked
cross join size
left join cells on not size.too_large
order by cells.place
