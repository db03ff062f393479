-- Who joined the acting organisation in a period, by entry route and joiner type, and who of them still serves.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.unit_id, cut.role_profile_id, moment.edition,
           months.from_month, months.before_month, wanted.day,
           coalesce(frame.status, cut.status, moment.status, months.status, counted.status) as status,
           coalesce(frame.problem, cut.problem, moment.problem, months.problem, counted.problem) as problem,
           ledger_meta('Joiners: people with a posting in the organisation that begins in the period and has a '
               'joiner type, to the day of the report. Entry routes of police constables are those of the '
               'College''s Policing Education Qualifications Framework, joiner types those of the Home '
               'Office''s police workforce statistics. Served before: of them, those who were posted here '
               'the day before too, as a special constable, PCSO or staff; the report of retention has '
               'as joiners only those whose stay here begins, and transfers apart. Serving: those who are still '
               'posted here on the day of the report, without a break since; leavers and transfers: those '
               'whose time here had ended before it by a leaver type, transfers to other forces apart. Unit, '
               'worker type and rank are those of the posting with which they joined. Who joins twice counts '
               'once in a cell, as the last time. The whole has its row also when nobody joined.',
               frame.organisation_id, null, months.from_month, months.before_month - 1, null,
               moment.edition, moment.known_at)
               - 'basis'
               || jsonb_build_object('as_of', wanted.day) as meta
    from report_frame(null, null, :unit) as frame
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join report_cut(null, :worker_type, :rank, :role, moment.edition) as cut
    cross join report_months(:from, :until, 12, 600) as months
    cross join report_counted(months.from_month, months.before_month - 1, :as_of::date) as counted
    cross join (select coalesce(:as_of::date, london_today())) as wanted (day)
), cells as (
    select organisation.code as organisation_code,
           organisation.name as organisation_name,
           unit.id as unit,
           unit.code as unit_code,
           unit.name as unit_name,
           case :by when 'year' then cell.code end::int as joined_in,
           case :by when 'month' then cell.code end as joined_month,
           case :by when 'worker_type' then cell.code end as worker_type,
           case :by when 'rank' then cell.code end as rank,
           cell.entry_route,
           cell.joiner_type,
           cell.joiners,
           cell.fte as joiners_fte,
           cell.served_before,
           cell.serving,
           cell.leavers,
           cell.transfers_out,
           row_number() over (
               order by unit.name nulls first, unit.code, cell.code nulls first, route.ordinal nulls first,
                        cell.entry_route nulls first, kind.ordinal nulls first
           ) as place
    from asked
    join organisation on organisation.organisation_id = asked.organisation_id
    cross join lateral recruitment_cells(asked.organisation_id, asked.edition, asked.from_month, asked.before_month,
        asked.day, :by, asked.unit_id, :worker_type, :rank, asked.role_profile_id) as cell
    left join unit on unit.unit_id = cell.unit_id
    left join entry_route as route on route.code = cell.entry_route
    left join joiner_type as kind on kind.code = cell.joiner_type
    where asked.problem is null
), size as (
    select count(*) > 100000 as too_large
    from cells
)
select cells.organisation_code,
       cells.organisation_name,
       cells.unit,
       cells.unit_code,
       cells.unit_name,
       cells.joined_in,
       cells.joined_month,
       cells.worker_type,
       cells.rank,
       cells.entry_route,
       cells.joiner_type,
       cells.joiners,
       cells.joiners_fte,
       cells.served_before,
       cells.serving,
       cells.leavers,
       cells.transfers_out,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       case when size.too_large then 422 else asked.status end as _status,
       case when size.too_large then 'grid_too_large' else asked.problem end as _problem
from asked
cross join size
left join cells on not size.too_large
order by cells.place
