-- SPDX-License-Identifier: MIT
-- Units, and how people spread over them: weights for officers up to inspector, senior officers, chief officers, staff
-- (designated officers too), PCSOs with volunteers and special constables.
create temporary table demo_unit on commit drop as
select code, parent, name, officer, senior, chief, staff, volunteer
from (
    values ('EX', null, 'Command team', 0, 0, 1, 0.5, 0),
           ('LP', null, 'Local policing', 0, 3, 0, 0.5, 0),
           ('LP-N', 'LP', 'Northern area', 0, 2, 0, 0.5, 0),
           ('LP-N-R', 'LP-N', 'Response, northern area', 13, 0, 0, 0, 1),
           ('LP-N-H', 'LP-N', 'Neighbourhoods, northern area', 6, 0, 0, 0, 4),
           ('LP-S', 'LP', 'Southern area', 0, 2, 0, 0.5, 0),
           ('LP-S-R', 'LP-S', 'Response, southern area', 13, 0, 0, 0, 1),
           ('LP-S-H', 'LP-S', 'Neighbourhoods, southern area', 6, 0, 0, 0, 4),
           ('LP-C', 'LP', 'City area', 0, 2, 0, 0.5, 0),
           ('LP-C-R', 'LP-C', 'Response, city area', 14, 0, 0, 0, 1),
           ('LP-C-H', 'LP-C', 'Neighbourhoods, city area', 7, 0, 0, 0, 5),
           ('CR', null, 'Crime', 0, 3, 0, 1, 0),
           ('CR-CI', 'CR', 'Criminal investigation', 11, 0, 0, 3, 0),
           ('CR-PP', 'CR', 'Protecting vulnerable people', 9, 0, 0, 4, 0),
           ('CR-MI', 'CR', 'Major investigation', 3, 1, 0, 2, 0),
           ('CR-EC', 'CR', 'Economic crime', 2, 0, 0, 2, 0),
           ('CR-CY', 'CR', 'Cybercrime', 2, 0, 0, 2, 0),
           ('IN', null, 'Intelligence', 0, 1, 0, 0.5, 0),
           ('IN-AN', 'IN', 'Analysis', 0, 0, 0, 5, 0),
           ('IN-FI', 'IN', 'Field intelligence', 3, 0, 0, 2, 0),
           ('DD', null, 'Digital, data and technology', 0, 0, 0, 1, 0),
           ('DD-DF', 'DD', 'Digital forensics', 1.5, 0, 0, 6, 0),
           ('DD-DA', 'DD', 'Data and analytics', 0, 0, 0, 2, 0),
           ('DD-DA-S', 'DD-DA', 'Data science', 0, 0, 0, 3, 0),
           ('DD-DA-P', 'DD-DA', 'Performance analysis', 0, 0, 0, 3, 0),
           ('DD-TS', 'DD', 'Technology services', 0, 0, 0, 8, 0),
           ('OP', null, 'Operations', 0, 2, 0, 0.5, 0),
           ('OP-RP', 'OP', 'Roads policing', 4, 0, 0, 0, 1),
           ('OP-PO', 'OP', 'Public order and events', 2, 0, 0, 0, 1),
           ('OP-CC', 'OP', 'Contact and control', 1, 0, 0, 14, 0),
           ('PE', null, 'People', 0, 0, 0, 1, 0),
           ('PE-HR', 'PE', 'Human resources', 0, 0, 0, 6, 0),
           ('PE-LD', 'PE', 'Learning and development', 2, 0, 0, 4, 0),
           ('CS', null, 'Corporate services', 0, 0, 0, 1, 0),
           ('CS-CJ', 'CS', 'Criminal justice', 0, 0, 0, 11, 0),
           ('CS-FI', 'CS', 'Finance and estates', 0, 0, 0, 7, 0)
) as known (code, parent, name, officer, senior, chief, staff, volunteer);

insert into unit (organisation_id, code, name)
select organisation.organisation_id, demo_unit.code, demo_unit.name
from demo_unit
cross join demo_organisation as organisation
where not exists (
    select
    from unit
    where unit.organisation_id = organisation.organisation_id and unit.code = demo_unit.code)
order by organisation.organisation_id, demo_unit.code
on conflict (organisation_id, code) do nothing;

update unit
set parent_id = parent.unit_id
from demo_organisation as organisation
cross join demo_unit
join unit as parent on parent.organisation_id = organisation.organisation_id and parent.code = demo_unit.parent
where unit.organisation_id = organisation.organisation_id and unit.code = demo_unit.code and unit.parent_id is null;

-- The units of an audience in an organisation as slices of the numbers from 0 to 1.
create temporary table demo_place on commit drop as
select unit.organisation_id,
       weight.audience,
       demo_unit.code,
       unit.unit_id,
       coalesce(sum(weight.weight) over before, 0) / sum(weight.weight) over audience as at_least,
       (coalesce(sum(weight.weight) over before, 0) + weight.weight) / sum(weight.weight) over audience as below
from demo_organisation as organisation
cross join demo_unit
join unit on unit.organisation_id = organisation.organisation_id and unit.code = demo_unit.code
cross join lateral (
    values ('officer', demo_unit.officer), ('senior', demo_unit.senior), ('chief', demo_unit.chief),
           ('staff', demo_unit.staff), ('volunteer', demo_unit.volunteer)
) as weight (audience, weight)
where weight.weight > 0
window audience as (partition by unit.organisation_id, weight.audience),
       before as (partition by unit.organisation_id, weight.audience order by demo_unit.code collate "C"
                  rows between unbounded preceding and 1 preceding);
analyze demo_place;
