-- What lapses in the acting organisation within 30, 60, 90 and 180 days of a day.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.unit_id, moment.edition, wanted.day, cut.whole, cut.units, cut.worker_type,
           cut.rank, cut.role_profile_id, items_asked(frame.framework_version_id, :item::uuid) as items,
           coalesce(frame.status, moment.status, cut.status) as status,
           coalesce(frame.problem, moment.problem, cut.problem) as problem,
           ledger_meta(
               'What lapses after the day because its validity ends, unless it is renewed before: how often an '
               'item at the level, on the basis, within 30, 60, 90 and 180 days, each with those before it. The '
               'level left is the one that the people still hold then, null if none. What is renewed already, or '
               'of somebody who is to go before, does not lapse. On the basis any it is the highest level on any '
               'basis that lapses. Held: who holds the item at the level on the day. Unit and worker type are '
               'those of the day. The whole organisation, on one basis or on each, has also what lapses of people '
               'who are to come, by postings that are recorded already; cut by unit, worker type, rank or role, and '
               'on the basis any, it is of those alone who are posted on the day, so that the parts may be fewer '
               'than the whole. Source: the entries of the ledger of skills that are dated already.',
               frame.organisation_id, frame.framework_version_id, wanted.day, wanted.day + 180, :basis, moment.edition,
               moment.known_at) || jsonb_build_object('as_of', wanted.day) as meta
    from report_frame(:framework, :item, :unit) as frame
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join report_cut(:unit, :worker_type, :rank, :role, moment.edition) as cut
    cross join (select coalesce(:as_of::date, london_today())) as wanted (day)
), standing as materialized (
    select cell.framework_item_id, cell.basis, cell.level, cell.unit_id, cell.worker_type, cell.people
    from asked
    cross join lateral held_cells(asked.organisation_id, asked.items, asked.day, asked.edition, :basis, :by,
        asked.whole, asked.units, asked.worker_type, asked.rank, asked.role_profile_id, asked.unit_id) as cell
    where asked.problem is null
), cells as (
    select item.id as item,
           item.code as item_code,
           item.title as item_title,
           cell.basis,
           nullif(cell.level, 0) as level,
           step.title as level_title,
           nullif(cell.to_level, 0) as level_left,
           unit.id as unit,
           unit.code as unit_code,
           unit.name as unit_name,
           cell.worker_type,
           coalesce(standing.people, 0) as held,
           cell.within_30,
           cell.within_60,
           cell.within_90,
           cell.within_180,
           row_number() over (
               order by item.ordinal, item.code, basis.ordinal, unit.name nulls first, unit.code, cell.worker_type,
                        cell.level desc, cell.to_level nulls first
           ) as place
    from asked
    cross join lateral lapsing_cells(asked.organisation_id, asked.items, asked.day, asked.edition, :basis, :by,
        asked.whole, asked.units, asked.worker_type, asked.rank, asked.role_profile_id, asked.unit_id) as cell
    join framework_item as item on item.framework_item_id = cell.framework_item_id
    left join standing
        on standing.framework_item_id = cell.framework_item_id
           and standing.basis = cell.basis
           and standing.level = cell.level
           and standing.unit_id is not distinct from cell.unit_id
           and standing.worker_type is not distinct from cell.worker_type
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
       cells.level_left,
       cells.unit,
       cells.unit_code,
       cells.unit_name,
       cells.worker_type,
       cells.held,
       cells.within_30,
       cells.within_60,
       cells.within_90,
       cells.within_180,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       case when size.too_large then 422 else asked.status end as _status,
       case when size.too_large then 'grid_too_large' else asked.problem end as _problem
from asked
cross join size
left join cells on not size.too_large
order by cells.place
