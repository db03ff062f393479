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
    cross join development_period(:from, :until) as period
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join report_cut(:unit, :worker_type, :rank, :role, moment.edition) as cut
    cross join (select coalesce(:by::jsonb, '[]') as names) as split
    cross join lateral development_problem(:type, :stage, split.names, frame.framework_version_id,
        frame.organisation_id, frame.unit_id, :bin, period.from_day, period.before_day, moment.edition) as fault
), bins as materialized (
    select bin.begins_on, bin.name, bin.starts_on, bin.ends_on, bin.complete
    from asked
    cross join lateral development_bins(:bin, asked.from_day, asked.before_day) as bin
    where asked.problem is null
), cell as materialized (
    select counted.begins_on, counted.whole, counted.item_id, counted.unit_id, counted.worker_type, counted.rank,
           counted.type, counted.stage, counted.source, counted.provider, counted.people, counted.activities,
           counted.minutes, counted.with_minutes
    from asked
    cross join lateral development_split(asked.organisation_id, asked.framework_version_id, asked.from_day,
        asked.before_day, asked.edition, asked.item_id, asked.unit_id, :bin, asked.split,
        jsonb_strip_nulls(jsonb_build_object(
            'units', to_jsonb(asked.units), 'worker_type', asked.worker_type, 'rank', asked.rank,
            'role_profile', asked.role_profile_id, 'type', :type::text, 'stage', :stage::text,
            'source', :source::text, 'provider', :provider::text))) as counted
    where asked.problem is null
), shown as (
    select bins.name as bin,
           bins.starts_on,
           bins.ends_on,
           bins.complete,
           coalesce(cell.whole, true) as whole,
           organisation.code as organisation_code,
           organisation.name as organisation_name,
           item.id as item,
           item.code as item_code,
           item.title as item_title,
           unit.id as unit,
           unit.code as unit_code,
           unit.name as unit_name,
           cell.worker_type,
           cell.rank,
           cell.type,
           cell.stage,
           cell.source,
           cell.provider,
           coalesce(cell.people, 0) as people,
           coalesce(cell.activities, 0) as activities,
           coalesce(cell.minutes, 0) as minutes,
           coalesce(cell.with_minutes, 0) as activities_with_minutes,
           row_number() over (
               order by bins.begins_on nulls first, not cell.whole, item.ordinal, item.code, unit.name, unit.code,
                        cell.worker_type, cell.rank, cell.type, cell.stage, cell.source, cell.provider
           ) as place
    from bins
    join asked on true
    join organisation on organisation.organisation_id = asked.organisation_id
    left join cell on cell.begins_on is not distinct from bins.begins_on
    left join framework_item as item on item.framework_item_id = cell.item_id
    left join unit on unit.unit_id = coalesce(cell.unit_id, asked.unit_id)
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
