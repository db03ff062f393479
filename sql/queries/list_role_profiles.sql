-- The role profiles of a framework version, by code, each with how many items it asks for.
-- SPDX-License-Identifier: MIT
select profile.id,
       profile.code,
       profile.family,
       profile.role,
       profile.role_level,
       profile.title,
       (
           select count(*)
           from role_requirement as requirement
           where requirement.role_profile_id = profile.role_profile_id
             and requirement.version = role_profile_version_on(profile.role_profile_id, london_today(), null)
       ) as requirements,
       case when asked.framework_version_id is null then 404 end as _status,
       case when asked.framework_version_id is null then ':framework unknown_framework' end as _problem,
       jsonb_build_array(profile.code) as _cursor
from (select (select framework_version_named(:framework)) as framework_version_id) as asked
left join role_profile as profile
    on profile.framework_version_id = asked.framework_version_id
    and (:family is null or lower(profile.family) = lower(:family))
    and (:role is null or lower(profile.role) = lower(:role))
    and (:q is null or position(lower(:q) in lower(concat_ws(E'\n', profile.title, profile.role, profile.family))) > 0)
    and (:after is null or profile.code > :after ->> 0)
where asked.framework_version_id is null or profile.role_profile_id is not null
order by profile.code
limit :limit
