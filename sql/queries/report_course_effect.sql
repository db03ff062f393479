-- Whether people of the acting organisation reached a level within so many days of a course, beside those without it.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.item_id, moment.edition, months.from_month,
           counted.day + 1 as before_day, counted.until_day as followed_to, cut.units,
           cut.worker_type, cut.rank, cut.role_profile_id, wanted.level, wanted.course_items,
           coalesce(frame.status, counted.status, months.status, moment.status, cut.status,
                    case when wanted.problem is not null then 422 end) as status,
           coalesce(frame.problem, counted.problem, months.problem, moment.problem, cut.problem, wanted.problem)
               as problem,
           ledger_meta(
               'People below the level of the item on the day from which they are followed, by the level that '
               'they held then, and how many of them reached the level, or one above it, within so many days. '
               'With the course: who did it in the period, up to as_of (today, unless asked for), an activity that is '
               'as asked for, followed from the day of their first. Without it: who was posted on the middle one of '
               'these days (the median; the first day of the period if nobody did the course) and did not do it '
               'in the period so far, followed from that day. The period is, where none is asked for, the last '
               'twelve whole months whose people have had their days. Whose days are not over by as_of is in not_over '
               'alone. Went: who was no longer posted at the end of their days and had not reached the level. Share '
               'is reached in percent of people. THIS IS NO PROOF OF CAUSE: who is sent on a course, or asks for it, '
               'may be about to rise anyway, and a course may be taken because of an assessment to come. Source: the '
               'ledger of skills, and activities, both as known then.',
               frame.organisation_id, frame.framework_version_id, months.from_month, months.before_month - 1, :basis,
               moment.edition, moment.known_at)
               || counted.said || jsonb_build_object('as_of', counted.until_day) as meta
    from report_frame(:framework, :item, :unit) as frame
    cross join report_months(:from, coalesce(:until, case
                   when :from is null
                   then to_char(coalesce(:as_of::date, london_today()) - :within::int + 1 - interval '1 month',
                                'YYYY-MM')
                   else to_char(:as_of::date, 'YYYY-MM')
               end), 12, 60) as months
    cross join report_counted(months.from_month, months.before_month - 1, :as_of::date) as counted
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join report_cut(:unit, :worker_type, :rank, :role, moment.edition) as cut
    cross join lateral (
        select coalesce(:level::int, 0) as level,
               case
                   when :course_item is not null then array(select items_within(:course_item::uuid))
               end as course_items,
               coalesce('?level ' || item_level_problem(:item::uuid, :level::numeric, true), case
                   when :course_item is not null and not exists (
                       select from framework_item as named where named.id = :course_item::uuid)
                   then 'unknown_course_item'
               end) as problem
    ) as wanted
), cells as (
    select item.id as item,
           item.code as item_code,
           item.title as item_title,
           :level::int as level,
           step.title as level_title,
           case when cell.took_course then 'with' else 'without' end as course,
           nullif(cell.from_level, 0) as from_level,
           start.title as from_level_title,
           cell.people,
           cell.reached,
           round(100.0 * cell.reached / nullif(cell.people, 0), 1) as share,
           cell.median_days,
           cell.went,
           cell.not_over,
           row_number() over (order by cell.from_level nulls first, cell.took_course desc) as place
    from asked
    cross join lateral course_effect_cells(asked.organisation_id, asked.item_id, asked.level, asked.from_month,
        asked.before_day, asked.followed_to, asked.edition, :basis, :within::int, :title, :provider, :source,
        asked.course_items, asked.units, asked.worker_type, asked.rank, asked.role_profile_id) as cell
    join framework_item as item on item.framework_item_id = asked.item_id
    left join level as step on step.level_scale_id = item.level_scale_id and step.level = asked.level
    left join level as start on start.level_scale_id = item.level_scale_id and start.level = cell.from_level
    where asked.problem is null
)
select cells.item,
       cells.item_code,
       cells.item_title,
       cells.level,
       cells.level_title,
       cells.course,
       cells.from_level,
       cells.from_level_title,
       cells.people,
       cells.reached,
       cells.share,
       cells.median_days,
       cells.went,
       cells.not_over,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       asked.status as _status,
       asked.problem as _problem
from asked
left join cells on true
order by cells.place
