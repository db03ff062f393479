-- The skills that joiners of a period brought to the acting organisation: people at or above each level, by basis.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.framework_version_id, frame.unit_id, cut.role_profile_id, moment.edition,
           months.from_month, months.before_month,
           coalesce(frame.status, cut.status, moment.status, months.status) as status,
           coalesce(frame.problem, cut.problem, moment.problem, months.problem) as problem,
           ledger_meta('Joiners of the period, as in the report of recruitment, who held the item on the day they '
               'joined, at the level or above it, on the basis: brought from before, or recorded as held '
               'from that day. Share: in percent of all joiners of the row. Without a level: an item without '
               'levels. Who joins twice counts as the first time. Not to be added up over items or bases, in '
               'which the same people are counted again. Days after today count who is known to join already, and '
               'what is known of them.',
               frame.organisation_id, frame.framework_version_id, months.from_month, months.before_month - 1, :basis,
               moment.edition, moment.known_at)
               || jsonb_build_object('as_of', least(months.before_month - 1, london_today())) as meta
    from report_frame(:framework, :item, :unit) as frame
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join report_cut(null, :worker_type, :rank, :role, moment.edition) as cut
    cross join report_months(:from, :until, 12, 600) as months
), cells as (
    select case :by when 'year' then named.cohort end::int as joined_in,
           case :by when 'entry_route' then named.cohort end as entry_route,
           case :by when 'joiner_type' then named.cohort end as joiner_type,
           item.id as item,
           item.code as item_code,
           item.title as item_title,
           cell.basis,
           nullif(cell.level, 0) as level,
           step.title as level_title,
           (sum(cell.people) over above)::bigint as people,
           cell.joiners,
           round(100 * sum(cell.people) over above / cell.joiners, 1) as share,
           row_number() over (
               order by item.ordinal, item.code, named.cohort nulls first, basis.ordinal, cell.level
           ) as place
    from asked
    cross join lateral recruit_skill_cells(asked.organisation_id, asked.framework_version_id, asked.edition,
        asked.from_month, asked.before_month, :by, asked.unit_id, :worker_type, :rank, asked.role_profile_id) as cell
    cross join lateral (select nullif(cell.cohort, '') as cohort) as named
    join framework_item as item on item.framework_item_id = cell.framework_item_id
    join basis on basis.code = cell.basis
    left join level as step on step.level_scale_id = item.level_scale_id and step.level = cell.level
    where asked.problem is null
      and (:basis is null or cell.basis = :basis)
      and (:item is null or item.framework_item_id in (select items_within(:item::uuid)))
    window above as (partition by cell.cohort, cell.framework_item_id, cell.basis order by cell.level desc)
), size as (
    select count(*) > 100000 as too_large
    from cells
)
select cells.joined_in,
       cells.entry_route,
       cells.joiner_type,
       cells.item,
       cells.item_code,
       cells.item_title,
       cells.basis,
       cells.level,
       cells.level_title,
       cells.people,
       cells.joiners,
       cells.share,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       case when size.too_large then 422 else asked.status end as _status,
       case when size.too_large then 'grid_too_large' else asked.problem end as _problem
from asked
cross join size
left join cells on not size.too_large
order by cells.place
