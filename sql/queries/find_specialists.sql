-- People who are willing to be found by the caller, with the levels they hold of an item or framework, highest first.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select case when fault.problem like 'unknown%' then 404 when fault.problem is not null then 422 end as status,
           fault.problem
    from (
        select case
                   when :framework is null and :item is null
                   then 'specialists_of_what'
                   when :framework is not null and not framework_is_known(:framework)
                   then 'unknown_framework'
                   when :item is not null and not exists (
                       select
                       from item_named as item
                       where item.id = :item::uuid
                         and (:framework is null or of_framework(item.framework, item.version_id, :framework)))
                   then 'unknown_item'
                   when :organisation is not null and not exists (
                       select
                       from organisation as place
                       where place.code = :organisation or place.id::text = lower(:organisation))
                   then 'unknown_organisation'
                   when :region is not null and not exists (
                       select from organisation as place where place.region = :region)
                   then 'unknown_region'
                   when :role is not null and not exists (
                       select from role_profile as profile where profile.id = :role::uuid)
                   then 'unknown_role_profile'
                   when :level::int is not null and not exists (
                       select
                       from item_named as item
                       join level as step on step.level_scale_id = item.level_scale_id and step.level = :level::int
                       where (:framework is null or of_framework(item.framework, item.version_id, :framework))
                         and (:item is null
                              or item.framework_item_id in (select within.item
                                                            from items_within(:item::uuid) as within (item))))
                   then 'level_beyond_scale'
               end as problem
    ) as fault
)
select found.id,
       found.given_name,
       found.family_name,
       found.email,
       found.organisation_code,
       found.organisation_name,
       found.place_region as region,
       found.unit_name,
       found.worker_type,
       found.rank,
       found.grade,
       found.role_profile_title,
       found.held_item as item,
       found.held_framework as framework,
       found.code,
       found.title,
       found.level,
       found.level_title,
       found.basis,
       found.since,
       asked.status as _status,
       asked.problem as _problem,
       case when found.person_id is distinct from app_person() then found.id::text end as _subject,
       jsonb_build_array(-coalesce(found.level, 0), found.family_name, found.given_name, found.id, found.held_item,
                         found.basis) as _cursor
from asked
left join lateral specialists_found(:framework, :item::uuid, :level::int, :basis, :organisation, :region, :role::uuid,
    :after, :limit) as found
    on asked.problem is null
where found.id is not null or asked.problem is not null
order by coalesce(found.level, 0) desc, found.family_name, found.given_name, found.id, found.held_item, found.basis
