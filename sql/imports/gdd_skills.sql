-- columns: skill_name skill_description awareness working practitioner expert roles_that_require_skill
-- SPDX-License-Identifier: MIT
-- A file of skills of the Government Digital and Data framework becomes a version of gdd-pcf, named by the day. A
-- version never changes: a file that says what the newest version says makes none. Rows NOT IN USE are left out,
-- repeated rows count once, and a skill whose level cells are all empty or NOT IN USE has no levels.

create temporary table skill on commit drop as
select line,
       trim(both '-' from regexp_replace(lower(title), '[^a-z0-9]+', '-', 'g')) as code,
       title,
       description,
       jsonb_build_array(title, description, awareness, working, practitioner, expert)::text as content,
       array[awareness, working, practitioner, expert] as levels
from (
    select line,
           trim(skill_name) as title,
           nullif(trim(replace(skill_description, E'\r', '')), '') as description,
           nullif(nullif(trim(replace(awareness, E'\r', '')), ''), 'NOT IN USE') as awareness,
           nullif(nullif(trim(replace(working, E'\r', '')), ''), 'NOT IN USE') as working,
           nullif(nullif(trim(replace(practitioner, E'\r', '')), ''), 'NOT IN USE') as practitioner,
           nullif(nullif(trim(replace(expert, E'\r', '')), ''), 'NOT IN USE') as expert
    from rows
) as cell
where title is distinct from 'NOT IN USE';

create temporary table fault on commit drop as
select line, 'skill_name' as column_name, 'A skill needs a name of letters or digits.' as reason
from skill
where coalesce(code, '') = ''
union all
select skill.line, 'skill_name',
       format('"%s" is described in another way in line %s; a skill has one description.', skill.title, first.line)
from skill
join (
    select distinct on (code) code, line, content
    from skill
    order by code, line
) as first on first.code = skill.code
where skill.code <> '' and skill.content <> first.content;

create temporary table good_skill on commit drop as
select distinct on (code) line, code, title, description, content, levels
from skill
where not exists (select from fault where fault.line = skill.line)
order by code, line;

create temporary table made_version on commit drop as
with previous as (
    select version.framework_version_id, version.content_digest
    from framework_version as version
    join framework on framework.framework_id = version.framework_id
    where framework.code = 'gdd-pcf'
    order by version.valid_from desc, version.framework_version_id desc
    limit 1
), content as (
    select encode(sha256(convert_to(string_agg(content, E'\n' order by code collate "C"), 'UTF8')), 'hex') as digest
    from good_skill
), same_day as (
    select framework.framework_id, count(version.framework_version_id) as versions
    from framework
    left join framework_version as version on version.framework_id = framework.framework_id
         and split_part(version.version, '.', 1) = london_today()::text
    where framework.code = 'gdd-pcf'
    group by framework.framework_id
)
select same_day.framework_id,
       concat_ws('.', london_today()::text, nullif(same_day.versions + 1, 1)) as version,
       content.digest,
       previous.framework_version_id as previous_id
from content
cross join same_day
left join previous on true
where content.digest is not null and content.digest is distinct from previous.content_digest;

insert into framework_version (id, framework_id, version, valid_from, content_digest)
select stable_id('framework-version:gdd-pcf:' || version), framework_id, version, london_today(), digest
from made_version;

update framework_version as previous
set replaced_by_id = version.framework_version_id
from made_version
join framework_version as version on version.framework_id = made_version.framework_id
     and version.version = made_version.version
where previous.framework_version_id = made_version.previous_id;

insert into framework_item (id, framework_version_id, code, title, kind, description, level_scale_id, ordinal)
select stable_id('framework-item:gdd-pcf:' || version.version || ':' || skill.code), version.framework_version_id,
       skill.code, skill.title, 'skill', skill.description, scale.level_scale_id,
       row_number() over (order by skill.code collate "C")
from made_version
join framework_version as version on version.framework_id = made_version.framework_id
     and version.version = made_version.version
cross join good_skill as skill
left join level_scale as scale on scale.code = 'gdd' and num_nonnulls(variadic skill.levels) > 0;

insert into framework_item_level (framework_item_id, level, description)
select item.framework_item_id, cell.level, cell.description
from made_version
join framework_item as item on item.framework_version_id = (
         select framework_version_id
         from framework_version
         where framework_id = made_version.framework_id and version = made_version.version)
join good_skill as skill on skill.code = item.code
cross join lateral unnest(skill.levels) with ordinality as cell (description, level)
where cell.description is not null;

insert into framework_association (id, kind, origin_id, destination_id)
select stable_id('framework-association:' || item.id || ':exactMatchOf:' || previous.id), 'exactMatchOf',
       item.framework_item_id, previous.framework_item_id
from made_version
join framework_version as version on version.framework_id = made_version.framework_id
     and version.version = made_version.version
join framework_item as item on item.framework_version_id = version.framework_version_id
join framework_item as previous on previous.framework_version_id = made_version.previous_id
     and previous.code = item.code;

select close_framework_version(version.framework_version_id)
from made_version
join framework_version as version on version.framework_id = made_version.framework_id
     and version.version = made_version.version;

select line, column_name, reason
from (
    select line, column_name, reason
    from fault
    union all
    select null, null,
           case
               when exists (select from made_version)
               then format('version %s of gdd-pcf: %s skills', (select version from made_version), count(*))
               when count(*) = 0 then 'gdd-pcf: the file has no skills, nothing changed'
               else format('gdd-pcf: unchanged, %s skills as in the newest version', count(*))
           end
    from good_skill
    union all
    select null, null, format('rows: %s read, %s repeated, %s not in use, %s bad',
                              (select count(*) from rows),
                              (select count(*) from skill)
                                  - (select count(*) from good_skill)
                                  - (select count(distinct line) from fault),
                              (select count(*) from rows) - (select count(*) from skill),
                              (select count(distinct line) from fault))
) as report
order by line nulls last, column_name;
