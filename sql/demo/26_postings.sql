-- SPDX-License-Identifier: MIT
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
analyze demo_role;

create temporary table demo_posting on commit drop as
with placed as (
    select career.n, career.id, career.organisation_id, career.worker_type, career.starts_on, career.ends_before,
           career.leaves, career.joins, career.first, career.last, career.step, career.joiner_type, career.leaver_type,
           career.counts, career.secondment, place.unit_id, place.code as unit
    from demo_career as career
    join demo_place as place on place.organisation_id = career.organisation_id and place.audience = case
             when career.worker_type in ('police_staff', 'designated_officer') then 'staff'
             when career.worker_type <> 'police_officer' then 'volunteer'
             when career.step >= 6 then 'chief'
             when career.step >= 3 then 'senior'
             else 'officer'
         end
         and pg_temp.draw('unit', career.n, career.place) >= place.at_least
         and pg_temp.draw('unit', career.n, career.place) < place.below
)
select placed.n, placed.id, placed.organisation_id, placed.worker_type, placed.starts_on, placed.ends_before,
       placed.leaves, placed.joins, placed.first, placed.last, placed.step, placed.joiner_type, placed.leaver_type,
       placed.counts, placed.secondment, placed.unit_id, placed.unit, profile.role_profile_id,
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

-- Which organisations see what of a person, as organisations_seeing() will say once the postings are there.
create or replace function pg_temp.seeing(whose bigint, from_day date, before_day date) returns bigint[]
language sql stable as $$
    select array_agg(distinct posting.organisation_id order by posting.organisation_id)
    from demo_posting as posting
    where posting.n = whose
      and (before_day is null or posting.starts_on < before_day)
      and (posting.ends_before is null or posting.ends_before > from_day)
$$;

create temporary table demo_known on commit drop as
select person.n, nextval(pg_get_serial_sequence('person', 'person_id')) as person_id,
       pg_temp.seeing(person.n, '-infinity', null) as seen_by
from (select n from demo_person order by n) as person;
create unique index on demo_known (n);
analyze demo_known;

insert into person (person_id, id, given_name, family_name, email, synthetic, seen_by, recorded_at)
overriding system value
select known.person_id, person.id, pg_temp.given_name(person.n), pg_temp.family_name(person.n),
       lower(demo.letter) || lpad(person.n::text, greatest(6, length(person.n::text)), '0') || '@' || demo.mail,
       true, known.seen_by, person.joins
from demo_person as person
join demo_known as known on known.n = person.n
cross join demo
order by person.n;

insert into posting (id, person_id, organisation_id, staff_number, unit_id, worker_type, rank, grade, role_profile_id,
                     science_category, fte, starts_on, ends_before, joiner_type, entry_route, leaver_type, counts,
                     secondment, recorded_at)
select stable_id('demo-posting:' || demo.tag || posting.n
                 || case when posting.secondment then ':seconded:' else ':' end || posting.starts_on),
       known.person_id, posting.organisation_id,
       demo.letter || lpad(posting.n::text, greatest(6, length(posting.n::text)), '0'), posting.unit_id,
       posting.worker_type,
       case
           when posting.worker_type = 'special_constable' then 'constable'
           when posting.worker_type = 'police_officer' then rank.code
       end,
       case
           when posting.worker_type in ('police_staff', 'pcso', 'designated_officer')
           then 'Grade ' || chr(67 + posting.step)
       end,
       posting.role_profile_id, posting.science_category, posting.fte, posting.starts_on, posting.ends_before,
       joined.joiner_type,
       case
           when posting.worker_type in ('police_staff', 'pcso', 'designated_officer')
           then case when joined.joiner_type = 'standard_recruit' then 'staff_recruitment' end
           when posting.worker_type <> 'police_officer' or joined.joiner_type in ('transfer', 'rejoiner') then null
           when joined.joiner_type = 'police_now' then 'dhep'
           when joined.joiner_type is not null then draws.route
       end,
       case
           when posting.leaver_type is not null then posting.leaver_type
           when posting.last and posting.leaves is not null then
           case
               when posting.worker_type = 'police_support_volunteer'
               then case when draws.leaver < 0.8 then 'voluntary_resignation' else 'other' end
               when draws.years >= 25 and draws.leaver < 0.86 then 'normal_retirement'
               when draws.leaver < 0.69 or draws.leaver between 0.86 and 0.94 and draws.years >= 25
               then 'voluntary_resignation'
               when draws.years >= 25 then 'medical_retirement'
               when draws.leaver < 0.76 then 'dismissal'
               when draws.leaver < 0.88 then case when demo.transfers then 'transfer' else 'voluntary_resignation' end
               when draws.leaver < 0.94 then 'medical_retirement'
               when draws.leaver < 0.96 then 'death'
               else 'other'
           end
       end,
       posting.counts, posting.secondment, posting.starts_on
from demo_posting as posting
join demo_person on demo_person.n = posting.n
join demo_known as known on known.n = posting.n
cross join demo
cross join lateral (
    select case
               when demo.transfers then pg_temp.draw('joiner type', posting.n)
               else 0.09 + 0.91 * pg_temp.draw('joiner type', posting.n)
           end as joiner,
           pg_temp.draw('leaver type', posting.n) as leaver,
           case
               when posting.starts_on < '2019-01-01' then 'ipldp'
               when pg_temp.draw('entry route', posting.n) < 0.35 then 'pcda'
               when pg_temp.draw('entry route', posting.n) < 0.6 then 'dhep'
               when pg_temp.draw('entry route', posting.n) < 0.72 then 'ppd'
               when posting.starts_on < '2024-04-01' then 'ipldp'
               else 'pcep'
           end as route,
           demo_person.years
) as draws
cross join lateral (
    select case
               when posting.joiner_type is not null then posting.joiner_type
               when posting.first then
               case
                   when posting.worker_type in ('special_constable', 'police_support_volunteer')
                   then 'standard_recruit'
                   when draws.joiner < 0.06 then 'transfer'
                   when draws.joiner < 0.09 then 'rejoiner'
                   when posting.worker_type <> 'police_officer' then 'standard_recruit'
                   when draws.joiner < 0.15 then 'previously_special'
                   when draws.joiner < 0.24 then 'previously_pcso_or_staff'
                   when draws.joiner < 0.27 then 'police_now'
                   else 'standard_recruit'
               end
           end as joiner_type
) as joined
left join (
    values (0, 'constable'), (1, 'sergeant'), (2, 'inspector'), (3, 'chief_inspector'), (4, 'superintendent'),
           (5, 'chief_superintendent'), (6, 'assistant_chief_constable'), (7, 'deputy_chief_constable'),
           (8, 'chief_constable')
) as rank (step, code) on rank.step = posting.step
order by posting.n, posting.starts_on;
