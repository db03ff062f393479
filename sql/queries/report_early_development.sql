-- Who joined the acting organisation, in their first 12 and 24 months: who still serves, and what they learned.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.framework_version_id, frame.item_id, frame.unit_id, cut.role_profile_id,
           moment.edition, months.from_month, months.before_month, wanted.day,
           coalesce(frame.status, cut.status, moment.status, months.status, counted.status) as status,
           coalesce(frame.problem, cut.problem, moment.problem, months.problem, counted.problem) as problem,
           ledger_meta('Joiners of the period, as in the report of recruitment, in their first 12 and 24 months. '
               'Observed: those whose months are over on the day of the report; the other columns count of '
               'these alone. Serving: who served beyond the end of the months without a break; leavers and '
               'transfers: whose time here had ended by then by a leaver type, transfers to other forces '
               'apart. While they served in these months: people and activities of CPD, in the row of an '
               'item those aligned to it or one below; people who gained items that they did not hold when '
               'they joined, or not then, and how many of them; people who rose to a higher level of an '
               'item, and how often; by the highest level that they hold on any basis. What they brought on the '
               'first day is not gained. Who joins twice counts as the first time.',
               frame.organisation_id, frame.framework_version_id, months.from_month, months.before_month - 1, null,
               moment.edition, moment.known_at)
               - 'basis'
               || jsonb_build_object('as_of', wanted.day) as meta
    from report_frame(:framework, :item, :unit) as frame
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join report_cut(null, :worker_type, :rank, :role, moment.edition) as cut
    cross join report_months(:from, :until, 36, 600) as months
    cross join report_counted(months.from_month, months.before_month - 1, :as_of::date) as counted
    cross join (select coalesce(:as_of::date, london_today())) as wanted (day)
), cells as (
    select organisation.code as organisation_code,
           organisation.name as organisation_name,
           case :by when 'year' then named.cohort end::int as joined_in,
           case :by when 'entry_route' then named.cohort end as entry_route,
           case :by when 'joiner_type' then named.cohort end as joiner_type,
           case :by when 'worker_type' then named.cohort end as worker_type,
           case :by when 'rank' then named.cohort end as rank,
           cell.months,
           item.id as item,
           item.code as item_code,
           coalesce(item.title, 'Any item') as item_title,
           cell.joiners,
           cell.observed,
           cell.serving,
           cell.leavers,
           cell.transfers_out,
           round(100.0 * cell.serving / nullif(cell.observed, 0), 1) as serving_rate,
           cell.people_developed,
           cell.activities,
           cell.people_gained,
           cell.skills_gained,
           cell.people_rose,
           cell.rises,
           row_number() over (
               order by named.cohort nulls first, cell.months, item.ordinal nulls first, item.code nulls first
           ) as place
    from asked
    join organisation on organisation.organisation_id = asked.organisation_id
    cross join lateral early_cells(asked.organisation_id, asked.framework_version_id, asked.item_id, asked.edition,
        asked.from_month, asked.before_month, asked.day, :by, asked.unit_id, :worker_type, :rank,
        asked.role_profile_id) as cell
    cross join lateral (select nullif(cell.cohort, '') as cohort) as named
    left join framework_item as item on item.framework_item_id = cell.framework_item_id
    where asked.problem is null
), size as (
    select count(*) > 100000 as too_large
    from cells
)
select cells.organisation_code,
       cells.organisation_name,
       cells.joined_in,
       cells.entry_route,
       cells.joiner_type,
       cells.worker_type,
       cells.rank,
       cells.months,
       cells.item,
       cells.item_code,
       cells.item_title,
       cells.joiners,
       cells.observed,
       cells.serving,
       cells.leavers,
       cells.transfers_out,
       cells.serving_rate,
       cells.people_developed,
       cells.activities,
       cells.people_gained,
       cells.skills_gained,
       cells.people_rose,
       cells.rises,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       case when size.too_large then 422 else asked.status end as _status,
       case when size.too_large then 'grid_too_large' else asked.problem end as _problem
from asked
cross join size
left join cells on not size.too_large
order by cells.place
