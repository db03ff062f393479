-- The caller's own levels on a day, basis beside basis, beside what a role profile asks for, with the gap.
-- SPDX-License-Identifier: MIT
with wanted as (
    select coalesce(:as_of::date, london_today()) as day,
           case
               when :role_profile is null
               then (select posting.role_profile_id from posting where posting.posting_id = app_posting())
               else (select profile.role_profile_id from role_profile as profile where profile.id = :role_profile::uuid)
           end as role_profile_id
), asked as (
    select wanted.day, wanted.role_profile_id,
           case
               when :role_profile is not null and wanted.role_profile_id is null
               then '?role_profile unknown_role_profile'
           end as problem
    from wanted
), named as (
    select item.id, item.framework, item.valid_from, item.ordinal, item.code, item.title, item.kind,
           item.level_scale_id, skill.self, skill.endorsed, skill.assessed, skill.accredited, skill.highest,
           skill.held_on, skill.required_level, skill.importance, skill.alternative, skill.met, skill.gap
    from asked
    cross join lateral skills_beside(app_person(), asked.day, null, asked.role_profile_id) as skill
    join item_named as item on item.framework_item_id = skill.framework_item_id
    where (:framework is null or of_framework(item.framework, item.version_id, :framework))
      and (not :only_gaps::boolean or skill.gap > 0)
      and (:after is null
           or (item.framework, item.valid_from, item.ordinal, item.id)
              > (:after ->> 0, (:after ->> 1)::date, (:after ->> 2)::int, (:after ->> 3)::uuid))
)
select named.id as item,
       named.framework,
       named.code,
       named.title,
       named.kind,
       named.self,
       named.endorsed,
       named.assessed,
       named.accredited,
       named.held_on,
       named.highest,
       step.title as highest_title,
       named.required_level,
       aim.title as required_title,
       named.importance,
       named.alternative,
       named.met,
       named.gap,
       case when asked.problem is not null then 404 end as _status,
       asked.problem as _problem,
       jsonb_build_array(named.framework, named.valid_from, named.ordinal, named.id) as _cursor
from asked
left join named on asked.problem is null
left join level as step on step.level_scale_id = named.level_scale_id and step.level = named.highest
left join level as aim on aim.level_scale_id = named.level_scale_id and aim.level = named.required_level
where asked.problem is not null or named.id is not null
order by named.framework, named.valid_from, named.ordinal, named.id
limit :limit
