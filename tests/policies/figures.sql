-- SPDX-License-Identifier: MIT
-- Figures of the nation: read with reports:national for the nation alone, and written by nobody who asks.
-- tables: figures_mark national_development national_coverage national_retention national_level_changes
begin;
\ir cast.sql
insert into national_development (framework_version_id, organisation_id, month, people, activities) values (1, tap.key('organisation', 'H'), '2199-01-01', 12, 12);
insert into national_coverage (framework_version_id, organisation_id, month, people) values (1, tap.key('organisation', 'H'), '2199-01-01', 12);
insert into national_retention (organisation_id, year_ending, measure, people) values (tap.key('organisation', 'H'), 2199, 'joiners', 12);
insert into national_level_changes (framework_version_id, organisation_id, year_ending, change, people)
values (1, tap.key('organisation', 'H'), 2199, 'gained', 12);
select no_plan();

select tap.sees_nothing(relation) from unnest('{figures_mark,national_development,national_coverage,national_retention,national_level_changes}'::text[]) as relation;
select tap.sees('college', 'figures_mark', '{some}');
select tap.sees('college', 'national_development', '{some}');
select tap.sees('college', 'national_coverage', '{some}');
select tap.sees('college', 'national_retention', '{some}');
select tap.sees('college', 'national_level_changes', '{some}');
select tap.sees(who, relation, '{}')
from unnest('{unknown,officer,manager,hr,cleared,hr_of_A,reader,auditor,admin,nation,provider}'::text[]) as who,
     unnest('{figures_mark,national_development,national_coverage,national_retention,national_level_changes}'::text[]) as relation;
select tap.refused('college', format(verb || ' %I', relation))
from unnest('{delete from,truncate}'::text[]) as verb, unnest('{national_development,national_coverage,national_retention,national_level_changes}'::text[]) as relation;
select tap.sees('college', relation, '{}') from unnest('{person,posting,assertion,activity,activity_version}'::text[]) as relation;

select * from finish();
rollback;
