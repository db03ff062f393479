-- SPDX-License-Identifier: MIT
-- person, posting, unit: the person, the organisation in its window, the line manager; nobody a person with a sensitive posting without the scope.
-- tables: person posting unit
begin;
\ir cast.sql
select no_plan();

select tap.sees_nothing('person');
select tap.sees('unknown', 'person', '{}');
select tap.sees('officer', 'person', '{officer}');
select tap.sees('withheld', 'person', '{withheld}');
select tap.sees('manager', 'person', '{manager,officer}');
select tap.sees('cleared_manager', 'person', '{manager,officer,withheld}');
select tap.sees('hr', 'person', '{officer,manager,colleague,mover,leaver,hr,sharer}');
select tap.sees('cleared', 'person', '{officer,manager,colleague,mover,leaver,hr,sharer,withheld}');
select tap.sees('reader', 'person', '{officer,manager,colleague,mover,leaver,hr,sharer}');
select tap.sees('hr_of_A', 'person', '{stranger,mover,leaver,sharer}');
select tap.sees('admin', 'person', '{officer,manager,colleague,mover,leaver,hr,sharer}');
select tap.sees(who, 'person', '{}') from unnest('{college,nation,auditor,provider}'::text[]) as who;
select tap.refused(who, $$insert into person (given_name, family_name) values ('A', 'B')$$) from unnest('{officer,hr,admin,nation}'::text[]) as who;
select tap.refused(who, $$update person set given_name = 'A'$$) from unnest('{officer,hr,admin,nation}'::text[]) as who;
select tap.refused(who, $$delete from person$$) from unnest('{officer,hr,admin,nation}'::text[]) as who;

select tap.sees_nothing('posting');
select tap.sees('unknown', 'posting', '{}');
select tap.sees('officer', 'posting', '{officer}');
select tap.sees('withheld', 'posting', '{withheld}');
select tap.sees('manager', 'posting', '{manager,officer}');
select tap.sees('cleared_manager', 'posting', '{manager,officer,withheld}');
select tap.sees('hr', 'posting', '{officer,manager,colleague,mover,leaver,hr}');
select tap.sees('cleared', 'posting', '{officer,manager,colleague,mover,leaver,hr,withheld}');
select tap.sees('hr_of_A', 'posting', '{stranger,mover,leaver,sharer}');
select tap.sees(who, 'posting', '{}') from unnest('{college,nation,auditor,provider,admin}'::text[]) as who;
select tap.be('hr');
select is((select count(*) from posting where person_id = tap.key('person', 'mover')), 1::bigint, 'hr sees of the mover the posting to H alone');
select tap.refused(who, $$update posting set withheld = false$$) from unnest('{withheld,hr,cleared,admin}'::text[]) as who;
select tap.refused(who, $$insert into posting (person_id, organisation_id, staff_number, worker_type, starts_on)
                          values (tap.key('person', 'stranger'), tap.key('organisation', 'H'), 'x', 'police_officer', '2024-01-01')$$)
from unnest('{officer,hr,admin,nation}'::text[]) as who;

select tap.sees_nothing('unit');
select tap.sees(who, 'unit', '{team,desk,away}') from unnest('{unknown,officer,manager,hr,hr_of_A,college,nation,auditor,admin}'::text[]) as who;
select tap.sees('withheld', 'unit', '{team,desk,away,covert}');
select tap.sees('cleared', 'unit', '{team,desk,away,covert}');
select tap.sees('cleared_manager', 'unit', '{team,desk,away,covert}');
select tap.refused(who, $$update unit set sensitive = false$$) from unnest('{hr,cleared,admin,nation}'::text[]) as who;

select tap.be('manager');
select is(app_manages(tap.key('person', 'officer')), true, 'the manager manages the officer');
select is(app_manages(tap.key('person', 'colleague')), false, 'and not the colleague');
select is(app_manages(tap.key('person', 'withheld')), false, 'nor who is withheld, below the same unit');
select is((select array_agg(distinct person_id) from counted_posting where person_id = tap.key('person', 'withheld')), null, 'figures count nobody withheld');

select * from finish();
rollback;
