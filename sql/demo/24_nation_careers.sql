-- SPDX-License-Identifier: MIT
-- Careers of the nation: cut into spells by transfers to other forces and by breaks in service, spells into postings by
-- promotions and moves to another unit, and beside them secondments, during which nothing changes at home.

-- An end of a spell before its time: a transfer, about one in a hundred years of service, or a break of up to two years
-- and a half. What is too near to another, or to the first or last day, does not come about.
create temporary table demo_spell on commit drop as
with drawn as (
    select person.n, demo.begins + floor(365.25 * demo.years * pg_temp.draw('transfers on', person.n, k))::int as day,
           0 as gap, to_force.organisation_id
    from demo_person as person
    cross join demo
    cross join generate_series(1, 2) as k
    join demo_size as to_force on pg_temp.draw('transfers to', person.n, k) >= to_force.at_least
         and pg_temp.draw('transfers to', person.n, k) < to_force.below
    where pg_temp.draw('transfers', person.n, k)
          < 0.0075 * demo.years * case when person.worker_type in ('police_officer', 'police_staff') then 1 else 0.2 end
    union all
    select person.n, demo.begins + floor(365.25 * demo.years * pg_temp.draw('breaks on', person.n))::int,
           180 + floor(pg_temp.draw('breaks for', person.n) * 720)::int, null
    from demo_person as person
    cross join demo
    where pg_temp.draw('breaks', person.n) < 0.004 * demo.years
), kept as (
    select drawn.n, drawn.day, drawn.gap, drawn.organisation_id,
           lag(drawn.day + drawn.gap, 1, person.joins) over career as before
    from drawn
    cross join demo
    join demo_person as person on person.n = drawn.n
    where drawn.day > person.joins + 400
      and drawn.day + drawn.gap < coalesce(person.leaves, demo.anchor) - 200
    window career as (partition by drawn.n order by drawn.day, drawn.gap)
), start as (
    select person.n, 0 as turn, person.joins as day, 0 as gap, demo.organisation_id
    from demo_person as person
    cross join demo
    union all
    select kept.n, row_number() over (partition by kept.n order by kept.day), kept.day, kept.gap, kept.organisation_id
    from kept
    where kept.day > kept.before + 300
), placed as (
    -- After a break people come back to where they were.
    select start.n, start.turn, start.day, start.gap,
           (array_agg(start.organisation_id) filter (where start.organisation_id is not null) over upto)
               [count(start.organisation_id) over upto] as organisation_id
    from start
    window upto as (partition by start.n order by start.turn)
), moved as (
    select placed.n, placed.day, placed.gap, placed.organisation_id
    from (
        select placed.n, placed.turn, placed.day, placed.gap, placed.organisation_id,
               lag(placed.organisation_id) over (partition by placed.n order by placed.turn) as before
        from placed
    ) as placed
    where placed.gap > 0 or placed.organisation_id is distinct from placed.before
)
select moved.n, moved.organisation_id, moved.day + moved.gap as starts_on,
       coalesce(lead(moved.day) over career, person.leaves) as ends_before,
       moved.day = person.joins as first,
       lead(moved.day) over career is null as last,
       case when moved.gap > 0 then 'rejoiner' when moved.day > person.joins then 'transfer' end as joiner_type,
       case lead(moved.gap > 0) over career
           when true then 'voluntary_resignation'
           when false then 'transfer'
       end as leaver_type
from moved
join demo_person as person on person.n = moved.n
window career as (partition by moved.n order by moved.day);
analyze demo_spell;

create temporary table demo_career on commit drop as
with cut as (
    select n, starts_on as day
    from demo_spell
    union
    select n, day
    from demo_promotion
    union
    select person.n, demo.begins + 365 * year + floor(365 * pg_temp.draw('moves on', person.n, year))::int
    from demo_person as person
    cross join demo
    cross join generate_series(0, demo.years - 1) as year
    where pg_temp.draw('moves', person.n, year)
          < case person.worker_type when 'police_officer' then 0.16 when 'police_staff' then 0.05 else 0 end
), spaced as (
    select cut.n, cut.day, lag(cut.day) over (partition by cut.n, spell.starts_on order by cut.day) as before,
           spell.organisation_id, spell.starts_on as spell_starts_on, spell.ends_before as spell_ends_before,
           spell.first, spell.last, spell.joiner_type, spell.leaver_type
    from cut
    cross join demo
    join demo_spell as spell on spell.n = cut.n
         and (cut.day = spell.starts_on
              or cut.day > spell.starts_on + 60 and cut.day < coalesce(spell.ends_before, demo.anchor) - 30)
), stretch as (
    select n, day, lead(day) over spell as next_on, organisation_id, spell_starts_on, spell_ends_before, first, last,
           joiner_type, leaver_type
    from spaced
    where before is null or day - before > 60
    window spell as (partition by n, spell_starts_on order by day)
), seconded as (
    select spell.n, host.organisation_id, stay.starts_on, stay.ends_before,
           pg_temp.draw('seconded counts', spell.n) >= 0.2 as counts
    from demo_spell as spell
    cross join demo
    cross join lateral (
        select demo.begins + floor(365.25 * demo.years * pg_temp.draw('seconded on', spell.n))::int as starts_on,
               demo.begins + floor(365.25 * demo.years * pg_temp.draw('seconded on', spell.n))::int
                   + 365 + floor(pg_temp.draw('seconded for', spell.n) * 550)::int as ends_before
    ) as stay
    cross join lateral (
        select pg_temp.draw('seconded to', spell.n) < 0.3 as agency, pg_temp.draw('seconded to force', spell.n) as draw
    ) as choice
    join demo_size as host on host.organisation_id <> spell.organisation_id
         and case
                 when choice.agency then host.code = 'nca'
                 else choice.draw >= host.at_least and choice.draw < host.below
             end
    where pg_temp.draw('seconded', spell.n) < 0.006 * demo.years
      and stay.starts_on > spell.starts_on + 300
      and stay.ends_before < coalesce(spell.ends_before, demo.anchor + 300)
      and not exists (
          select
          from stretch
          where stretch.n = spell.n and stretch.day > stay.starts_on and stretch.day < stay.ends_before)
), counted as (
    select stretch.n, stretch.day, max(promotion.step) as step, count(promotion.step) as promotions
    from stretch
    left join demo_promotion as promotion on promotion.n = stretch.n and promotion.day < stretch.day + 61
    group by stretch.n, stretch.day
)
select person.n, person.id, person.worker_type, stretch.organisation_id, person.joins, person.leaves,
       stretch.day as starts_on, coalesce(stretch.next_on, stretch.spell_ends_before) as ends_before,
       stretch.first and stretch.day = stretch.spell_starts_on as first,
       stretch.last and stretch.next_on is null as last,
       coalesce(counted.step, 0) as step,
       row_number() over (partition by person.n order by stretch.day)
           - case person.worker_type when 'police_staff' then counted.promotions else 0 end as place,
       case when stretch.day = stretch.spell_starts_on then stretch.joiner_type end as joiner_type,
       case when stretch.next_on is null then stretch.leaver_type end as leaver_type,
       true as counts,
       false as secondment
from stretch
join counted on counted.n = stretch.n and counted.day = stretch.day
join demo_person as person on person.n = stretch.n
union all
select person.n, person.id, person.worker_type, seconded.organisation_id, person.joins, person.leaves,
       seconded.starts_on, seconded.ends_before, false, false,
       coalesce((select max(step) from demo_promotion as promotion
                 where promotion.n = seconded.n and promotion.day <= seconded.starts_on), 0),
       1000, null, null, seconded.counts, true
from seconded
join demo_person as person on person.n = seconded.n;
analyze demo_career;
