-- What the caller can do next for a role: what is missing, essential first, and what lapses.
-- SPDX-License-Identifier: MIT
with wanted as (
    select moment.day, moment.edition, moment.meta, moment.problem,
           case
               when :role_profile is null then role_profile_of(app_person(), moment.day, moment.edition)
               else (select profile.role_profile_id from role_profile as profile where profile.id = :role_profile::uuid)
           end as role_profile_id
    from (
        select wanted.day, known.problem,
               known.edition_then as edition,
               next_steps_meta(null, wanted.day, known.edition, known.known_at) as meta
        from (select coalesce(:as_of::date, london_today())) as wanted (day)
        cross join ledger_known(:known_at::timestamptz, :edition) as known
    ) as moment
), asked as (
    select wanted.day, wanted.edition, wanted.meta, wanted.role_profile_id,
           case
               when wanted.problem is not null then wanted.problem
               when :role_profile is not null and wanted.role_profile_id is null
               then '?role_profile unknown_role_profile'
               when :framework is not null and not framework_is_known(:framework) then '?framework unknown_framework'
           end as problem
    from wanted
)
select step.item,
       step.of_framework as framework,
       step.code,
       step.title,
       step.importance,
       step.alternative,
       step.required_level,
       step.required_title,
       step.highest,
       step.highest_title,
       step.held_on,
       step.gap,
       step.lapses_on,
       step.days_left,
       step.level_then,
       step.next_level,
       step.next_title,
       step.next_description,
       step.activities,
       step.latest_activity,
       step.latest_activity_title,
       step.latest_activity_on,
       case
           when asked.problem like '%unknown\_%' then 404
           when asked.problem is not null then 422
       end as _status,
       asked.problem as _problem,
       case
           when row_number() over (
                    order by step.turn, step.urgency, step.ends_on, step.of_framework, step.ordinal, step.item) = 1
           then asked.meta
       end as _meta,
       jsonb_build_array(step.turn, step.urgency, step.ends_on, step.of_framework, step.ordinal, step.item) as _cursor
from asked
left join next_steps_told(app_person(), asked.day, asked.edition, asked.role_profile_id, :framework) as step
    on asked.problem is null
       and (:after is null
           or (step.turn, step.urgency, step.ends_on, step.of_framework, step.ordinal, step.item)
              > ((:after ->> 0)::int, (:after ->> 1)::int, (:after ->> 2)::date, :after ->> 3, (:after ->> 4)::int,
                 (:after ->> 5)::uuid))
order by step.turn, step.urgency, step.ends_on, step.of_framework, step.ordinal, step.item
limit :limit
