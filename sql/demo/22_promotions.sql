-- SPDX-License-Identifier: MIT
-- Steps up: promotions of officers by rank, and of staff by grade. A step is taken by a share of those on the one
-- before, so many years after it; person 1, of the one force, is its chief constable and takes them all.

create temporary table demo_promotion on commit drop as
with step (worker_type, step, share, years, span) as (
    values ('police_officer', 1, 0.5, 3, 12), ('police_officer', 2, 0.45, 3, 5), ('police_officer', 3, 0.4, 2, 4),
           ('police_officer', 4, 0.5, 2, 4), ('police_officer', 5, 0.5, 2, 3), ('police_officer', 6, 0.4, 2, 2),
           ('police_officer', 7, 0.4, 1, 2), ('police_officer', 8, 0, 2, 2),
           ('police_staff', 1, 0.65, 1, 4), ('police_staff', 2, 0.5, 2, 5), ('police_staff', 3, 0.35, 3, 6),
           ('police_staff', 4, 0.2, 3, 6)
), taken as (
    select person.n, step.step,
           person.joins
               + floor(365.25 * sum(case when person.n = 1 then 3 else step.years + step.span
                                    * pg_temp.draw('promoted after', person.n, step.step) end) over upto)::int as day,
           bool_and(person.n = 1 or pg_temp.draw('promoted', person.n, step.step) < step.share) over upto as reached
    from demo_person as person
    join step on step.worker_type = person.worker_type
    window upto as (partition by person.n order by step.step)
)
select taken.n, taken.step, taken.day
from taken
join demo_person as person on person.n = taken.n
cross join demo
where taken.reached and taken.day > person.joins + 60 and taken.day < coalesce(person.leaves, demo.anchor) - 30;
analyze demo_promotion;
