-- SPDX-License-Identifier: MIT
-- issuer and its parts: administrators of the nation all of them, of an organisation those that it manages; workers and the clerk, who are nobody, what
-- tokens are verified with.
-- tables: issuer issuer_organisation issuer_role issuer_key_set
begin;
\ir cast.sql
with made as (
    insert into issuer (url, title, audience, scopes, managed_by)
    select 'https://127.0.0.1:1/' || name, name, 'policies', '{record:read}', tap.key('organisation', place)
    from (values ('of_H', 'H'), ('of_A', 'A'), ('of_nation', null)) as registered (name, place)
    returning issuer_id, title
)
insert into tap.cast_member select 'issuer', issuer_id, title from made;
insert into issuer_organisation (issuer_id, organisation_id) values (tap.key('issuer', 'of_H'), tap.key('organisation', 'H')), (tap.key('issuer', 'of_A'), tap.key('organisation', 'A'));
insert into issuer_role (issuer_id, role, organisation_id, scopes, starts_on)
values (tap.key('issuer', 'of_H'), 'x', tap.key('organisation', 'H'), '{record:read}', '2024-01-01'),
       (tap.key('issuer', 'of_A'), 'x', tap.key('organisation', 'A'), '{record:read}', '2024-01-01');
insert into issuer_key_set (issuer_id) values (tap.key('issuer', 'of_H')), (tap.key('issuer', 'of_A')), (tap.key('issuer', 'of_nation'));
create function tap.new_issuer(place text) returns text language sql as $$
    select format('insert into issuer (url, title, audience, scopes, managed_by) values (''https://127.0.0.1:1/'' || gen_random_uuid(), ''x'', ''x'', ''{record:read}'', %L)',
                  tap.key('organisation', place))
$$;
select no_plan();

select tap.sees('nobody', 'issuer', '{of_H,of_A,of_nation}');
select tap.sees('admin', 'issuer', '{of_H}');
select tap.sees('nation', 'issuer', '{of_H,of_A,of_nation}');
select tap.sees(who, 'issuer', '{}') from unnest('{unknown,officer,manager,hr,cleared,college,auditor,provider}'::text[]) as who;
select tap.sees('nation', relation, '{of_H,of_A}') from unnest('{issuer_organisation,issuer_role}'::text[]) as relation;
select tap.sees('admin', 'issuer_organisation', '{of_H}');
select tap.sees('admin', 'issuer_role', '{of_H}');
select tap.sees('officer', 'issuer_organisation', '{}');
select tap.sees('officer', 'issuer_role', '{}');
select tap.sees('admin', 'issuer_key_set', '{of_H}');
select tap.sees('nation', 'issuer_key_set', '{of_H,of_A,of_nation}');
select tap.sees('nobody', 'issuer_key_set', '{of_H,of_A,of_nation}');
select tap.sees(who, 'issuer_key_set', '{}') from unnest('{unknown,officer,hr,auditor,college}'::text[]) as who;

select tap.writes('admin', tap.new_issuer('H'), 1);
select tap.writes('nation', tap.new_issuer(null), 1);
select tap.refused('admin', tap.new_issuer('A'));
select tap.refused('admin', tap.new_issuer(null));
select tap.refused(who, tap.new_issuer('H')) from unnest('{nobody,unknown,officer,manager,hr,cleared,college,auditor,provider}'::text[]) as who;
select tap.writes('admin', 'update issuer set title = title where issuer_id = ' || tap.key('issuer', name), rows)
from (values ('of_H', 1), ('of_A', 0), ('of_nation', 0)) as held (name, rows);
select tap.refused('admin', $$update issuer set managed_by = null$$);
select tap.writes(who, 'update issuer set title = title', 0) from unnest('{nobody,officer,hr,auditor,college}'::text[]) as who;
select tap.refused('admin', $$update issuer set url = url$$);
select tap.refused('nation', $$delete from issuer$$);
select tap.writes('admin', 'delete from issuer_organisation where issuer_id = ' || tap.key('issuer', 'of_A'), 0);
select tap.writes(who, 'update issuer_role set ends_before = starts_on', 0) from unnest('{nobody,officer,hr,auditor}'::text[]) as who;
select tap.writes(who, 'delete from issuer_organisation', 0) from unnest('{nobody,officer,hr,auditor}'::text[]) as who;
select tap.writes(who, 'update issuer_key_set set failures = failures', 0) from unnest('{admin,nation,officer,hr}'::text[]) as who;

-- Names of a caller's own do not stand for those of the schema: sign_in() runs as its owner.
select tap.be('nobody');
create temporary table account as select account_id, issuer, 'intruder' as subject, person_id, null::timestamptz as closed_at from skills.account where false;
create domain pg_temp.jsonb as text;
set local search_path = pg_temp, tap, skills;
select is((select account from skills.sign_in('https://policies.invalid', 'officer', 'record:read', null, null, null, 'record:read', 'off')),
          tap.key('account', 'officer')::text, 'sign_in() reads the accounts of the schema');

select * from finish();
rollback;
