-- SPDX-License-Identifier: MIT
-- Made-up people of the made-up force: about one in five has left in the last four years, so that
-- the rate of leavers is about 6 % a year.

create temporary table demo_person on commit drop as
with number as (
    select n,
           case when n = 1 then 0 else pg_temp.draw('worker', n) end as worker,
           n > 1 and pg_temp.draw('leaves', n) < 0.2 as has_left,
           case when n = 1 then 0.96 else pg_temp.draw('service', n) end as service
    from demo
    cross join generate_series(1, demo.people) as n
), dated as (
    select number.n, number.worker,
           case
               when number.has_left then demo.anchor - floor(pg_temp.draw('left on', number.n) * 1460)::int
           end as leaves,
           slice.years
               + slice.span * (number.service - slice.at_least)
               / (slice.below - slice.at_least) as years
    from number
    cross join demo
    join demo_service_slice as slice on slice.how = case when number.has_left then 'left' else 'serving' end
         and number.service >= slice.at_least and number.service < slice.below
)
select dated.n,
       stable_id('demo-person:' || dated.n) as id,
       pg_temp.worker_type(dated.worker) as worker_type,
       coalesce(dated.leaves, demo.anchor) - greatest(1, floor(dated.years * 365.25))::int as joins,
       dated.leaves,
       dated.years
from dated
cross join demo;
analyze demo_person;

