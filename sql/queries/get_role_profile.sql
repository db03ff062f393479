-- A role profile with the items that it asks for and the level of each.
-- SPDX-License-Identifier: MIT
select told.id,
       told.framework,
       told.code,
       told.family,
       told.role,
       told.role_level,
       told.title,
       told.requirements,
       md5(told::text) as _etag
from (
    select profile.id,
           jsonb_build_object('id', version.id, 'code', framework.code, 'version', version.version) as framework,
           profile.code,
           profile.family,
           profile.role,
           profile.role_level,
           profile.title,
           coalesce((
               select jsonb_agg(
                          jsonb_build_object('item', item.id, 'code', item.code, 'title', item.title,
                                             'level', requirement.level, 'level_title', step.title,
                                             'importance', requirement.importance)
                          order by item.ordinal, item.code)
               from role_requirement as requirement
               join framework_item as item on item.framework_item_id = requirement.framework_item_id
               left join level as step on step.level_scale_id = item.level_scale_id and step.level = requirement.level
               where requirement.role_profile_id = profile.role_profile_id), '[]') as requirements
    from role_profile as profile
    join framework_version as version on version.framework_version_id = profile.framework_version_id
    join framework on framework.framework_id = version.framework_id
    where profile.id = :role_profile::uuid
) as told
