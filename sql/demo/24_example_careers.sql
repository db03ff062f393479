-- SPDX-License-Identifier: MIT
-- A career is cut at promotions and at moves to another unit; days closer than two months fall together. Officers
-- change the unit with each step, staff only with a move. Where joiner and leaver types are null, they are drawn later.

create temporary table demo_career on commit drop as
with cut as (
    select n, joins as day
    from demo_person
    union
    select n, day
    from demo_promotion
    union
    select person.n, demo.anchor - floor(pg_temp.draw('moves on', person.n, move) * 1826)::int
    from demo_person as person
    cross join demo
    cross join generate_series(1, 2) as move
    where pg_temp.draw('moves', person.n, move)
          < case person.worker_type when 'police_officer' then 0.4 when 'police_staff' then 0.12 else 0 end
), spaced as (
    select cut.n, cut.day, lag(cut.day) over (partition by cut.n order by cut.day) as before
    from cut
    join demo_person as person on person.n = cut.n
    cross join demo
    where cut.day = person.joins
       or (cut.day > person.joins + 60 and cut.day < coalesce(person.leaves, demo.anchor) - 30)
), stretch as (
    select n, day as starts_on, lead(day) over (partition by n order by day) as next_on
    from spaced
    where before is null or day - before > 60
)
select person.n, person.id, person.worker_type, demo.organisation_id, person.joins, person.leaves, stretch.starts_on,
       coalesce(stretch.next_on, person.leaves) as ends_before,
       stretch.starts_on = person.joins as first,
       stretch.next_on is null as last,
       coalesce(max(promotion.step), 0) as step,
       row_number() over (partition by person.n order by stretch.starts_on)
           - case person.worker_type when 'police_staff' then count(promotion.step) else 0 end as place,
       null::text as joiner_type,
       null::text as leaver_type,
       true as counts,
       false as secondment
from stretch
cross join demo
join demo_person as person on person.n = stretch.n
left join demo_promotion as promotion on promotion.n = stretch.n
     and promotion.day < stretch.starts_on + 61
group by person.n, person.id, person.worker_type, demo.organisation_id, person.joins, person.leaves, stretch.starts_on,
         stretch.next_on;
analyze demo_career;
