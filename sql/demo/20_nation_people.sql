-- SPDX-License-Identifier: MIT
-- Who holds a post of the nation, one after the other: so there are as many people at any time as posts. The first has
-- served as people do, each leaves as the Home Office's figures say, by the year of service, and the next joins some
-- days later. The number of a person is that of the post, times 64, plus that of those before.

-- Leavers a year of those who serve so long, and what has added up before: the chance to stay is exp(-hazard).
create temporary table demo_hazard on commit drop as
select known.years, known.span, known.rate,
       coalesce(sum(known.rate * known.span) over before, 0) as hazard
from (
    select serving.years, case serving.years when 30 then 100 else serving.span end as span,
           leaving.share / (148452 * serving.share / 1000.0) as rate
    from demo_service as serving
    join demo_service as leaving on leaving.how = 'left' and leaving.years = serving.years
    where serving.how = 'serving'
) as known
window before as (order by known.years rows between unbounded preceding and 1 preceding);

analyze demo_hazard;

-- The length of service at which so much has added up.
create or replace function pg_temp.years_at(hazard double precision) returns double precision language sql stable as $$
    select band.years + (years_at.hazard - band.hazard) / band.rate
    from demo_hazard as band
    where band.hazard <= years_at.hazard
    order by band.hazard desc
    limit 1
$$;

-- How long somebody stays, of whom so much has added up before; others than officers leave more often.
create or replace function pg_temp.stays(post bigint, before int, worker_type text, hazard double precision)
returns int language sql stable as $$
    select greatest(1, floor(365.25 * pg_temp.years_at(
        hazard - ln(1 - pg_temp.draw('stays', post, before))
                 / case worker_type
                       when 'police_officer' then 1
                       when 'police_staff' then 1.4
                       when 'designated_officer' then 1.4
                       when 'pcso' then 1.5
                       else 2.5
                   end))::int)
$$;

create temporary table demo_person on commit drop as
with recursive first_holder as (
    select post.post, pg_temp.worker_type(pg_temp.draw('post', post.post)) as worker_type, post.begins,
           slice.years + slice.span * (post.served - slice.at_least) / (slice.below - slice.at_least) as years
    from (
        select k as post, demo.begins, pg_temp.draw('served', k) as served
        from demo
        cross join generate_series(demo.first, demo.first + demo.posts - 1) as k
    ) as post
    join demo_service_slice as slice on slice.how = 'serving'
         and post.served >= slice.at_least and post.served < slice.below
), holder as (
    select first_holder.post, 0 as before, first_holder.worker_type,
           first_holder.begins - 1 - floor(365.25 * first_holder.years)::int as joins,
           greatest(first_holder.begins,
                    first_holder.begins - 1 - floor(365.25 * first_holder.years)::int
                        + pg_temp.stays(first_holder.post, 0, first_holder.worker_type,
                                        band.hazard + band.rate * (first_holder.years - band.years))) as leaves
    from first_holder
    join demo_hazard as band on first_holder.years >= band.years and first_holder.years < band.years + band.span
    union all
    select holder.post, holder.before + 1, holder.worker_type, next_holder.joins,
           next_holder.joins + pg_temp.stays(holder.post, holder.before + 1, holder.worker_type, 0)
    from holder
    cross join demo
    cross join lateral (
        select holder.leaves + floor(30 * pg_temp.draw('vacant', holder.post, holder.before))::int as joins
    ) as next_holder
    where next_holder.joins < demo.anchor - 1 and holder.before < 63
), numbered as (
    select holder.post::bigint * 64 + holder.before as n, holder.worker_type, holder.joins,
           case when holder.leaves < demo.anchor then holder.leaves end as leaves
    from holder
    cross join demo
)
select numbered.n, stable_id('demo-person:' || demo.tag || numbered.n) as id, numbered.worker_type, numbered.joins,
       numbered.leaves, (coalesce(numbered.leaves, demo.anchor) - numbered.joins) / 365.25 as years
from numbered
cross join demo;
analyze demo_person;
