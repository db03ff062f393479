-- SPDX-License-Identifier: MIT
-- specialist_listing: what people say about being found is theirs alone to read and to say, whatever the office of others; nothing said is changed.
-- specialists_found() gives those who said so to who has the scope, and nobody who is withheld, to nobody else anybody.
-- tables: specialist_listing
begin;
\ir cast.sql
insert into specialist_listing (person_id, reach, starts_on)
select tap.key('person', name), reach, london_today()
from (values ('officer', 'service'), ('colleague', 'organisation'), ('withheld', 'service'), ('stranger', 'service'), ('manager', 'none')) as said (name, reach);
insert into assertion (person_id, seen_by, framework_item_id, basis, valid_from)
select key, '{}', (select max(framework_item_id) from framework_item), 'self', '2024-01-01' from tap.cast_member where kind = 'person';
insert into tap.caller select 'finder', setting, value from tap.caller where name = 'reader';
update tap.caller set value = replace(value, 'reports:organisation', 'specialists:read') where name = 'finder';
insert into tap.caller select 'cleared_finder', setting, value from tap.caller where name = 'cleared';
update tap.caller set value = replace(value, 'workforce:read', 'specialists:read') where name = 'cleared_finder';
insert into tap.caller select 'national_finder', setting, value from tap.caller where name = 'college';
update tap.caller set value = replace(value, 'reports:national', 'specialists:read') where name = 'national_finder';
select no_plan();

-- Whom somebody finds, of the cast.
create function tap.finds(who text, expected text[]) returns text language plpgsql as $$
declare
    found text[];
begin
    perform tap.be(who);
    select array_agg(member.name order by member.name) into found
    from specialists_found(null, (select id from framework_item order by framework_item_id desc limit 1), null, null, london_today(), null, null, null, null, null, null, null, null, 1000) as found
    join tap.cast_member as member on member.kind = 'person' and member.key = found.person_id;
    return is(coalesce(found, '{}'), array(select unnest(expected) order by 1), format('%s finds %s', who, expected));
end
$$;

select tap.sees_nothing('specialist_listing');
select tap.sees(who, 'specialist_listing', array[who]) from unnest('{officer,colleague,withheld,manager}'::text[]) as who;
select tap.sees(who, 'specialist_listing', '{stranger}') from unnest('{hr_of_A}'::text[]) as who;
select tap.sees(who, 'specialist_listing', '{manager}') from unnest('{cleared_manager}'::text[]) as who;
select tap.sees(who, 'specialist_listing', '{}')
from unnest('{unknown,hr,writer,cleared,reader,finder,cleared_finder,national_finder,college,nation,auditor,provider,admin}'::text[]) as who;

select tap.writes('officer', format('insert into specialist_listing (person_id, reach, starts_on) values (%s, ''none'', ''2025-01-01'')', tap.key('person', 'officer')), 1);
select tap.refused(who, format('insert into specialist_listing (person_id, reach, starts_on) values (%s, ''service'', ''2025-01-01'')', tap.key('person', 'officer')))
from unnest('{nobody,colleague,manager,hr,cleared,national_finder,college,admin}'::text[]) as who;
select tap.refused(who, verb)
from unnest('{officer,hr,cleared,nation}'::text[]) as who,
     unnest(array['update specialist_listing set reach = ''service''', 'delete from specialist_listing', 'truncate specialist_listing']) as verb;

reset role;
delete from specialist_listing where starts_on = '2025-01-01';
select tap.finds('finder', '{officer,colleague}');
select tap.finds('cleared_finder', '{officer,colleague}');
select tap.finds('national_finder', '{officer,stranger}');
select tap.finds(who, '{}')
from unnest('{nobody,unknown,officer,manager,cleared_manager,hr,cleared,reader,college,nation,auditor,provider,admin}'::text[]) as who;

-- Who is marked later, in any organisation, is gone at once.
reset role;
update posting set sensitive = true where person_id = tap.key('person', 'stranger');
select see_person(tap.key('person', 'stranger')) \g /dev/null
select tap.finds('national_finder', '{officer}');

select * from finish();
rollback;
