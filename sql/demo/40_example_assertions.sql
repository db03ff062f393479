-- SPDX-License-Identifier: MIT
-- Made-up claims, endorsements, assessments and accreditations, roughly at the level that rank, grade or role profile
-- asks for: some end, some have ended, and levels change, mostly upwards. succeeds is the tag of the one before.

create temporary table demo_assertion (
    n bigint,
    tag text,
    organisation text default 'Example Constabulary',
    succeeds text,
    framework_item_id bigint,
    level int,
    basis text,
    valid_from date,
    valid_before date
) on commit drop;

-- The competencies of the CVF: claimed, perhaps endorsed later, perhaps claimed anew after a year.
insert into demo_assertion (n, tag, framework_item_id, level, basis, valid_from)
select person.n, 'cvf:' || item.code || ':' || said.basis || ':' || said.turn, item.framework_item_id,
       case when posting.step >= 4 then 3 when posting.step >= 1 then 2 else 1 end
           - case when posting.step >= 1 and said.turn = 1 and pg_temp.draw('cvf low', person.n, item.ordinal) < 0.15
                  then 1 else 0 end,
       said.basis, said.day
from demo_person as person
cross join demo
join framework_version as version on version.id = stable_id('framework-version:cop-cvf-2024:2024')
join framework_item as item on item.framework_version_id = version.framework_version_id and item.kind = 'competency'
cross join lateral (
    select greatest(person.joins + 60, demo.anchor - 1000)
               + floor(pg_temp.draw('cvf day', person.n, item.ordinal) * 900)::int as day
) as first
cross join lateral (
    values ('self', 1, first.day, pg_temp.draw('cvf self', person.n, item.ordinal) < 0.6),
           ('endorsed', 1, first.day + 30 + floor(pg_temp.draw('cvf later', person.n, item.ordinal) * 170)::int,
            pg_temp.draw('cvf self', person.n, item.ordinal) < 0.25),
           ('self', 2, first.day + 365, pg_temp.draw('cvf again', person.n, item.ordinal) < 0.3)
) as said (basis, turn, day, happens)
join demo_posting as posting on posting.n = person.n and posting.starts_on <= said.day
     and (posting.ends_before is null or posting.ends_before > said.day)
where said.happens and said.day < demo.anchor;

-- What was claimed while the CVF of 2016 was in force stays with that version.
insert into demo_assertion (n, tag, framework_item_id, level, basis, valid_from)
select person.n, 'cvf-2016:' || item.code, item.framework_item_id,
       case when posting.step >= 4 then 3 when posting.step >= 1 then 2 else 1 end,
       case when pg_temp.draw('2016 basis', person.n, item.ordinal) < 0.7 then 'self' else 'endorsed' end, said.day
from demo_person as person
join framework_version as version on version.id = stable_id('framework-version:cop-cvf-2016:2016')
join framework_item as item on item.framework_version_id = version.framework_version_id and item.kind = 'competency'
cross join lateral (
    select date '2020-01-01' + floor(pg_temp.draw('2016 day', person.n, item.ordinal) * 1500)::int as day
) as said
join demo_posting as posting on posting.n = person.n and posting.starts_on <= said.day
     and (posting.ends_before is null or posting.ends_before > said.day)
where pg_temp.draw('2016', person.n, item.ordinal) < 0.25;

-- PIP 1 after two years as an officer; PIP 2 in investigations, for three years at a time and mostly renewed; PIP 3 for
-- senior investigators.
insert into demo_assertion (n, tag, framework_item_id, level, basis, valid_from, valid_before)
select given.n, 'pip:' || given.level || ':' || given.day, item.framework_item_id, given.level, 'accredited', given.day,
       case when given.level > 1 then (given.day + interval '3 years')::date end
from demo
join framework_version as version on version.id = stable_id('framework-version:cop-pip:1')
join framework_item as item on item.framework_version_id = version.framework_version_id and item.code = 'pip'
cross join lateral (
    select person.n, 1 as level, person.joins + 600 + floor(pg_temp.draw('pip 1', person.n) * 300)::int as day,
           person.leaves
    from demo_person as person
    where person.worker_type = 'police_officer' and pg_temp.draw('pip', person.n) < 0.8
    union all
    select started.n, started.level,
           (started.day + floor(pg_temp.draw('pip 2', started.n) * 300)::int + interval '3 years' * turn)::date,
           started.leaves
    from (
        select n, case when step >= 3 then 3 else 2 end as level, min(starts_on) + 200 as day, leaves
        from demo_posting
        where worker_type = 'police_officer' and unit ~ '^CR'
        group by n, step >= 3, leaves
    ) as started
    cross join generate_series(0, 9) as turn
    where pg_temp.draw('pip 2 turn', started.n, turn) < case turn when 0 then 0.75 else 0.85 end
) as given
where given.day < coalesce(given.leaves, demo.anchor);

-- Leadership stages, assessed some months after the promotion that asks for them; the first for some constables.
insert into demo_assertion (n, tag, framework_item_id, basis, valid_from)
select distinct on (given.n, item.framework_item_id)
       given.n, 'stage:' || given.stage, item.framework_item_id, 'assessed', given.day
from demo
cross join lateral (
    select promotion.n, (array[2, 3, 3, 4, 4, 5, 5, 5])[promotion.step] as stage,
           promotion.day + 120 + floor(pg_temp.draw('stage day', promotion.n, promotion.step) * 400)::int as day,
           person.leaves
    from demo_promotion as promotion
    join demo_person as person on person.n = promotion.n and person.worker_type = 'police_officer'
    where pg_temp.draw('stage', promotion.n, promotion.step) < 0.7
    union all
    select person.n, 1,
           greatest(person.joins + 400, demo.anchor - 1400) + floor(pg_temp.draw('stage day', person.n) * 900)::int,
           person.leaves
    from demo_person as person
    where person.worker_type in ('police_officer', 'police_staff') and pg_temp.draw('stage', person.n) < 0.3
) as given
join framework_version as version on version.id = stable_id('framework-version:cop-leadership-standards:1')
join framework_item as item on item.framework_version_id = version.framework_version_id
     and item.code = 'stage-' || given.stage
where given.day < coalesce(given.leaves, demo.anchor)
order by given.n, item.framework_item_id, given.day;

-- Skills of the role profile: claimed around the level that the role asks for, perhaps assessed for two years, perhaps
-- claimed anew after a year at another level.
insert into demo_assertion (n, tag, framework_item_id, level, basis, valid_from, valid_before)
select latest.n, 'gdd:' || item.code || ':' || said.basis || ':' || said.turn, item.framework_item_id,
       greatest(1, least(4, requirement.level + said.shift)), said.basis, said.day, said.until
from (
    select distinct on (n) n, role_profile_id, joins, leaves
    from demo_posting
    where role_profile_id is not null
    order by n, starts_on desc
) as latest
cross join demo
join role_requirement as requirement on requirement.role_profile_id = latest.role_profile_id
join framework_item as item on item.framework_item_id = requirement.framework_item_id
cross join lateral (
    select greatest(latest.joins + 30, coalesce(latest.leaves, demo.anchor) - 730)
               + floor(pg_temp.draw('skill day', latest.n, item.ordinal) * 360)::int as day,
           pg_temp.draw('skill level', latest.n, item.ordinal) as level,
           pg_temp.draw('skill basis', latest.n, item.ordinal) as basis,
           pg_temp.draw('skill again', latest.n, item.ordinal) as again
) as drawn
cross join lateral (
    values ('self', 1, drawn.day, null, case when drawn.level < 0.3 then -1 when drawn.level < 0.85 then 0 else 1 end,
            drawn.basis < 0.9),
           ('assessed', 1, drawn.day + 90, drawn.day + 90 + 730, case when drawn.level < 0.35 then -1 else 0 end,
            drawn.basis < 0.4),
           ('endorsed', 1, drawn.day + 45, null, case when drawn.level < 0.3 then -1 else 0 end,
            drawn.basis between 0.4 and 0.6),
           ('self', 2, drawn.day + 300, null,
            case when drawn.again < 0.05 then -1 when drawn.level < 0.3 then 0 else 1 end,
            drawn.basis < 0.9 and drawn.again < 0.3)
) as said (basis, turn, day, until, shift, happens)
where said.happens and said.day < coalesce(latest.leaves, demo.anchor);
