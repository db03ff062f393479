-- A framework item with its levels, the items above and below, and its associations.
-- SPDX-License-Identifier: MIT
select told.id,
       told.framework,
       told.code,
       told.title,
       told.kind,
       told.description,
       told.levels,
       told.ancestors,
       told.children,
       told.associations,
       md5(told::text) as _etag
from (
    select item.id,
           jsonb_build_object('id', named.version_id, 'code', named.framework, 'version', named.version) as framework,
           item.code,
           item.title,
           item.kind,
           item.description,
           coalesce((
               select jsonb_agg(
                          jsonb_build_object('level', level.level, 'title', level.title,
                                             'description', meaning.description)
                          order by level.level)
               from level
               left join framework_item_level as meaning
                   on meaning.framework_item_id = item.framework_item_id and meaning.level = level.level
               where level.level_scale_id = item.level_scale_id), '[]') as levels,
           coalesce((
               select jsonb_agg(
                          jsonb_build_object('id', above.id, 'code', above.code, 'title', above.title)
                          order by (
                              select count(*)
                              from framework_item_ancestor as top
                              where top.framework_item_id = above.framework_item_id), above.ordinal)
               from framework_item_ancestor as closure
               join framework_item as above on above.framework_item_id = closure.ancestor_id
               where closure.framework_item_id = item.framework_item_id
                 and closure.ancestor_id <> item.framework_item_id), '[]') as ancestors,
           coalesce((
               select jsonb_agg(
                          jsonb_build_object('id', below.id, 'code', below.code, 'title', below.title)
                          order by below.ordinal, below.code)
               from framework_association as association
               join framework_item as below on below.framework_item_id = association.origin_id
               where association.destination_id = item.framework_item_id and association.kind = 'isChildOf'
           ), '[]') as children,
           coalesce((
               select jsonb_agg(
                          jsonb_build_object('kind', linked.kind, 'direction', linked.direction, 'id', other.id,
                                             'framework', other.framework, 'code', other.code, 'title', other.title)
                          order by linked.kind, linked.direction, other.framework, other.ordinal, other.code)
               from (
                   select association.kind, 'to' as direction, association.destination_id as other_id
                   from framework_association as association
                   where association.origin_id = item.framework_item_id
                   union all
                   select association.kind, 'from', association.origin_id
                   from framework_association as association
                   where association.destination_id = item.framework_item_id
               ) as linked
               join item_named as other on other.framework_item_id = linked.other_id
               where linked.kind <> 'isChildOf'), '[]') as associations
    from framework_item as item
    join item_named as named on named.framework_item_id = item.framework_item_id
    where item.id = :item::uuid
) as told
