-- Moves from level to level in the acting organisation in a period, by cause and by month, cohort, unit or worker type.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.unit_id, moment.edition, months.from_month, months.before_month, cut.whole,
           cut.units, cut.worker_type, cut.rank, cut.role_profile_id,
           items_asked(frame.framework_version_id, :item::uuid) as items,
           coalesce(frame.status, months.status, moment.status, cut.status) as status,
           coalesce(frame.problem, months.problem, moment.problem, cut.problem) as problem,
           ledger_meta(
               'Moves: each time that somebody''s level of an item changed, or was renewed, on a day of the period. '
               'Gained: from not held to a level. Rose and fell: from one level to another. Renewed: the same level '
               'anew. Lost: from a level to not held. The cause says why: assessed, superseded (by another level), '
               'renewed, lapsed and withdrawn; joined, left, transferred, seconded and merged where somebody came '
               'with the level or went with it. Net is what a row adds to the number of people who hold the item: '
               'gained counts, lost counts against it, so that the sum of net is the net gain: gained less lapsed '
               'less left. A loss is of the first day without it, of who goes the day after the last: so net is what '
               'coverage on the last day of the period has more than on the day before it; skills lost go by the '
               'last day. Moves are events and add up; one person may make several. On the basis any it is the '
               'highest level that somebody holds on any basis that moves, and a renewal is no move. A cohort is the '
               'year to 31 March in which the service in the organisation, in those that it took over from too, '
               'began. Unit and worker type are those of the day of the move, or of the last day of who goes. A level '
               'is null where it is not held, and of an item without levels. Days after today count what is known of '
               'them already: levels that begin or end and people who are to come or go. Source: the ledger of '
               'skills.',
               frame.organisation_id, frame.framework_version_id, months.from_month, months.before_month - 1, :basis,
               moment.edition, moment.known_at)
               || jsonb_build_object('as_of', least(months.before_month - 1, london_today())) as meta
    from report_frame(:framework, :item, :unit) as frame
    cross join report_months(:from, :until, 12, 120) as months
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join report_cut(:unit, :worker_type, :rank, :role, moment.edition) as cut
), moves as (
    select cell.framework_item_id, cell.basis, cell.month, cell.cohort, cell.unit_id, cell.worker_type, cell.cause,
           cell.from_level, cell.to_level, cell.moves,
           case
               when cell.from_level is null then 'gained'
               when cell.to_level is null then 'lost'
               when cell.to_level > cell.from_level then 'rose'
               when cell.to_level < cell.from_level then 'fell'
               else 'renewed'
           end as change
    from asked
    cross join lateral upskilling_cells(asked.organisation_id, asked.items, asked.from_month, asked.before_month,
        asked.edition, :basis, :by, asked.whole, asked.units, asked.worker_type, asked.rank, asked.role_profile_id,
        asked.unit_id) as cell
    where asked.problem is null
), cells as (
    select item.id as item,
           item.code as item_code,
           item.title as item_title,
           moves.basis,
           to_char(moves.month, 'YYYY-MM') as month,
           moves.cohort,
           unit.id as unit,
           unit.code as unit_code,
           unit.name as unit_name,
           moves.worker_type,
           moves.change,
           moves.cause,
           nullif(moves.from_level, 0) as from_level,
           nullif(moves.to_level, 0) as to_level,
           moves.moves,
           case moves.change when 'gained' then moves.moves when 'lost' then -moves.moves else 0 end as net,
           row_number() over (
               order by item.ordinal, item.code, basis.ordinal, moves.month, moves.cohort, unit.name nulls first,
                        unit.code, moves.worker_type,
                        array_position(array['gained', 'rose', 'renewed', 'fell', 'lost'], moves.change), moves.cause,
                        moves.from_level nulls first, moves.to_level
           ) as place
    from moves
    join framework_item as item on item.framework_item_id = moves.framework_item_id
    left join basis on basis.code = moves.basis
    left join unit on unit.unit_id = moves.unit_id
), size as (
    select count(*) > 100000 as too_large
    from cells
)
select cells.item,
       cells.item_code,
       cells.item_title,
       cells.basis,
       cells.month,
       cells.cohort,
       cells.unit,
       cells.unit_code,
       cells.unit_name,
       cells.worker_type,
       cells.change,
       cells.cause,
       cells.from_level,
       cells.to_level,
       cells.moves,
       cells.net,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       case when size.too_large then 422 else asked.status end as _status,
       case when size.too_large then 'grid_too_large' else asked.problem end as _problem
from asked
cross join size
left join cells on not size.too_large
order by cells.place
