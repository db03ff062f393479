-- A framework version, by its identifier or by the framework's code, with level scales and all versions.
-- SPDX-License-Identifier: MIT
select told.id,
       told.code,
       told.title,
       told.steward,
       told.licence,
       told.source_url,
       told.version,
       told.valid_from,
       told.current,
       told.replaced_by,
       told.items,
       told.role_profiles,
       told.level_scales,
       told.versions,
       md5(told::text) as _etag
from (
    select version.id,
           framework.code,
           framework.title,
           framework.steward,
           framework.licence,
           framework.source_url,
           version.version,
           version.valid_from,
           current.framework_version_id is not null as current,
           (select successor.code
            from framework_version as later
            join framework as successor on successor.framework_id = later.framework_id
            where later.framework_version_id = version.replaced_by_id) as replaced_by,
           (select count(*)
            from framework_item as item
            where item.framework_version_id = version.framework_version_id) as items,
           (select count(*)
            from role_profile as profile
            where profile.framework_version_id = version.framework_version_id) as role_profiles,
           coalesce((
               select jsonb_agg(
                          jsonb_build_object('code', scale.code, 'title', scale.title, 'levels', (
                              select jsonb_agg(jsonb_build_object('level', level.level, 'title', level.title)
                                               order by level.level)
                              from level
                              where level.level_scale_id = scale.level_scale_id))
                          order by scale.code)
               from level_scale as scale
               where exists (
                   select
                   from framework_item as item
                   where item.framework_version_id = version.framework_version_id
                     and item.level_scale_id = scale.level_scale_id)), '[]') as level_scales,
           (select jsonb_agg(
                       jsonb_build_object('id', other.id, 'version', other.version, 'valid_from', other.valid_from)
                       order by other.valid_from, other.framework_version_id)
            from framework_version as other
            where other.framework_id = version.framework_id) as versions
    from framework_version as version
    join framework on framework.framework_id = version.framework_id
    left join current_framework_version as current on current.framework_version_id = version.framework_version_id
    where version.framework_version_id = framework_version_named(:framework)
) as told
