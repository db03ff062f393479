-- Headcount and full-time equivalents of the acting organisation on a day, by unit, worker type, rank, role or service.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.unit_id, cut.units, cut.worker_type, cut.rank, cut.role_profile_id,
           moment.edition, wanted.day,
           coalesce(frame.status, cut.status, moment.status) as status,
           coalesce(frame.problem, cut.problem, moment.problem) as problem,
           ledger_meta('People posted to the organisation on the day, and the sum of their full-time equivalents. '
               'Length of service is that in the organisation: from the first day served there without a break, '
               'in those that it took over from too, to the day. The whole has its row also when nobody is in it; what '
               'else nobody is in has none. Who is withheld now is in no figure of before either.',
               frame.organisation_id, null, wanted.day, wanted.day, null, moment.edition, moment.known_at)
               - 'basis' - 'pending' as meta
    from report_frame(null, null, :unit) as frame
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join report_cut(:unit, :worker_type, :rank, :role, moment.edition) as cut
    cross join (select coalesce(:as_of::date, london_today())) as wanted (day)
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
           cell.headcount,
           cell.fte,
           row_number() over (
               order by unit.name nulls first, unit.code, worker_type.ordinal nulls first, cell.rank is not null,
                        rank.ordinal, cell.role_profile_id is not null, profile.title, profile.code,
                        band.ordinal nulls first
           ) as place
    from asked
    join organisation on organisation.organisation_id = asked.organisation_id
    cross join lateral strength_cells(asked.organisation_id, asked.day, asked.edition, asked.unit_id, asked.units,
        asked.worker_type, asked.rank, asked.role_profile_id, :by) as cell
    left join unit on unit.unit_id = cell.unit_id
    left join worker_type on worker_type.code = cell.worker_type
    left join rank on rank.code = cell.rank
    left join role_profile as profile on profile.role_profile_id = cell.role_profile_id
    left join service_band as band on band.code = cell.service_band
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
       cells.headcount,
       cells.fte,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       asked.status as _status,
       asked.problem as _problem
from asked
left join cells on true
order by cells.place
