-- SPDX-License-Identifier: MIT
-- Made-up people and their careers in the made-up force: about one in five has left in the last four years, so that
-- the rate of leavers is about 6 % a year. Length of service at leaving is that of the Home Office's table JL6 (year
-- to March 2025), and 53 % of leavers resign. Names are put together from words and belong to nobody.

create temporary table demo_person on commit drop as
with service (how, share, years, span) as (
    values ('left', 930, 0, 1), ('left', 1011, 1, 1), ('left', 637, 2, 1), ('left', 446, 3, 1), ('left', 407, 4, 1),
           ('left', 839, 5, 5), ('left', 372, 10, 5), ('left', 760, 15, 5), ('left', 1235, 20, 5),
           ('left', 1202, 25, 5),
           ('left', 1148, 30, 3),
           ('serving', 64, 0, 1), ('serving', 64, 1, 1), ('serving', 70, 2, 1), ('serving', 75, 3, 1),
           ('serving', 70, 4, 1),
           ('serving', 200, 5, 5), ('serving', 100, 10, 5), ('serving', 130, 15, 5), ('serving', 140, 20, 5),
           ('serving', 72, 25, 5), ('serving', 15, 30, 3)
), service_slice as (
    select how, years, span,
           (sum(share) over upto - share)::double precision / sum(share) over whole as at_least,
           sum(share) over upto::double precision / sum(share) over whole as below
    from service
    window whole as (partition by how), upto as (partition by how order by years)
), word as (
    select array['Alder', 'Amber', 'Ash', 'Aspen', 'Basil', 'Bay', 'Blossom', 'Bracken', 'Bramble', 'Briar', 'Bryony',
                 'Cedar', 'Clover', 'Coral', 'Fern', 'Flint', 'Garnet', 'Hawthorn', 'Hazel', 'Heather', 'Indigo',
                 'Iris', 'Jasper', 'Juniper', 'Larch', 'Laurel', 'Linden', 'Maple', 'Marigold', 'Myrtle', 'Olive',
                 'Pearl', 'Poppy', 'Robin', 'Rowan', 'Sage', 'Sorrel', 'Tansy', 'Willow', 'Yarrow'] as given,
           array['Amber', 'Apple', 'Autumn', 'Bright', 'Button', 'Candle', 'Clover', 'Copper', 'Cotton', 'Feather',
                 'Ginger', 'Honey', 'Ink', 'Ivory', 'Lantern', 'Marble', 'Merry', 'Oat', 'Paper', 'Pepper', 'Quiet',
                 'Ribbon', 'Silver', 'Summer', 'Thimble', 'Tin', 'Velvet', 'Walnut', 'Winter', 'Wool'] as first_half,
           array['bridge', 'brook', 'castle', 'door', 'ferry', 'field', 'fountain', 'garden', 'harbour', 'hill',
                 'island', 'kettle', 'ladder', 'lake', 'lamp', 'lantern', 'meadow', 'mill', 'moor', 'orchard',
                 'pocket', 'quarry', 'ridge', 'river', 'shore', 'spindle', 'step', 'teapot', 'whistle', 'window']
               as second_half
), number as (
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
           service_slice.years
               + service_slice.span * (number.service - service_slice.at_least)
               / (service_slice.below - service_slice.at_least) as years
    from number
    cross join demo
    join service_slice on service_slice.how = case when number.has_left then 'left' else 'serving' end
         and number.service >= service_slice.at_least and number.service < service_slice.below
)
select dated.n,
       stable_id('demo-person:' || dated.n) as id,
       word.given[1 + floor(pg_temp.draw('given', dated.n) * cardinality(word.given))::int] as given_name,
       word.first_half[1 + floor(pg_temp.draw('first half', dated.n) * cardinality(word.first_half))::int]
           || word.second_half[1 + floor(pg_temp.draw('second half', dated.n) * cardinality(word.second_half))::int]
           as family_name,
       case
           when dated.worker < 0.51 then 'police_officer'
           when dated.worker < 0.91 then 'police_staff'
           when dated.worker < 0.95 then 'pcso'
           when dated.worker < 0.96 then 'designated_officer'
           when dated.worker < 0.98 then 'special_constable'
           else 'police_support_volunteer'
       end as worker_type,
       coalesce(dated.leaves, demo.anchor) - greatest(1, floor(dated.years * 365.25))::int as joins,
       dated.leaves,
       dated.years
from dated
cross join demo
cross join word;
analyze demo_person;

-- Steps up: promotions of officers by rank, and of staff by grade. A step is taken by a share of those on the one
-- before, so many years after it; person 1 is the chief constable and takes them all.
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

-- A career is cut at promotions and at moves to another unit; days closer than two months fall together. Officers
-- change the unit with each step, staff only with a move.
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
select person.n, person.id, person.worker_type, person.joins, person.leaves, stretch.starts_on,
       coalesce(stretch.next_on, person.leaves) as ends_before,
       stretch.starts_on = person.joins as first,
       stretch.next_on is null as last,
       coalesce(max(promotion.step), 0) as step,
       row_number() over (partition by person.n order by stretch.starts_on)
           - case person.worker_type when 'police_staff' then count(promotion.step) else 0 end as place
from stretch
join demo_person as person on person.n = stretch.n
left join demo_promotion as promotion on promotion.n = stretch.n
     and promotion.day < stretch.starts_on + 61
group by person.n, person.id, person.worker_type, person.joins, person.leaves, stretch.starts_on, stretch.next_on;

-- Roles of the Government Digital and Data framework in the units that have them, as slices of the numbers from 0 to 1,
-- with a ladder of role levels from entry upwards.
create temporary table demo_role on commit drop as
select unit, category, ladder,
       (sum(weight) over upto - weight)::double precision / sum(weight) over whole as at_least,
       sum(weight) over upto::double precision / sum(weight) over whole as below
from (
    values ('DD-DA-S', 1, 5, 'data_scientist', 'data-scientist',
            array['trainee-data-scientist', 'associate-data-scientist', 'data-scientist', 'lead-data-scientist',
                  'head-of-data-science']),
           ('DD-DA-S', 2, 3, 'engineer', 'data-engineer',
            array['data-engineer', 'data-engineer', 'senior-data-engineer', 'lead-data-engineer',
                  'head-of-data-engineering']),
           ('DD-DA-S', 3, 2, 'engineer', 'analytics-engineer',
            array['trainee-analytics-engineer', 'analytics-engineer', 'senior-analytics-engineer',
                  'lead-analytics-engineer',
                  'head-of-analytics-engineering']),
           ('DD-DA-P', 1, 1, 'analyst', 'performance-analyst',
            array['associate-performance-analyst', 'performance-analyst', 'senior-performance-analyst',
                  'lead-performance-analyst', 'head-of-performance-analysis']),
           ('DD-DA-P', 2, 1, 'analyst', 'data-analyst',
            array['associate-data-analyst', 'data-analyst', 'senior-data-analyst', 'principal-data-analyst']),
           ('DD-DA', 1, 3, 'technologist', 'data-governance-manager',
            array['data-governance-manager', 'data-governance-manager', 'lead-data-governance-manager',
                  'head-of-data-governance']),
           ('DD-DA', 2, 1, 'behavioural_social_scientist', 'data-ethicist', array['data-ethics-lead']),
           ('IN-AN', 1, 1, 'analyst', 'data-analyst',
            array['associate-data-analyst', 'data-analyst', 'senior-data-analyst', 'principal-data-analyst']),
           ('DD-TS', 1, 3, 'technologist', 'service-desk-manager',
            array['service-desk-analyst', 'senior-service-desk-analyst', 'service-desk-manager',
                  'head-of-service-desk']),
           ('DD-TS', 2, 3, 'technologist', 'infrastructure-engineer',
            array['associate-infrastructure-engineer', 'infrastructure-engineer', 'senior-infrastructure-engineer',
                  'lead-infrastructure-engineer', 'principal-infrastructure-engineer']),
           ('DD-TS', 3, 2, 'engineer', 'software-developer',
            array['apprentice-developer', 'junior-developer', 'developer', 'senior-developer', 'lead-developer']),
           ('DD-TS', 4, 2, 'analyst', 'business-analyst',
            array['trainee-business-analyst', 'junior-business-analyst', 'business-analyst', 'senior-business-analyst',
                  'lead-business-analyst'])
) as known (unit, ordinal, weight, category, role, levels)
cross join lateral (
    select array_agg(known.role || '.' || role_level order by position) as ladder
    from unnest(known.levels) with ordinality as rung (role_level, position)
) as rungs
window whole as (partition by unit), upto as (partition by unit order by ordinal);

create temporary table demo_posting on commit drop as
with placed as (
    select career.n, career.id, career.worker_type, career.starts_on, career.ends_before, career.leaves, career.joins,
           career.first, career.last, career.step, place.unit_id, place.code as unit
    from demo_career as career
    join demo_place as place on place.audience = case
             when career.worker_type in ('police_staff', 'designated_officer') then 'staff'
             when career.worker_type <> 'police_officer' then 'volunteer'
             when career.step >= 6 then 'chief'
             when career.step >= 3 then 'senior'
             else 'officer'
         end
         and pg_temp.draw('unit', career.n, career.place) >= place.at_least
         and pg_temp.draw('unit', career.n, career.place) < place.below
)
select placed.n, placed.id, placed.worker_type, placed.starts_on, placed.ends_before, placed.leaves, placed.joins,
       placed.first, placed.last, placed.step, placed.unit_id, placed.unit, profile.role_profile_id,
       coalesce(role.category,
                case when placed.unit = 'DD-DF' and placed.worker_type = 'police_staff' then 'technologist' end)
           as science_category,
       case
           when placed.worker_type in ('special_constable', 'police_support_volunteer') then 0.1
           when pg_temp.draw('part time', placed.n)
                < case placed.worker_type when 'police_officer' then 0.07 else 0.24 end
           then 0.5 + 0.1 * floor(pg_temp.draw('hours', placed.n) * 5)
           else 1
       end as fte
from placed
left join demo_role as role on role.unit = placed.unit and placed.worker_type = 'police_staff'
     and pg_temp.draw('role', placed.n) >= role.at_least and pg_temp.draw('role', placed.n) < role.below
left join framework on framework.code = 'gdd-pcf'
left join current_framework_version as current on current.framework_id = framework.framework_id
left join role_profile as profile on profile.framework_version_id = current.framework_version_id
     and profile.code = role.ladder[least(1 + placed.step, cardinality(role.ladder))];
create index on demo_posting (n);
analyze demo_posting;

insert into person (id, given_name, family_name, email, synthetic, seen_by, recorded_at)
select person.id, person.given_name, person.family_name, 'e' || lpad(person.n::text, 6, '0') || '@example.invalid',
       true, array[demo.organisation_id], person.joins
from demo_person as person
cross join demo
order by person.n;

insert into posting (id, person_id, organisation_id, staff_number, unit_id, worker_type, rank, grade, role_profile_id,
                     science_category, fte, starts_on, ends_before, joiner_type, leaver_type, recorded_at)
select stable_id('demo-posting:' || posting.n || ':' || posting.starts_on), person.person_id, demo.organisation_id,
       'E' || lpad(posting.n::text, 6, '0'), posting.unit_id, posting.worker_type,
       case
           when posting.worker_type = 'special_constable' then 'constable'
           when posting.worker_type = 'police_officer' then rank.code
       end,
       case
           when posting.worker_type in ('police_staff', 'pcso', 'designated_officer')
           then 'Grade ' || chr(67 + posting.step)
       end,
       posting.role_profile_id, posting.science_category, posting.fte, posting.starts_on, posting.ends_before,
       case when posting.first then
           case
               when posting.worker_type in ('special_constable', 'police_support_volunteer') then 'standard_recruit'
               when draws.joiner < 0.06 then 'transfer'
               when draws.joiner < 0.09 then 'rejoiner'
               when posting.worker_type <> 'police_officer' then 'standard_recruit'
               when draws.joiner < 0.15 then 'previously_special'
               when draws.joiner < 0.24 then 'previously_pcso_or_staff'
               when draws.joiner < 0.27 then 'police_now'
               else 'standard_recruit'
           end
       end,
       case when posting.last and posting.leaves is not null then
           case
               when posting.worker_type = 'police_support_volunteer'
               then case when draws.leaver < 0.8 then 'voluntary_resignation' else 'other' end
               when draws.years >= 25 and draws.leaver < 0.86 then 'normal_retirement'
               when draws.leaver < 0.69 or draws.leaver between 0.86 and 0.94 and draws.years >= 25
               then 'voluntary_resignation'
               when draws.years >= 25 then 'medical_retirement'
               when draws.leaver < 0.76 then 'dismissal'
               when draws.leaver < 0.88 then 'transfer'
               when draws.leaver < 0.94 then 'medical_retirement'
               when draws.leaver < 0.96 then 'death'
               else 'other'
           end
       end,
       posting.starts_on
from demo_posting as posting
join demo_person on demo_person.n = posting.n
join person on person.id = posting.id
cross join demo
cross join lateral (
    select pg_temp.draw('joiner type', posting.n) as joiner, pg_temp.draw('leaver type', posting.n) as leaver,
           demo_person.years
) as draws
left join (
    values (0, 'constable'), (1, 'sergeant'), (2, 'inspector'), (3, 'chief_inspector'), (4, 'superintendent'),
           (5, 'chief_superintendent'), (6, 'assistant_chief_constable'), (7, 'deputy_chief_constable'),
           (8, 'chief_constable')
) as rank (step, code) on rank.step = posting.step
order by posting.n, posting.starts_on;
