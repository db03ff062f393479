-- SPDX-License-Identifier: MIT
-- Code lists. Worker types, joiner and leaver types as in the Home Office's police workforce statistics; ordinals order
-- a list for a reader.

insert into worker_type (code, title, ordinal)
values ('police_officer', 'Police officer', 1),
       ('police_staff', 'Police staff', 2),
       ('pcso', 'Police community support officer', 3),
       ('designated_officer', 'Designated officer', 4),
       ('special_constable', 'Special constable', 5),
       ('police_support_volunteer', 'Police support volunteer', 6)
on conflict (code) do update
set title = excluded.title, ordinal = excluded.ordinal
where (worker_type.title, worker_type.ordinal) is distinct from (excluded.title, excluded.ordinal);

-- The London ranks stand directly after the rank elsewhere that they equal.
insert into rank (code, title, ordinal)
values ('constable', 'Constable', 10),
       ('sergeant', 'Sergeant', 20),
       ('inspector', 'Inspector', 30),
       ('chief_inspector', 'Chief inspector', 40),
       ('superintendent', 'Superintendent', 50),
       ('chief_superintendent', 'Chief superintendent', 60),
       ('assistant_chief_constable', 'Assistant chief constable', 70),
       ('commander', 'Commander', 71),
       ('deputy_chief_constable', 'Deputy chief constable', 80),
       ('deputy_assistant_commissioner', 'Deputy assistant commissioner', 81),
       ('chief_constable', 'Chief constable', 90),
       ('assistant_commissioner', 'Assistant commissioner', 91),
       ('deputy_commissioner', 'Deputy commissioner', 92),
       ('commissioner', 'Commissioner', 93)
on conflict (code) do update
set title = excluded.title, ordinal = excluded.ordinal
where (rank.title, rank.ordinal) is distinct from (excluded.title, excluded.ordinal);

-- Whether a type is a transfer is the cause of entries of the ledger: people with one that has changed are left to it.
with changed as (
    insert into joiner_type (code, title, transfer, ordinal)
    values ('standard_recruit', 'Standard direct recruit', false, 1),
           ('transfer', 'Transfer from another force', true, 2),
           ('rejoiner', 'Rejoiner', false, 3),
           ('previously_special', 'Previously special constable', false, 4),
           ('previously_pcso_or_staff', 'Previously PCSO or staff', false, 5),
           ('police_now', 'Police Now', false, 6),
           ('direct_entry', 'Direct entry', false, 7)
    on conflict (code) do update
    set title = excluded.title, transfer = excluded.transfer, ordinal = excluded.ordinal
    where (joiner_type.title, joiner_type.transfer, joiner_type.ordinal)
          is distinct from (excluded.title, excluded.transfer, excluded.ordinal)
    returning code
)
select leave_to_ledger(
    array(select posting.person_id from posting join changed on changed.code = posting.joiner_type), 'repair')
where exists (select from changed);

with changed as (
    insert into leaver_type (code, title, transfer, voluntary, ordinal)
    values ('voluntary_resignation', 'Voluntary resignation', false, true, 1),
           ('normal_retirement', 'Normal retirement', false, false, 2),
           ('medical_retirement', 'Medical (ill-health) retirement', false, false, 3),
           ('dismissal', 'Dismissal', false, false, 4),
           ('transfer', 'Transfer to another force', true, false, 5),
           ('death', 'Death', false, false, 6),
           ('other', 'Other', false, false, 7)
    on conflict (code) do update
    set title = excluded.title, transfer = excluded.transfer, voluntary = excluded.voluntary, ordinal = excluded.ordinal
    where (leaver_type.title, leaver_type.transfer, leaver_type.voluntary, leaver_type.ordinal)
          is distinct from (excluded.title, excluded.transfer, excluded.voluntary, excluded.ordinal)
    returning code
)
select leave_to_ledger(
    array(select posting.person_id from posting join changed on changed.code = posting.leaver_type), 'repair')
where exists (select from changed);

insert into science_category (code, title, ordinal)
values ('natural_scientist', 'Natural scientist', 1),
       ('data_scientist', 'Data scientist', 2),
       ('behavioural_social_scientist', 'Behavioural or social scientist', 3),
       ('engineer', 'Engineer', 4),
       ('technologist', 'Technologist', 5),
       ('analyst', 'Analyst', 6)
on conflict (code) do update
set title = excluded.title, ordinal = excluded.ordinal
where (science_category.title, science_category.ordinal) is distinct from (excluded.title, excluded.ordinal);

insert into activity_type (code, title, ordinal)
values ('course', 'Course', 1),
       ('e_learning', 'E-learning', 2),
       ('conference', 'Conference or seminar', 3),
       ('coaching_mentoring', 'Coaching or mentoring', 4),
       ('on_the_job', 'Learning on the job', 5),
       ('secondment', 'Secondment or shadowing', 6),
       ('reading_research', 'Reading or research', 7),
       ('qualification', 'Qualification', 8),
       ('exercise', 'Exercise or simulation', 9),
       ('peer_learning', 'Learning with peers', 10),
       ('teaching', 'Teaching others', 11),
       ('other', 'Other', 12)
on conflict (code) do update
set title = excluded.title, ordinal = excluded.ordinal
where (activity_type.title, activity_type.ordinal) is distinct from (excluded.title, excluded.ordinal);

insert into cycle_stage (code, title, ordinal)
values ('self_awareness', 'Self-awareness', 1),
       ('planning', 'Planning', 2),
       ('action', 'Action', 3),
       ('reflection', 'Reflection', 4)
on conflict (code) do update
set title = excluded.title, ordinal = excluded.ordinal
where (cycle_stage.title, cycle_stage.ordinal) is distinct from (excluded.title, excluded.ordinal);

insert into basis (code, title, ordinal)
values ('self', 'Claimed by the person', 1),
       ('endorsed', 'Endorsed', 2),
       ('assessed', 'Assessed', 3),
       ('accredited', 'Accredited', 4)
on conflict (code) do update
set title = excluded.title, ordinal = excluded.ordinal
where (basis.title, basis.ordinal) is distinct from (excluded.title, excluded.ordinal);

-- The routes of police constables in England and Wales, under the College's Policing Education Qualifications
-- Framework; the last of IPLDP joined on 31 March 2024, the first of PCEP the day after.
insert into entry_route (code, title, ordinal, valid_from, valid_before)
values ('pcda', 'Police constable degree apprenticeship', 1, null, null),
       ('dhep', 'Degree holder entry programme', 2, null, null),
       ('ppd', 'Pre-join degree in professional policing', 3, null, null),
       ('pcep', 'Police constable entry programme', 4, '2024-04-01', null),
       ('ipldp', 'Initial police learning and development programme', 5, null, '2024-04-01'),
       ('staff_recruitment', 'Recruitment of staff', 6, null, null),
       ('other', 'Another route', 7, null, null)
on conflict (code) do update
set title = excluded.title, ordinal = excluded.ordinal, valid_from = excluded.valid_from,
    valid_before = excluded.valid_before
where (entry_route.title, entry_route.ordinal, entry_route.valid_from, entry_route.valid_before)
      is distinct from (excluded.title, excluded.ordinal, excluded.valid_from, excluded.valid_before);

insert into service_band (code, title, from_years, before_years, ordinal)
values ('under_1', 'Under 1 year', 0, 1, 1),
       ('1_to_2', '1 to under 2 years', 1, 2, 2),
       ('2_to_3', '2 to under 3 years', 2, 3, 3),
       ('3_to_4', '3 to under 4 years', 3, 4, 4),
       ('4_to_5', '4 to under 5 years', 4, 5, 5),
       ('5_to_10', '5 to under 10 years', 5, 10, 6),
       ('10_to_15', '10 to under 15 years', 10, 15, 7),
       ('15_to_20', '15 to under 20 years', 15, 20, 8),
       ('20_to_25', '20 to under 25 years', 20, 25, 9),
       ('25_to_30', '25 to under 30 years', 25, 30, 10),
       ('30_and_over', '30 years and over', 30, null, 11)
on conflict (code) do update
set title = excluded.title, from_years = excluded.from_years, before_years = excluded.before_years,
    ordinal = excluded.ordinal
where (service_band.title, service_band.from_years, service_band.before_years, service_band.ordinal)
      is distinct from (excluded.title, excluded.from_years, excluded.before_years, excluded.ordinal);
