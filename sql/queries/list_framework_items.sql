-- The items of a framework version in its order, each with its parent and its number of levels.
-- SPDX-License-Identifier: MIT
select item.id,
       item.code,
       item.title,
       item.kind,
       parent.id as parent,
       parent.code as parent_code,
       scale.code as level_scale,
       (select max(level.level) from level where level.level_scale_id = item.level_scale_id) as levels,
       case when asked.framework_version_id is null then 404 end as _status,
       case when asked.framework_version_id is null then ':framework unknown_framework' end as _problem,
       jsonb_build_array(item.ordinal, item.code) as _cursor
from (select (select framework_version_named(:framework)) as framework_version_id) as asked
left join framework_item as item
    on item.framework_version_id = asked.framework_version_id
    and (:kind is null or item.kind = :kind)
    and (:q is null or position(lower(:q) in lower(concat_ws(E'\n', item.title, item.code, item.description))) > 0)
    and (:parent is null or exists (
        select
        from framework_association as association
        join framework_item as above on above.framework_item_id = association.destination_id
        where association.origin_id = item.framework_item_id
          and association.kind = 'isChildOf'
          and above.id = :parent::uuid))
    and (:after is null or (item.ordinal, item.code) > ((:after ->> 0)::int, :after ->> 1))
left join level_scale as scale on scale.level_scale_id = item.level_scale_id
left join lateral (
    select above.id, above.code
    from framework_association as association
    join framework_item as above on above.framework_item_id = association.destination_id
    where association.origin_id = item.framework_item_id and association.kind = 'isChildOf'
    order by association.sequence_number, above.ordinal
    limit 1
) as parent on true
where asked.framework_version_id is null or item.framework_item_id is not null
order by item.ordinal, item.code
limit :limit
