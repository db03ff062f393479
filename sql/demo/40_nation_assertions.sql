-- SPDX-License-Identifier: MIT
-- Years of made-up claims, endorsements, assessments and accreditations, about four a year and person: each line of a
-- person, one item on one basis, is said again and again, at a level that mostly grows; before or after it lapses, and
-- often in the place of the one before.

create temporary table demo_assertion (
    n bigint,
    tag text,
    organisation text,
    succeeds text,
    framework_item_id bigint,
    level int,
    basis text,
    valid_from date,
    valid_before date
) on commit drop;

-- What people have lines of: the chance that somebody of an audience has one, days from one time to the next, days of
-- validity (0: no end), and the days on which the framework's version was in force. `%` stands for any code.
create temporary table demo_line on commit drop as
select row_number() over (order by line.basis, item.framework_item_id, line.audience) as line, line.audience,
       line.basis, line.chance, line.period, line.validity, line.since, line.until, item.framework_item_id, item.code,
       item.level_scale_id is not null as levels
from (
    values ('cop-cvf-2016', 'competency', '%', 'anyone', 'self', 0.5, 800, 0, date '2016-01-01', date '2024-01-01'),
           ('cop-cvf-2016', 'competency', '%', 'anyone', 'endorsed', 0.25, 1000, 0, '2016-01-01', '2024-01-01'),
           ('cop-cvf-2024', 'competency', '%', 'anyone', 'self', 0.7, 540, 0, '2024-01-01', null),
           ('cop-cvf-2024', 'competency', '%', 'anyone', 'endorsed', 0.35, 640, 0, '2024-01-01', null),
           ('cop-cvf-2024', 'competency', '%', 'anyone', 'assessed', 0.15, 700, 1096, '2024-01-01', null),
           ('cop-pip', 'programme', 'pip', 'officer', 'accredited', 0.5, 1060, 1096, '2016-01-01', null),
           ('cop-leadership-standards', 'stage', 'stage-1', 'anyone', 'assessed', 0.3, 2500, 0, '2016-01-01', null),
           ('cop-leadership-standards', 'stage', 'stage-2', 'leader', 'assessed', 0.6, 2500, 0, '2016-01-01', null),
           ('cop-leadership-standards', 'stage', 'stage-3', 'leader', 'assessed', 0.3, 2500, 0, '2016-01-01', null),
           ('gdd-pcf', 'skill', 'data-ethics-and-privacy', 'anyone', 'accredited', 0.3, 370, 366, '2016-01-01', null),
           ('gdd-pcf', 'skill', 'information-security', 'anyone', 'accredited', 0.25, 360, 366, '2016-01-01', null),
           ('gdd-pcf', 'skill', 'cyber-incident-management', 'anyone', 'accredited', 0.12, 720, 731, '2016-01-01',
            null),
           ('gdd-pcf', 'skill', 'data-literacy-improvement', 'anyone', 'accredited', 0.25, 1080, 1096, '2016-01-01',
            null),
           ('gdd-pcf', 'skill', 'incident-management', 'officer', 'accredited', 0.4, 740, 731, '2016-01-01', null),
           ('gdd-pcf', 'skill', '%', 'role', 'self', 0.8, 540, 0, '2016-01-01', null),
           ('gdd-pcf', 'skill', '%', 'role', 'assessed', 0.4, 720, 731, '2016-01-01', null),
           ('gdd-pcf', 'skill', '%', 'role', 'endorsed', 0.3, 700, 0, '2016-01-01', null),
           ('gse-pro-framework', 'competency', '%', 'scientist', 'self', 0.6, 600, 0, '2016-01-01', null),
           ('gse-pro-framework', 'competency', '%', 'scientist', 'accredited', 0.2, 1090, 1096, '2016-01-01', null)
) as line (framework, kind, code, audience, basis, chance, period, validity, since, until)
join framework on framework.code = line.framework
join current_framework_version as current on current.framework_id = framework.framework_id
join framework_item as item on item.framework_version_id = current.framework_version_id and item.kind = line.kind
     and item.code like line.code;
analyze demo_line;

-- Which audiences somebody belongs to, from the first day of it; a role asks for items and levels.
create temporary table demo_audience on commit drop as
select person.n, 'anyone' as audience, null::bigint as framework_item_id, null::int as level, person.joins as since
from demo_person as person
union all
select person.n, 'officer', null, null, person.joins + 500
from demo_person as person
where person.worker_type = 'police_officer'
union all
select promotion.n, 'leader', null, null, min(promotion.day) + 120
from demo_promotion as promotion
group by promotion.n
union all
select posting.n, 'scientist', null, null, min(posting.starts_on)
from demo_posting as posting
where posting.science_category is not null
group by posting.n
union all
select latest.n, 'role', requirement.framework_item_id, requirement.level, latest.starts_on
from (
    select distinct on (posting.n) posting.n, posting.role_profile_id, posting.starts_on
    from demo_posting as posting
    where posting.role_profile_id is not null
    order by posting.n, posting.starts_on desc
) as latest
join role_requirement as requirement on requirement.role_profile_id = latest.role_profile_id;
analyze demo_audience;

insert into demo_assertion (n, tag, organisation, succeeds, framework_item_id, level, basis, valid_from, valid_before)
with line as (
    select audience.n, line.line, line.framework_item_id, line.code, line.levels, line.basis, line.period,
           line.validity, audience.level, least(line.until, person.leaves, demo.anchor) as until,
           greatest(demo.begins, audience.since + 60, line.since)
               + floor(least(line.period, 700) * pg_temp.draw('line on', audience.n, line.line))::int as day,
           1 + floor(12 * pg_temp.draw('line for', audience.n, line.line))::int as turns
    from demo_audience as audience
    cross join demo
    join demo_person as person on person.n = audience.n
    join demo_line as line on line.audience = audience.audience
         and (audience.framework_item_id is null or audience.framework_item_id = line.framework_item_id)
    where pg_temp.draw('line', audience.n, line.line) < line.chance
), said as (
    select line.n, line.line, turn, line.framework_item_id, line.code, line.levels, line.basis, line.validity,
           line.level,
           line.day + line.period * turn
               + floor(0.15 * line.period * (pg_temp.draw('again', line.n, line.line * 100 + turn) - 0.5))::int as day
    from line
    cross join lateral generate_series(0, least(line.turns - 1, (line.until - line.day) / line.period)) as turn
    where line.day < line.until
), placed as (
    select said.n, said.line, said.turn, said.framework_item_id, said.code, said.levels, said.basis, said.validity,
           said.day, coalesce(said.level, 0) as asked, organisation.title as organisation, posting.step,
           pg_temp.draw('higher', said.n, said.line) as draw
    from said
    cross join demo
    join demo_posting as posting on posting.n = said.n and not posting.secondment and posting.starts_on <= said.day
         and (posting.ends_before is null or posting.ends_before > said.day)
    join demo_organisation as organisation on organisation.organisation_id = posting.organisation_id
    where said.day < demo.anchor
)
select placed.n, placed.line || ':' || placed.turn, placed.organisation,
       case
           when pg_temp.draw('succeeds', placed.n, placed.line * 100 + placed.turn) < 0.6
           then lag(placed.line || ':' || placed.turn) over line
       end,
       placed.framework_item_id,
       case
           when not placed.levels then null
           when placed.code = 'pip' then case when placed.step >= 3 then 3 when placed.turn > 0 then 2 else 1 end
           when placed.asked > 0
           then greatest(1, least(4, placed.asked - 1 + floor(placed.draw * 2 + placed.turn * 0.3)::int))
           when placed.code like 'we-%'
           then least(3, case when placed.step >= 4 then 3 when placed.step >= 1 then 2 else 1 end
                         + case when placed.turn > 1 and placed.draw < 0.3 then 1 else 0 end)
           else least(3, 1 + floor(placed.draw * 1.5 + placed.turn * 0.2)::int)
       end,
       placed.basis, placed.day,
       case when placed.validity > 0 then placed.day + placed.validity end
from placed
window line as (partition by placed.n, placed.line order by placed.turn);
analyze demo_assertion;
