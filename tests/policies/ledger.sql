-- SPDX-License-Identifier: MIT
-- The ledger: entries are the person's and, of the time there, the organisation's; what is folded is the organisation's; what is withheld is for those with
-- sensitive:read; the rows of the nation are for nobody. Nobody who asks writes any of it.
-- tables: skill_ledger skill_month skill_flow skill_balance ledger_mark ledger_tick
begin;
\ir cast.sql
insert into assertion (person_id, seen_by, framework_item_id, basis, valid_from)
select key, organisations_seeing(key, '2021-01-01', null), (select min(framework_item_id) from framework_item), 'assessed', '2021-01-01'
from tap.cast_member where kind = 'person';
select post_skills(key, null, 'assertion') from tap.cast_member where kind = 'person' \g /dev/null
insert into ledger_tick (tick_at, below_xid) values (now(), 0);
do $$
declare
    folded text;
begin
    delete from skill_month;
    delete from skill_flow;
    delete from skill_balance;
    insert into skill_month (organisation_id, month, framework_item_id, basis, level, withheld, people)
    select organisation_id, '2021-01-01', 1, 'assessed', 0, withheld, 1
    from unnest(array[0, tap.key('organisation', 'H'), tap.key('organisation', 'A')]) as organisation_id, unnest('{true,false}'::boolean[]) as withheld;
    insert into skill_flow (organisation_id, month, framework_item_id, basis, cause, gain, level, withheld, people)
    select organisation_id, month, framework_item_id, basis, 'assessed', true, level, withheld, people from skill_month;
    insert into skill_balance (organisation_id, year, framework_item_id, basis, level, withheld, people)
    select organisation_id, 2021, framework_item_id, basis, level, withheld, people from skill_month;
end
$$;
create function tap.folded(who text, relation text, expected bigint) returns text language plpgsql as $$
declare
    found bigint;
begin
    perform tap.be(who);
    execute format('select count(*) from %I', relation) into found;
    return is(found, expected, format('%s sees %s rows of %s', who, expected, relation));
end
$$;
select no_plan();

select tap.sees_nothing(relation) from unnest('{skill_ledger,skill_month,skill_flow,skill_balance,ledger_mark,ledger_tick}'::text[]) as relation;
select tap.sees('officer', 'skill_ledger', '{officer}');
select tap.sees('withheld', 'skill_ledger', '{withheld}');
select tap.sees('manager', 'skill_ledger', '{manager}');
select tap.sees(who, 'skill_ledger', '{officer,manager,colleague,mover,leaver,hr}') from unnest('{hr,reader}'::text[]) as who;
select tap.sees('cleared', 'skill_ledger', '{officer,manager,colleague,mover,leaver,hr,withheld}');
select tap.sees('hr_of_A', 'skill_ledger', '{stranger,mover,leaver,sharer}');
select tap.sees(who, 'skill_ledger', '{}') from unnest('{unknown,college,nation,auditor,provider,admin}'::text[]) as who;

select tap.folded(who, relation, 1) from unnest('{hr,reader,hr_of_A}'::text[]) as who, unnest('{skill_month,skill_flow,skill_balance}'::text[]) as relation;
select tap.folded('cleared', relation, 2) from unnest('{skill_month,skill_flow,skill_balance}'::text[]) as relation;
select tap.folded(who, relation, 0)
from unnest('{unknown,officer,manager,college,nation,auditor,provider,admin}'::text[]) as who, unnest('{skill_month,skill_flow,skill_balance}'::text[]) as relation;
select tap.sees(who, relation, '{some}') from unnest('{officer,hr,college}'::text[]) as who, unnest('{ledger_mark,ledger_tick}'::text[]) as relation;

select tap.refused(who, format(verb, relation))
from unnest('{officer,hr,cleared,nation}'::text[]) as who, unnest('{delete from %I,truncate %I}'::text[]) as verb,
     unnest('{skill_ledger,skill_month,skill_flow,skill_balance,ledger_mark,ledger_tick,skill_backlog}'::text[]) as relation;
select tap.refused(who, 'update skill_ledger set delta = -delta') from unnest('{officer,hr,cleared,nation}'::text[]) as who;
select tap.refused(who, 'insert into skill_backlog (person_id, xid, posted_for) values (1, 1, ''import'')') from unnest('{officer,hr,nation}'::text[]) as who;
select tap.refused(who, 'select from skill_backlog') from unnest('{officer,hr,nation}'::text[]) as who;

select * from finish();
rollback;
