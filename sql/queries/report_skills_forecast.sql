-- How many people of the acting organisation will hold each item by month: what is dated, and what is to be expected.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.framework_version_id, moment.edition, wanted.day, wanted.months, cut.whole,
           cut.units, cut.worker_type, cut.rank, cut.role_profile_id,
           items_asked(frame.framework_version_id, :item::uuid) as items,
           coalesce(frame.status, moment.status, cut.status) as status,
           coalesce(frame.problem, moment.problem, cut.problem) as problem,
           ledger_meta(
               'People who will hold the item at the level or above it, on the basis, on the last day of the '
               'month. KNOWN: who holds it on the day of the report, with what entries that are dated already '
               'add (gains: arrivals and new levels) and take (lapses: validity that ends; leavings: people who '
               'are to go) by then. EXPECTED: known, less the further leavings that are to be expected. Method: '
               'the monthly rate of an item on a basis is the number of those who held it and left or '
               'transferred away in the 24 whole months up to the day, over the person-months at risk: who held '
               'it on the day before each of these months, added up. It is drawn to the rate of all items of the '
               'framework together, as if 240 person-months at that rate had been seen beside, so that the rate '
               'of an item that few hold is near what is usual in the organisation. Of those who would be there '
               'by the end of the month if nobody left, 1 - (1 - rate) to the power of the months since the day '
               'are expected to have left; leavings that are dated already are taken off that number, as they '
               'are part of it. LOWER and UPPER enclose 80 percent: normal, with the variance of the binomial '
               'distribution and of the rate (losses over the square of person-months, both with what is drawn '
               'in); never above known, for attrition alone is modelled: no renewal, training or recruitment '
               'that is not dated. For a unit, worker type, rank or role: the people who are there on the day, '
               'at the rates of the whole organisation. Figures of levels and bases do not add up. Source: the '
               'ledger of skills.',
               frame.organisation_id, frame.framework_version_id, wanted.day,
               (date_trunc('month', wanted.day) + make_interval(months => wanted.months + 1))::date - 1,
               :basis, moment.edition, moment.known_at) || jsonb_build_object('as_of', wanted.day) as meta
    from report_frame(:framework, :item, :unit) as frame
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join report_cut(:unit, :worker_type, :rank, :role, moment.edition) as cut
    cross join (select coalesce(:as_of::date, london_today()), :months::int) as wanted (day, months)
), forecast as (
    select cell.framework_item_id, cell.basis, cell.level, cell.month, cell.held, cell.gains, cell.lapses,
           cell.leavings, cell.held + cell.gains - cell.lapses - cell.leavings as known, cell.more, cell.spread,
           cell.losses, cell.person_months, cell.rate,
           -- Four of five lie within so many standard deviations of the normal distribution.
           1.2815515655446004 * cell.spread as margin
    from asked
    cross join lateral forecast_cells(asked.organisation_id, asked.framework_version_id, asked.items, asked.day,
        asked.months, asked.edition, :basis, asked.whole, asked.units, asked.worker_type, asked.rank,
        asked.role_profile_id) as cell
    where asked.problem is null
), cells as (
    select item.id as item,
           item.code as item_code,
           item.title as item_title,
           forecast.basis,
           nullif(forecast.level, 0) as level,
           step.title as level_title,
           to_char(forecast.month, 'YYYY-MM') as month,
           forecast.held,
           forecast.gains,
           forecast.lapses,
           forecast.leavings,
           forecast.known,
           round(forecast.more::numeric, 1) as expected_leavings,
           round(greatest(forecast.known - forecast.more, 0)::numeric, 1) as expected,
           round(greatest(forecast.known - forecast.more - forecast.margin, 0)::numeric, 1) as lower,
           round(greatest(least(forecast.known - forecast.more + forecast.margin, forecast.known), 0)::numeric, 1)
               as upper,
           round(100 * forecast.rate::numeric, 3) as monthly_rate,
           forecast.losses as rate_losses,
           forecast.person_months as rate_person_months,
           row_number() over (
               order by item.ordinal, item.code, basis.ordinal, forecast.level, forecast.month
           ) as place
    from forecast
    join framework_item as item on item.framework_item_id = forecast.framework_item_id
    join basis on basis.code = forecast.basis
    left join level as step on step.level_scale_id = item.level_scale_id and step.level = forecast.level
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
       cells.month,
       cells.held,
       cells.gains,
       cells.lapses,
       cells.leavings,
       cells.known,
       cells.expected_leavings,
       cells.expected,
       cells.lower,
       cells.upper,
       cells.monthly_rate,
       cells.rate_losses,
       cells.rate_person_months,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       case when size.too_large then 422 else asked.status end as _status,
       case when size.too_large then 'grid_too_large' else asked.problem end as _problem
from asked
cross join size
left join cells on not size.too_large
order by cells.place
