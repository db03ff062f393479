-- Creates a role profile of a framework version with what it asks for, or names every fault of it.
-- SPDX-License-Identifier: MIT
with given as (
    select body.code, body.family, body.role, body.role_level, body.title, body.requirements,
           coalesce(body.valid_from, london_today()) as valid_from, framework_version_named(:framework) as of_version
    from jsonb_to_record(:body) as body (code text, family text, role text, role_level text, title text,
                                         valid_from date, requirements jsonb)
), judged as (
    select role_profile_faults(given.of_version, given.requirements) as faults,
           case
               when given.of_version is null then ':framework unknown_framework'
               when exists (
                   select
                   from role_profile as known
                   where known.framework_version_id = given.of_version and known.code = given.code)
               then 'role_profile_exists'
           end as problem
    from given
), profile as (
    insert into role_profile (framework_version_id, code, family, role, role_level, title)
    select given.of_version, given.code, given.family, given.role, given.role_level, given.title
    from given, judged
    where judged.problem is null and judged.faults is null
    returning role_profile_id
), made as (
    insert into role_profile_version (role_profile_id, version, valid_from, recorded_by)
    select profile.role_profile_id, 1, given.valid_from, app_account()
    from given, profile
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
       case judged.problem
           when ':framework unknown_framework' then 404
           when 'role_profile_exists' then 409
           else case when judged.faults is not null then 422 end
       end as _status,
       coalesce(judged.problem, case when judged.faults is not null then 'role_profile_faulty' end) as _problem,
       case when judged.problem is null then judged.faults end as _faults,
       '/v1/role-profiles/' || told.id as _location,
       told.etag as _etag
from judged
left join written on written.requirements >= 0
left join lateral role_profile_at(written.role_profile_id, london_today()) as told on true
