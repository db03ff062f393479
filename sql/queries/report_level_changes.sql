-- People of the acting organisation whose level of an item changed in a year to 31 March, by both levels.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.framework_version_id, frame.item_id, frame.unit_id, moment.edition, year.year,
           year.first_day - 1 as before_day, counted.day as last_day, cut.units,
           cut.worker_type, cut.rank, cut.role_profile_id,
           coalesce(frame.status, year.status, counted.status, moment.status, cut.status) as status,
           coalesce(frame.problem, year.problem, counted.problem, moment.problem, cut.problem) as problem,
           ledger_meta(
               'People posted both on the day before the year and on its last day, or as_of (today, unless asked for) '
               'while it lasts, whose '
               'highest level of the item, or of those below it, differs between the two. Gained: not held, then '
               'held. Rose and fell: held at both, at another level. Lost: held, then not. A level of 0 is held '
               'without a level; a row without levels counts all with this change. Their unit, worker type, rank and '
               'role are those of the last day. What happened in between, and of those who came or went, is in the '
               'report of upskilling. Who is on loan elsewhere on either day counts there, and not here. '
               'Source: the ledger of skills and postings.',
               frame.organisation_id, frame.framework_version_id, year.first_day, year.last_day, :basis,
               moment.edition, moment.known_at)
               || counted.said as meta
    from report_frame(:framework, :item, :unit) as frame
    cross join report_year(:year_ending::int, :as_of::date) as year
    cross join report_counted(year.first_day, year.last_day, :as_of::date) as counted
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join report_cut(:unit, :worker_type, :rank, :role, moment.edition) as cut
), cells as (
    select item.id as item,
           item.code as item_code,
           coalesce(item.title, 'Any item') as item_title,
           organisation.code as organisation_code,
           organisation.name as organisation_name,
           unit.id as unit,
           unit.code as unit_code,
           unit.name as unit_name,
           asked.year as year_ending,
           cell.change,
           cell.from_level,
           cell.to_level,
           cell.people,
           row_number() over (
               order by item.ordinal nulls first, item.code nulls first, unit.name nulls first, unit.code,
                        array_position(array['gained', 'rose', 'fell', 'lost'], cell.change),
                        num_nonnulls(cell.from_level, cell.to_level) > 0, cell.from_level, cell.to_level
           ) as place
    from asked
    join organisation on organisation.organisation_id = asked.organisation_id
    cross join lateral stayer_change_cells(asked.organisation_id, asked.framework_version_id, asked.before_day,
        asked.last_day, asked.edition, :basis, asked.item_id, asked.unit_id, :by = 'unit', asked.units,
        asked.worker_type, asked.rank, asked.role_profile_id) as cell
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
       cells.year_ending,
       cells.change,
       cells.from_level,
       cells.to_level,
       cells.people,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       case when size.too_large then 422 else asked.status end as _status,
       case when size.too_large then 'grid_too_large' else asked.problem end as _problem
from asked
cross join size
left join cells on not size.too_large
order by cells.place
