-- SPDX-License-Identifier: MIT
-- Reorganisations: asked for and read with workforce:write for the nation alone, and done by nobody who asks. Which unit took over from which: whoever
-- sees both.
-- tables: reorganisation reorganisation_move unit_succession
begin;
\ir cast.sql
with made as (
    insert into reorganisation (happened_on, dry_run) values ('2199-01-01', false) returning reorganisation_id
)
insert into reorganisation_move (reorganisation_id, predecessor_id, successor_id)
select reorganisation_id, tap.key('organisation', 'H'), tap.key('organisation', 'A') from made;
insert into unit_succession (predecessor_id, successor_id, happened_on)
values (tap.key('unit', 'team'), tap.key('unit', 'away'), '2199-01-01'), (tap.key('unit', 'desk'), tap.key('unit', 'away_covert'), '2199-01-01'),
       (tap.key('unit', 'covert'), tap.key('unit', 'away'), '2199-01-01');
create function tap.sees_successions(who text, expected int) returns text language plpgsql as $$
begin
    perform tap.be(who);
    return is((select count(*)::int from unit_succession where happened_on = '2199-01-01'), expected, who || ' sees those of the units seen');
end
$$;
select no_plan();

select tap.sees('nation', relation, '{some}') from unnest('{reorganisation,reorganisation_move}'::text[]) as relation;
select tap.sees(who, relation, '{}') from unnest('{nobody,unknown,officer,manager,hr,writer,cleared,admin,auditor,college,provider}'::text[]) as who,
     unnest('{reorganisation,reorganisation_move}'::text[]) as relation;
select tap.writes('nation', 'insert into reorganisation (happened_on, dry_run) values (''2198-01-01'', true)', 1);
select tap.writes('nation', format('insert into reorganisation_move (reorganisation_id, predecessor_id, successor_id) select max(reorganisation_id), %s, %s from reorganisation',
                                   tap.key('organisation', 'A'), tap.key('organisation', 'H')), 1);
select tap.refused(who, 'insert into reorganisation (happened_on, dry_run) values (''2198-01-01'', true)')
from unnest('{nobody,unknown,officer,manager,hr,writer,admin,auditor,college}'::text[]) as who;
select tap.refused('nation', verb)
from unnest(array['insert into reorganisation (happened_on, dry_run, state) values (''2198-01-01'', true, ''done'')', 'update reorganisation set state = ''done''',
                  'delete from reorganisation', 'delete from reorganisation_move', 'update reorganisation_move set unit_id = null',
                  'insert into unit_succession values (1, 2, ''2199-01-01'')', 'delete from unit_succession',
                  'insert into organisation_succession values (1, 2, ''2199-01-01'')']) as verb;

select tap.sees_successions(who, seen)
from (values ('nobody', 0), ('unknown', 1), ('officer', 1), ('hr', 1), ('cleared', 2), ('nation', 1)) as expected (who, seen);

select * from finish();
rollback;
