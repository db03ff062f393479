-- How long those who joined the acting organisation stay: curves of Kaplan and Meier by cohort, with 95 % bands.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.unit_id, cut.role_profile_id, moment.edition, months.from_month,
           months.before_month, wanted.day,
           coalesce(frame.status, cut.status, moment.status, months.status,
                    case when fault.problem = 'unknown_item' then 404 when fault.problem is not null then 422 end)
               as status,
           coalesce(frame.problem, cut.problem, moment.problem, months.problem, fault.problem) as problem,
           ledger_meta('The share of those who joined in the period that stays longer than so many months, by the '
               'estimate of Kaplan and Meier (1958): at each leaving the share goes down by the part of those at '
               'risk who leave then. Joining is a posting with a joiner type; leaving is the end of the time in the '
               'organisation without a break, with a leaver type. Who still serves is followed to the day of the '
               'report and then censored; so is who goes on loan, by a merger or without a type, and, unless '
               'transfers are asked for as leaving, who transfers to another force. Who was seen here only some time '
               'after joining (service in an organisation that this one took over from, or a record that is whole '
               'since a day) is at risk from then on. The band has the true share in 95 of 100 samples, on the scale '
               'of log(-log), by Greenwood''s variance. A month is a twelfth of 365.25 days. Checked against the '
               'package survival of R.',
               frame.organisation_id, null, months.from_month, months.before_month - 1, null, moment.edition,
               moment.known_at)
               - 'basis'
               || jsonb_build_object('as_of', wanted.day) as meta
    from report_frame(null, null, :unit) as frame
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join report_cut(null, :worker_type, :rank, :role, moment.edition) as cut
    cross join report_months(:from, :until, 120, 600) as months
    cross join report_counted(months.from_month, months.before_month - 1, :as_of::date) as counted
    cross join (select coalesce(:as_of::date, london_today())) as wanted (day)
    cross join lateral (
        select case
                   when counted.problem is not null then counted.problem
                   when :observed_from::date > london_today() then 'observed_from_in_future'
                   when :by = 'skill' and :item is null then 'skill_without_item'
                   when :by <> 'skill' and num_nonnulls(:item, :level, :basis) > 0 then 'item_without_skill'
                   when :item is not null and not exists (select items_within(:item::uuid)) then 'unknown_item'
                   when level_is_beyond(array(select items_within(:item::uuid)), :level::int) then 'level_beyond_scale'
               end as problem
    ) as fault
), cells as (
    select organisation.code as organisation_code,
           organisation.name as organisation_name,
           case :by when 'year' then named.cohort end::int as joined_in,
           case :by when 'entry_route' then named.cohort end as entry_route,
           case :by when 'joiner_type' then named.cohort end as joiner_type,
           case :by when 'worker_type' then named.cohort end as worker_type,
           case :by when 'rank' then named.cohort end as rank,
           case :by when 'skill' then named.cohort end as skill,
           cell.month as months,
           cell.day as days,
           cell.at_risk,
           cell.leavers,
           cell.transfers_out,
           cell.censored,
           round(cell.survival::numeric, 8) as survival,
           round(cell.lower::numeric, 8) as lower,
           round(cell.upper::numeric, 8) as upper,
           row_number() over (order by named.cohort nulls first, cell.day) as place
    from asked
    join organisation on organisation.organisation_id = asked.organisation_id
    cross join lateral survival_cells(asked.organisation_id, asked.edition, asked.day, :observed_from::date,
        asked.from_month, asked.before_month, :transfers, :by, :steps, asked.unit_id, :worker_type, :rank,
        asked.role_profile_id, :item::uuid, :level::int, :basis) as cell
    cross join lateral (select nullif(cell.cohort, '') as cohort) as named
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
       cells.skill,
       cells.months,
       cells.days,
       cells.at_risk,
       cells.leavers,
       cells.transfers_out,
       cells.censored,
       cells.survival,
       cells.lower,
       cells.upper,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       case when size.too_large then 422 else asked.status end as _status,
       case when size.too_large then 'grid_too_large' else asked.problem end as _problem
from asked
cross join size
left join cells on not size.too_large
order by cells.place
