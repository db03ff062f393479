-- Replaces what a role profile asks for, from a day on, and its names; or names every fault.
-- SPDX-License-Identifier: MIT
with given as (
    select body.family, body.role, body.role_level, body.title, body.requirements,
           coalesce(body.valid_from, london_today()) as valid_from
    from jsonb_to_record(:body) as body (family text, role text, role_level text, title text, valid_from date,
                                         requirements jsonb)
), locked as materialized (
    select profile.role_profile_id, profile.framework_version_id
    from role_profile as profile
    where profile.id = :role_profile::uuid
    for update
), present as materialized (
    select locked.role_profile_id, locked.framework_version_id, told.etag,
           (select max((each ->> 'version')::int) from jsonb_array_elements(told.versions) as each) as last_version
    from locked
    cross join lateral role_profile_at(locked.role_profile_id, london_today()) as told
), fault as (
    select nullif(
               coalesce(role_profile_faults(present.framework_version_id, given.requirements), '[]')
               || case
                      when given.valid_from < london_today()
                      then '[{"pointer": "/valid_from", "code": "role_profile_day_past"}]'::jsonb
                      else '[]'
                  end,
               '[]') as faults
    from given, present
), judged as (
    select fault.faults,
           case
               when :if_match not in ('*', present.etag) then 'version_changed'
               when fault.faults is not null then 'role_profile_faulty'
           end as problem
    from present, fault
), renamed as (
    update role_profile as profile
    set family = given.family, role = given.role, role_level = given.role_level, title = given.title
    from given, present, judged
    where profile.role_profile_id = present.role_profile_id and judged.problem is null
    returning profile.role_profile_id
), made as (
    insert into role_profile_version (role_profile_id, version, valid_from, recorded_by)
    select renamed.role_profile_id, present.last_version + 1, given.valid_from, app_account()
    from given, present, renamed
    returning role_profile_id, version
), asked as (
    insert into role_requirement (role_profile_id, version, framework_item_id, level, importance, alternative)
    select made.role_profile_id, made.version, item.framework_item_id, given.level,
           coalesce(given.importance, 'essential'), given.alternative
    from made
    cross join jsonb_to_recordset(:body -> 'requirements')
        as given (item uuid, level numeric, importance text, alternative smallint)
    join framework_item as item on item.id = given.item
    returning role_profile_id
), written as materialized (
    select made.role_profile_id, (select count(*) from asked) as requirements
    from made
)
select told.id,
       told.framework,
       told.code,
       told.family,
       told.role,
       told.role_level,
       told.title,
       told.version,
       told.valid_from,
       told.requirements,
       told.versions,
       case judged.problem when 'version_changed' then 412 when 'role_profile_faulty' then 422 end as _status,
       judged.problem as _problem,
       case when judged.problem = 'role_profile_faulty' then judged.faults end as _faults,
       told.etag as _etag
from judged
left join written on written.requirements >= 0
left join lateral role_profile_at(written.role_profile_id, london_today()) as told on true
