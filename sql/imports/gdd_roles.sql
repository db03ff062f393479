-- columns: role_family role role_description role_level role_level_description skill_name skill_description skill_level skill_level_description ; optional: role_type
-- SPDX-License-Identifier: MIT
-- A file of roles of the Government Digital and Data framework gives the newest version of gdd-pcf its role profiles,
-- one for each role and role level, and what they require. What is there stays: missing profiles and requirements are
-- added, and a row that contradicts what is there is a bad one. This is the first version of a profile, whatever has
-- replaced it since. NOT IN USE as role level is a role without levels, as skill level a skill that is needed at no
-- particular level. Exact repeats count once.

create temporary table requirement on commit drop as
with newest as (
    select version.framework_version_id
    from framework_version as version
    join framework on framework.framework_id = version.framework_id
    where framework.code = 'gdd-pcf'
    order by version.valid_from desc, version.framework_version_id desc
    limit 1
), cell as (
    select line,
           coalesce(trim(role_family), '') as family,
           coalesce(trim(role), '') as role,
           nullif(nullif(trim(role_level), ''), 'NOT IN USE') as role_level,
           coalesce(trim(skill_name), '') as skill,
           nullif(nullif(trim(skill_level), ''), 'NOT IN USE') as skill_level
    from rows
)
select cell.line, cell.family, cell.role, cell.role_level, cell.skill, cell.skill_level,
       concat_ws('.',
           trim(both '-' from regexp_replace(lower(cell.role), '[^a-z0-9]+', '-', 'g')),
           trim(both '-' from regexp_replace(lower(cell.role_level), '[^a-z0-9]+', '-', 'g'))) as code,
       newest.framework_version_id,
       item.framework_item_id,
       item.level_scale_id,
       level.level,
       profile.role_profile_id,
       profile.family as known_family,
       known.role_profile_id is not null as known,
       known.level as known_level
from cell
left join newest on true
left join framework_item as item on item.framework_version_id = newest.framework_version_id
     and item.code = trim(both '-' from regexp_replace(lower(cell.skill), '[^a-z0-9]+', '-', 'g'))
left join level on level.level_scale_id = item.level_scale_id and lower(level.title) = lower(cell.skill_level)
left join role_profile as profile on profile.framework_version_id = newest.framework_version_id
     and profile.role = cell.role
     and profile.role_level is not distinct from cell.role_level
left join role_requirement as known on known.role_profile_id = profile.role_profile_id
     and known.framework_item_id = item.framework_item_id
     and known.version = 1;

create temporary table fault on commit drop as
with first as (
    select distinct on (code, framework_item_id) code, framework_item_id, line, level
    from requirement
    where framework_item_id is not null
    order by code, framework_item_id, line
), first_of_role as (
    select distinct on (code) code, line, family
    from requirement
    order by code, line
)
select line, 'role' as column_name, 'A role needs a name.' as reason
from requirement
where role = ''
union all
select line, 'role_family', 'A role belongs to a family.'
from requirement
where family = ''
union all
select line, 'skill_name',
       format('"%s" is not a skill of the newest version of gdd-pcf; import its skills first.', skill)
from requirement
where framework_item_id is null
union all
select line, 'skill_level', format('"%s" is not a level of the skill "%s".', skill_level, skill)
from requirement
where framework_item_id is not null and skill_level is not null and level is null
union all
select line, 'skill_level', format('The skill "%s" has levels, so a requirement names one.', skill)
from requirement
where level_scale_id is not null and skill_level is null
union all
select requirement.line, 'skill_level',
       format('"%s" contradicts line %s, where the same role asks for another level of "%s".',
              requirement.skill_level, first.line, requirement.skill)
from requirement
join first on first.code = requirement.code and first.framework_item_id = requirement.framework_item_id
where requirement.level is distinct from first.level
union all
select requirement.line, 'role_family',
       format('"%s" contradicts line %s, where the same role belongs to "%s".',
              requirement.family, first_of_role.line, first_of_role.family)
from requirement
join first_of_role on first_of_role.code = requirement.code
where requirement.family <> first_of_role.family
union all
select line, 'role_family',
       format('"%s" is not the family that this version has for the role, "%s".', family, known_family)
from requirement
where family <> known_family
union all
select line, 'skill_level',
       format('"%s" is not the level that this version has for the role and "%s"; a version does not change.',
              skill_level, skill)
from requirement
where known and level is distinct from known_level;

create temporary table good_requirement on commit drop as
select distinct on (code, framework_item_id)
       line, family, role, role_level, code, framework_version_id, framework_item_id, level, role_profile_id, known
from requirement
where not exists (select from fault where fault.line = requirement.line)
order by code, framework_item_id, line;

insert into role_profile (id, framework_version_id, code, family, role, role_level, title)
select distinct on (good.code)
       stable_id('role-profile:gdd-pcf:' || version.version || ':' || good.code), good.framework_version_id, good.code,
       good.family, good.role, good.role_level, coalesce(good.role_level, good.role)
from good_requirement as good
join framework_version as version on version.framework_version_id = good.framework_version_id
where good.role_profile_id is null
order by good.code, good.line;

insert into role_profile_version (role_profile_id, version, valid_from)
select profile.role_profile_id, 1, version.valid_from
from role_profile as profile
join framework_version as version on version.framework_version_id = profile.framework_version_id
where version.framework_version_id in (select good.framework_version_id from good_requirement as good)
on conflict (role_profile_id, version) do nothing;

insert into role_requirement (role_profile_id, framework_item_id, level)
select profile.role_profile_id, good.framework_item_id, good.level
from good_requirement as good
join role_profile as profile on profile.framework_version_id = good.framework_version_id and profile.code = good.code
where not good.known;

select line, column_name, reason
from (
    select line, column_name, reason
    from fault
    union all
    select null, null, format('role profiles: %s added, %s unchanged',
                              count(distinct code) filter (where role_profile_id is null),
                              count(distinct code) filter (where role_profile_id is not null))
    from good_requirement
    union all
    select null, null, format('requirements: %s added, %s unchanged',
                              count(*) filter (where not known), count(*) filter (where known))
    from good_requirement
    union all
    select null, null, format('rows: %s read, %s repeated, %s bad',
                              count(*),
                              count(*)
                                  - (select count(*) from good_requirement)
                                  - (select count(distinct line) from fault),
                              (select count(distinct line) from fault))
    from requirement
) as report
order by line nulls last, column_name;
