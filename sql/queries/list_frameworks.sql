-- The frameworks, each with its current version, by code.
-- SPDX-License-Identifier: MIT
select version.id,
       framework.code,
       framework.title,
       framework.steward,
       framework.licence,
       framework.source_url,
       version.version,
       version.valid_from,
       (select successor.code
        from framework_version as later
        join framework as successor on successor.framework_id = later.framework_id
        where later.framework_version_id = version.replaced_by_id) as replaced_by,
       (
           select count(*)
           from framework_item as item
           where item.framework_version_id = version.framework_version_id
       ) as items,
       jsonb_build_array(framework.code) as _cursor
from current_framework_version as current
join framework on framework.framework_id = current.framework_id
join framework_version as version on version.framework_version_id = current.framework_version_id
where :after is null or framework.code > :after ->> 0
order by framework.code
limit :limit
