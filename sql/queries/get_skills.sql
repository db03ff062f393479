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
    select wanted.day, wanted.role_profile_id, :role_profile is not null and wanted.role_profile_id is null as unknown
    from wanted
), held as (
    select known.framework_item_id,
           max(known.level) filter (where known.basis = 'self') as self,
           max(known.level) filter (where known.basis = 'endorsed') as endorsed,
           max(known.level) filter (where known.basis = 'assessed') as assessed,
           max(known.level) filter (where known.basis = 'accredited') as accredited,
           max(known.level) as highest,
           string_agg(known.basis, ' ' order by basis.ordinal) as held_on
    from asked, level_on(asked.day) as known
    join basis on basis.code = known.basis
    where known.person_id = app_person()
    group by known.framework_item_id
), required as (
    select requirement.framework_item_id, requirement.level, requirement.importance
    from asked
    join role_requirement as requirement on requirement.role_profile_id = asked.role_profile_id
), skill as (
    select framework_item_id, held.self, held.endorsed, held.assessed, held.accredited, held.highest, held.held_on,
           required.level as required_level, required.importance,
           case
               when required.framework_item_id is null then null
               when required.level is null then case when held.framework_item_id is null then 1 else 0 end
               else greatest(required.level - coalesce(held.highest, 0), 0)
           end as gap
    from held
    full join required using (framework_item_id)
), named as (
    select item.id, item.framework, item.valid_from, item.ordinal, item.code, item.title, item.kind,
           item.level_scale_id, skill.self, skill.endorsed, skill.assessed, skill.accredited, skill.highest,
           skill.held_on, skill.required_level, skill.importance, skill.gap
    from skill
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
       named.gap,
       case when asked.unknown then 404 end as _status,
       case when asked.unknown then 'unknown_role_profile' end as _problem,
       jsonb_build_array(named.framework, named.valid_from, named.ordinal, named.id) as _cursor
from asked
left join named on not asked.unknown
left join level as step on step.level_scale_id = named.level_scale_id and step.level = named.highest
left join level as aim on aim.level_scale_id = named.level_scale_id and aim.level = named.required_level
where asked.unknown or named.id is not null
order by named.framework, named.valid_from, named.ordinal, named.id
limit :limit
