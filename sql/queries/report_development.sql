-- CPD of the acting organisation in bins of time, as a whole and split as asked for: people, activities and minutes.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.framework_version_id, frame.item_id, frame.unit_id, cut.units, cut.worker_type,
           cut.rank, cut.role_profile_id, period.from_day, period.before_day, moment.edition, split.names as split,
           coalesce(frame.status, cut.status, period.status, moment.status, fault.status) as status,
           coalesce(frame.problem, cut.problem, period.problem, moment.problem, fault.problem) as problem,
           report_meta('CPD recorded for days on which people were posted to the organisation, whoever sent it in, '
               'without what was withdrawn: distinct people, activities, the minutes given for them, and how many '
               'activities give any. The College of Policing sets no target of hours, so that minutes are told for '
               'fewer activities than there are, and are no measure of who has done enough. An activity counts in the '
               'unit, worker type and rank of the posting on its day, and once in each row. With a framework only what '
               'is aligned to it, or to the item asked for and those below it. Weeks begin on Monday (ISO 8601). '
               'Reflection is in no report. After the CPD principles of the College of Policing.',
               frame.organisation_id, frame.framework_version_id, period.from_day, period.before_day - 1)
           || jsonb_build_object(
                  'edition', moment.edition,
                  'known_at', to_char(moment.known_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) as meta
    from report_frame(coalesce(:framework, framework_of_item(:item)), :item, :unit) as frame
    cross join report_cut(:unit, :worker_type, :rank, :role) as cut
    cross join development_period(:from, :until) as period
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join (select coalesce(:by::jsonb, '[]') as names) as split
    cross join lateral development_problem(:type, :stage, split.names, frame.framework_version_id,
        frame.organisation_id, frame.unit_id, :bin, period.from_day, period.before_day) as fault
), bins as materialized (
    select bin.begins_on, bin.name, bin.starts_on, bin.ends_on, bin.complete
    from asked
    cross join lateral development_bins(:bin, asked.from_day, asked.before_day) as bin
    where asked.problem is null
), activity as (
    select counted.activity_id, counted.version, counted.person_id, bin_begin(:bin, counted.happened_on) as begins_on,
           counted.minutes, counted.unit_id, counted.worker_type, counted.rank, counted.type, counted.stage,
           counted.source, counted.provider
    from asked
    cross join lateral activities_counted(asked.organisation_id, asked.from_day, asked.before_day, asked.edition)
        as counted
    where asked.problem is null
      and (asked.units is null or counted.unit_id = any (asked.units))
      and (asked.worker_type is null or counted.worker_type = asked.worker_type)
      and (asked.rank is null or counted.rank = asked.rank)
      and (asked.role_profile_id is null or counted.role_profile_id = asked.role_profile_id)
      and (:type is null or counted.type = :type)
      and (:stage is null or counted.stage = :stage)
      and (:source is null or counted.source = :source)
      and (:provider is null or counted.provider = :provider)
), aligned as (
    select distinct activity.activity_id, case when asked.split ? 'item' then rows.row_item_id end as item_id
    from asked
    cross join activity
    join activity_alignment as alignment
        on alignment.activity_id = activity.activity_id and alignment.version = activity.version
    join lateral item_rows(asked.framework_version_id, asked.item_id) as rows
        on rows.framework_item_id = alignment.framework_item_id
    where asked.framework_version_id is not null
), developing as materialized (
    select activity.activity_id, activity.person_id, activity.begins_on, activity.minutes, activity.unit_id,
           activity.worker_type, activity.rank, activity.type, activity.stage, activity.source, activity.provider
    from asked
    cross join activity
    where asked.framework_version_id is null
       or activity.activity_id in (select aligned.activity_id from aligned)
), grouped as (
    select null::text[] as split, activity.begins_on, activity.person_id, activity.minutes
    from developing as activity
    union all
    select array[aligned.item_id::text, place.row_unit_id::text,
                 case when asked.split ? 'worker_type' then activity.worker_type end,
                 case when asked.split ? 'rank' then activity.rank end,
                 case when asked.split ? 'type' then activity.type end,
                 case when asked.split ? 'stage' then activity.stage end,
                 case when asked.split ? 'source' then activity.source end,
                 case when asked.split ? 'provider' then activity.provider end],
           activity.begins_on, activity.person_id, activity.minutes
    from asked
    cross join developing as activity
    left join aligned on asked.split ? 'item' and aligned.activity_id = activity.activity_id and aligned.item_id > 0
    left join lateral unit_rows(asked.organisation_id, asked.unit_id, true) as place
        on asked.split ? 'unit' and place.unit_id = activity.unit_id and place.row_unit_id > 0
    where asked.split <> '[]'
      and (aligned.item_id is not null or not asked.split ? 'item')
      and (place.row_unit_id is not null or not asked.split ? 'unit')
), logged as materialized (
    select grouped.split, grouped.begins_on, grouped.person_id, count(*) as activities, sum(grouped.minutes) as minutes,
           count(grouped.minutes) as with_minutes
    from grouped
    group by grouped.split, grouped.begins_on, grouped.person_id
), cell as (
    select logged.split, logged.begins_on, count(*) as people, sum(logged.activities)::bigint as activities,
           coalesce(sum(logged.minutes), 0)::bigint as minutes, sum(logged.with_minutes)::bigint as with_minutes
    from logged
    where :bin <> 'period'
    group by logged.split, logged.begins_on
    union all
    select logged.split, null, count(distinct logged.person_id), sum(logged.activities)::bigint,
           coalesce(sum(logged.minutes), 0)::bigint, sum(logged.with_minutes)::bigint
    from logged
    group by logged.split
), shown as (
    select bins.name as bin,
           bins.starts_on,
           bins.ends_on,
           bins.complete,
           cell.split is null as whole,
           organisation.code as organisation_code,
           organisation.name as organisation_name,
           item.id as item,
           item.code as item_code,
           item.title as item_title,
           unit.id as unit,
           unit.code as unit_code,
           unit.name as unit_name,
           cell.split[3] as worker_type,
           cell.split[4] as rank,
           cell.split[5] as type,
           cell.split[6] as stage,
           cell.split[7] as source,
           cell.split[8] as provider,
           coalesce(cell.people, 0) as people,
           coalesce(cell.activities, 0) as activities,
           coalesce(cell.minutes, 0) as minutes,
           coalesce(cell.with_minutes, 0) as activities_with_minutes,
           row_number() over (
               order by bins.begins_on nulls first, cell.split is not null, item.ordinal, item.code, unit.name,
                        unit.code, cell.split
           ) as place
    from bins
    join asked on true
    join organisation on organisation.organisation_id = asked.organisation_id
    left join cell on cell.begins_on is not distinct from bins.begins_on
    left join framework_item as item on item.framework_item_id = cell.split[1]::bigint
    left join unit on unit.unit_id = cell.split[2]::bigint
), size as (
    select count(*) > 100000 as too_large
    from shown
)
select shown.bin,
       shown.starts_on,
       shown.ends_on,
       shown.complete,
       shown.whole,
       shown.organisation_code,
       shown.organisation_name,
       shown.item,
       shown.item_code,
       shown.item_title,
       shown.unit,
       shown.unit_code,
       shown.unit_name,
       shown.worker_type,
       shown.rank,
       shown.type,
       shown.stage,
       shown.source,
       shown.provider,
       shown.people,
       shown.activities,
       shown.minutes,
       shown.activities_with_minutes,
       case when coalesce(shown.place, 1) = 1 then asked.meta end as _meta,
       case when size.too_large then 422 else asked.status end as _status,
       case when size.too_large then 'grid_too_large' else asked.problem end as _problem
from asked
cross join size
left join shown on not size.too_large
order by shown.place
