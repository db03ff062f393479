-- SPDX-License-Identifier: MIT
-- Figures of the nation: read with reports:national for the nation alone, and written by nobody who asks.
begin;
\ir cast.sql
insert into national_retention (organisation_id, year_ending, measure, people)
select tap.key('organisation', 'H'), 2199, (select max(measure) from national_retention), 12
where exists (select from national_retention);
select refresh_figures() \g /dev/null
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
select tap.refused('college', format('delete from %I', relation)), tap.refused('college', format('truncate %I', relation))
from unnest('{national_development,national_coverage,national_retention,national_level_changes}'::text[]) as relation;
select tap.sees('college', relation, '{}') from unnest('{person,posting,assertion,activity,account}'::text[] ) as relation where relation <> 'account';

select * from finish();
rollback;
