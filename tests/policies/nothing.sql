-- SPDX-License-Identifier: MIT
-- A connection that has never had a setting sees no row of any table, but for what is said here. Every table within reach is tried in one of these files,
-- which name theirs in a line "-- tables:", so that a new one without a test is found.
begin;
\ir cast.sql
\set tested `cat *.sql | sed -n 's/^-- tables: //p' | tr '\n' ' '`
select no_plan();

create temporary table within_reach on commit drop as
select relname::text as name
from pg_class
where relnamespace = 'skills'::regnamespace
  and relkind in ('r', 'p')
  and has_any_column_privilege('skillsd_service', oid, 'select, insert, update');
grant select on within_reach to skillsd_service;

select set_eq('select name from within_reach', string_to_array(trim(:'tested'), ' '), 'the tables within reach are those that these files try');
select tap.sees('unset', name, '{}') from within_reach where name <> 'migration';
select is(nullif(current_setting('app.issuer', true), ''), null, 'no setting has been made');
select tap.sees('unset', 'migration', '{some}');

select * from finish();
rollback;
