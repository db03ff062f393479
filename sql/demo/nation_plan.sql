-- What is to be made of the nation, slice by slice, with settings demo.people (at a time) and demo.years: run once,
-- before the scripts that make a slice. One row a slice, at most 1,000 posts of one organisation, or one row with a
-- fault. A slice is a transaction: a long one would hold up what is folded of the ledger.
-- SPDX-License-Identifier: MIT

-- Officers of each force, by which people are spread: full-time equivalents of March 2025 where there are any,
-- otherwise the headcount of September 2019 (Scotland 2022, Northern Ireland 2021). For the last three no number was
-- found: those are estimates. Shares are slices of the numbers from 0 to 1.
create temporary table if not exists demo_size as
select organisation.organisation_id, known.code, organisation.name,
       row_number() over upto as ordinal,
       (sum(known.officers) over upto - known.officers)::double precision / sum(known.officers) over () as at_least,
       sum(known.officers) over upto::double precision / sum(known.officers) over () as below
from (
    values ('avon-and-somerset', 3327), ('bedfordshire', 1481), ('cambridgeshire', 1720), ('cheshire', 2395),
           ('city-of-london', 992), ('cleveland', 1520), ('cumbria', 1365), ('derbyshire', 2102),
           ('devon-and-cornwall', 3618), ('dorset', 1420), ('durham', 1376), ('dyfed-powys', 1291), ('essex', 3760),
           ('gloucestershire', 1346), ('greater-manchester', 6598), ('gwent', 1306), ('hampshire', 2749),
           ('hertfordshire', 2069), ('humberside', 1938), ('kent', 3615), ('lancashire', 2952),
           ('leicestershire', 1860), ('lincolnshire', 1093), ('merseyside', 3640), ('metropolitan', 33293),
           ('norfolk', 1698), ('north-wales', 1522), ('north-yorkshire', 1454), ('northamptonshire', 1297),
           ('northumbria', 3129), ('nottinghamshire', 1971), ('south-wales', 3036), ('south-yorkshire', 2434),
           ('staffordshire', 1604), ('suffolk', 1211), ('surrey', 1947), ('sussex', 2755), ('thames-valley', 4301),
           ('warwickshire', 956), ('west-mercia', 2148), ('west-midlands', 6546), ('west-yorkshire', 5280),
           ('wiltshire', 1002), ('police-scotland', 16610), ('northern-ireland', 6969), ('btp', 3022), ('mdp', 2700),
           ('cnc', 1600), ('nca', 5500)
) as known (code, officers)
join organisation on organisation.code = known.code
window upto as (order by known.code collate "C");
analyze demo_size;

-- What is there already says in its addresses how many people it has, over how many years, up to which month.
with there as (
    select found.of[1]::int as people, found.of[2]::int as years, found.of[3]::date as anchor
    from person
    cross join lateral (
        select regexp_match(person.email, '@p(\d+)\.y(\d+)\.m(\d+-\d+-\d+)\.example\.invalid$') as of
    ) as found
    where found.of is not null
    limit 1
), asked as (
    select current_setting('demo.people')::int as people, current_setting('demo.years')::int as years,
           coalesce((select there.anchor from there), date_trunc('month', london_today())::date) as anchor
), fault as (
    select 'There are people here who are not made up.' as sentence
    where exists (select from person where not person.synthetic)
    union all
    select format('A made-up nation of %s people and %s years is there already, or has been begun.', there.people,
                  there.years)
    from there, asked
    where (there.people, there.years) <> (asked.people, asked.years)
    limit 1
), share as (
    select size.code, size.name, size.ordinal, count(*) over () as organisations,
           round(asked.people * size.at_least)::int as first, round(asked.people * size.below)::int as beyond
    from demo_size as size
    cross join asked
)
select null as fault, share.code, share.name, share.ordinal, share.organisations, slice.first,
       least(1000, share.beyond - slice.first) as people, asked.anchor,
       exists (
           select
           from person
           where person.id = stable_id(format('demo-person:nation:%s:%s:%s:%s', asked.people, asked.years, asked.anchor,
                                              slice.first * 64))) as done
from asked
cross join share
cross join generate_series(share.first, share.beyond - 1, 1000) as slice (first)
where not exists (select from fault)
union all
select fault.sentence, null, null, null, null, null, null, null, null
from fault
order by ordinal, first;
