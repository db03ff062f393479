-- The skills that left the acting organisation with the people who went in a period, beside who held them at its start.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.unit_id, moment.edition, months.from_month, months.before_month, cut.whole,
           cut.units, cut.worker_type, cut.rank, cut.role_profile_id,
           items_asked(frame.framework_version_id, :item::uuid) as items,
           coalesce(frame.status, months.status, moment.status, cut.status) as status,
           coalesce(frame.problem, months.problem, moment.problem, cut.problem) as problem,
           ledger_meta(
               'People whose last day is in the period and who held the item at the level on it, by why they went: '
               'left the service, or transferred, seconded or merged to another organisation; somebody who went '
               'twice counts twice. As in retention, who goes on the last day of the period is of it. Held at start: '
               'who held it at that level on the day before the period. Share: lost in percent of these; more '
               'than 100 where people gained it or came with it in the period and went. On the basis any the '
               'level is the highest on any basis. Unit and worker type are those of the last day; the leaver '
               'type is that of the posting that ended, null for none. Days after today count who is known to go '
               'already. Source: the ledger of skills.',
               frame.organisation_id, frame.framework_version_id, months.from_month, months.before_month - 1, :basis,
               moment.edition, moment.known_at)
               || jsonb_build_object('as_of', least(months.before_month - 1, london_today())) as meta
    from report_frame(:framework, :item, :unit) as frame
    cross join report_months(:from, :until, 12, 120) as months
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join report_cut(:unit, :worker_type, :rank, :role, moment.edition) as cut
), standing as materialized (
    select cell.framework_item_id, cell.basis, cell.level, cell.unit_id, cell.worker_type, cell.people
    from asked
    cross join lateral held_cells(asked.organisation_id, asked.items, asked.from_month - 1, asked.edition, :basis,
        case :by when 'leaver_type' then 'organisation' else :by end, asked.whole, asked.units, asked.worker_type,
        asked.rank, asked.role_profile_id, asked.unit_id) as cell
    where asked.problem is null
), cells as (
    select item.id as item,
           item.code as item_code,
           item.title as item_title,
           cell.basis,
           nullif(cell.level, 0) as level,
           step.title as level_title,
           cell.cause,
           cell.leaver_type,
           unit.id as unit,
           unit.code as unit_code,
           unit.name as unit_name,
           cell.worker_type,
           cell.lost,
           coalesce(standing.people, 0) as held_at_start,
           round(100.0 * cell.lost / standing.people, 1) as share,
           row_number() over (
               order by item.ordinal, item.code, basis.ordinal, unit.name nulls first, unit.code, cell.worker_type,
                        cell.level desc, cell.cause, cell.leaver_type
           ) as place
    from asked
    cross join lateral lost_cells(asked.organisation_id, asked.items, asked.from_month, asked.before_month,
        asked.edition, :basis, :by, asked.whole, asked.units, asked.worker_type, asked.rank, asked.role_profile_id,
        asked.unit_id) as cell
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
       cells.cause,
       cells.leaver_type,
       cells.unit,
       cells.unit_code,
       cells.unit_name,
       cells.worker_type,
       cells.lost,
       cells.held_at_start,
       cells.share,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       case when size.too_large then 422 else asked.status end as _status,
       case when size.too_large then 'grid_too_large' else asked.problem end as _problem
from asked
cross join size
left join cells on not size.too_large
order by cells.place
