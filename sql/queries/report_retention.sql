-- Joiners, leavers and leaver rate of the acting organisation in a year, by unit, rank, service, leaver type.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.unit_id, cut.role_profile_id, moment.edition, period.year, period.first_day,
           counted.day as last_day,
           coalesce(frame.status, cut.status, moment.status, period.status, counted.status) as status,
           coalesce(frame.problem, cut.problem, moment.problem, period.problem, counted.problem) as problem,
           ledger_meta('Headcount, after the Home Office''s police workforce statistics. Strength: people posted on '
               'the day before the year and on its last day, or as_of (today, unless asked for) while it lasts. A '
               'leaver is somebody whose time in the organisation without a break ends in the year, by a leaver type '
               'that is not a transfer: who is posted there again the next day does not leave. A joiner is somebody '
               'whose time there begins in the year, by a joiner type that is not a transfer (the report of '
               'recruitment counts others as joiners, with those who served here before, such as a PCSO who becomes '
               'an officer, and with transfers). Transfers between forces are apart, and others who come or go '
               'without a type: on loan, by a merger, or because nobody said. Who leaves twice counts once in a cell, '
               'as the last time, with that unit, rank and full-time equivalent. Rates: in percent of the strength at '
               'the start. Length of service: of the strength on the day before the year, of leavers on their last '
               'day. A leaver type has the strength of the whole, so that the rates of all types add up to that of '
               'the whole but for rounding. The whole has its row also when nobody is in it.',
               frame.organisation_id, null, period.first_day, period.last_day, null, moment.edition, moment.known_at)
               - 'basis' || counted.said as meta
    from report_frame(null, null, :unit) as frame
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join report_cut(null, :worker_type, :rank, :role, moment.edition) as cut
    cross join retention_period(:year_ending::int, :ending_on::date, :as_of::date) as period
    cross join report_counted(period.first_day, period.last_day, :as_of::date) as counted
), cells as (
    select organisation.code as organisation_code,
           organisation.name as organisation_name,
           unit.id as unit,
           unit.code as unit_code,
           unit.name as unit_name,
           cell.worker_type,
           cell.rank,
           profile.id as role_profile,
           case cell.role_profile_id when 0 then 'none' else profile.title end as role_profile_title,
           cell.service_band,
           cell.leaver_type,
           asked.year as year_ending,
           case when cell.leaver_type is null then cell.strength_at_start else max(cell.strength_at_start) over ()
           end as strength_at_start,
           case when cell.leaver_type is null then cell.joiners end as joiners,
           case when cell.leaver_type is null then cell.transfers_in end as transfers_in,
           case when cell.leaver_type is null then cell.others_in end as others_in,
           cell.leavers,
           cell.voluntary_leavers,
           cell.transfers_out,
           case when cell.leaver_type is null then cell.others_out end as others_out,
           case when cell.leaver_type is null then cell.strength_at_end end as strength_at_end,
           case
               when cell.leaver_type is null
               then cell.strength_at_start_fte
               else max(cell.strength_at_start_fte) over ()
           end as strength_at_start_fte,
           case when cell.leaver_type is null then cell.joiners_fte end as joiners_fte,
           case when cell.leaver_type is null then cell.transfers_in_fte end as transfers_in_fte,
           case when cell.leaver_type is null then cell.others_in_fte end as others_in_fte,
           cell.leavers_fte,
           cell.voluntary_leavers_fte,
           cell.transfers_out_fte,
           case when cell.leaver_type is null then cell.others_out_fte end as others_out_fte,
           case when cell.leaver_type is null then cell.strength_at_end_fte end as strength_at_end_fte,
           row_number() over (
               order by unit.name nulls first, unit.code, worker_type.ordinal nulls first, cell.rank is not null,
                        rank.ordinal, cell.role_profile_id is not null, profile.title, cell.role_profile_id,
                        band.ordinal nulls first, leaver.ordinal nulls first
           ) as place
    from asked
    join organisation on organisation.organisation_id = asked.organisation_id
    cross join lateral retention_counts(asked.organisation_id, asked.first_day, asked.last_day, asked.edition, :by,
        asked.unit_id, :worker_type, :rank, asked.role_profile_id) as cell
    left join unit on unit.unit_id = cell.unit_id
    left join worker_type on worker_type.code = cell.worker_type
    left join rank on rank.code = cell.rank
    left join role_profile as profile on profile.role_profile_id = cell.role_profile_id
    left join service_band as band on band.code = cell.service_band
    left join leaver_type as leaver on leaver.code = cell.leaver_type
    where asked.problem is null
)
select cells.organisation_code,
       cells.organisation_name,
       cells.unit,
       cells.unit_code,
       cells.unit_name,
       cells.worker_type,
       cells.rank,
       cells.role_profile,
       cells.role_profile_title,
       cells.service_band,
       cells.leaver_type,
       cells.year_ending,
       cells.strength_at_start,
       cells.joiners,
       cells.transfers_in,
       cells.others_in,
       cells.leavers,
       cells.voluntary_leavers,
       cells.transfers_out,
       cells.others_out,
       cells.strength_at_end,
       cells.strength_at_start_fte,
       cells.joiners_fte,
       cells.transfers_in_fte,
       cells.others_in_fte,
       cells.leavers_fte,
       cells.voluntary_leavers_fte,
       cells.transfers_out_fte,
       cells.others_out_fte,
       cells.strength_at_end_fte,
       round(100.0 * cells.leavers / nullif(cells.strength_at_start, 0), 1) as leaver_rate,
       round(100.0 * cells.voluntary_leavers / nullif(cells.strength_at_start, 0), 1) as voluntary_rate,
       round(100.0 * cells.transfers_out / nullif(cells.strength_at_start, 0), 1) as transfer_rate,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       asked.status as _status,
       asked.problem as _problem
from asked
left join cells on true
order by cells.place
