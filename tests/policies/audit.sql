-- SPDX-License-Identifier: MIT
-- The audit trail: a person reads what concerns the own record, an auditor what was done for the own organisation, or all for the nation; everybody
-- writes what they do themselves and under no other name; nobody changes an event, and the clerk, who is nobody, seals them.
-- tables: audit_pending audit_event audit_subject audit_link audit_head
begin;
\ir cast.sql
insert into tap.caller select 'nation_auditor', setting, value from tap.caller where name = 'auditor' and setting not in ('acting', 'organisation_scopes');
insert into tap.caller values ('nation_auditor', 'national_scopes', '{audit:read}');
create function tap.uuid(name text) returns uuid language sql stable as $$
    select person.id from person where person_id = tap.key('person', uuid.name)
$$;
insert into audit_pending (request_id, operation, kind, issuer, subject, organisation_id, scopes, people, parameters, status)
select 'r', 'x', 'record', 'https://policies.invalid', 'hr', tap.key('organisation', place), '{}', array[tap.uuid(name)], '{}', 200
from (values ('H', 'officer'), ('A', 'stranger')) as done (place, name);
insert into audit_event (sequence, id, happened_at, request_id, operation, kind, organisation_id, scopes, people, parameters, status)
select 1000000000 + row_number() over (), id, happened_at, request_id, operation, kind, organisation_id, scopes, people, parameters, status from audit_pending;
insert into audit_subject (person, happened_at, sequence, organisation_id) select people[1], happened_at, sequence, organisation_id from audit_event;
insert into audit_link (sequence, digest, chain) select sequence, sha256(''), sha256('') from audit_event;
insert into audit_head (sequence, chain, sealed_at, signature, kid) values (1000000002, sha256(''), now() - interval '3 days', 'x', 'x'), (1000000003, sha256(''), now(), 'x', 'x');
-- 'stranger' of the cast is also hr_of_A, whom nobody has made an auditor.
create function tap.new_event(of_subject text) returns text language sql as $$
    select format('insert into audit_pending (request_id, operation, kind, issuer, subject, scopes, people, parameters, status)
                   values (''r'', ''x'', ''change'', ''https://policies.invalid'', %L, ''{}'', ''{}'', ''{}'', 200)', of_subject)
$$;
create function tap.read_of(relation text) returns setof text language sql as $$
    select tap.sees('nobody', relation, '{H,A}')
    union all select tap.sees('officer', relation, '{H}')
    union all select tap.sees('hr_of_A', relation, '{A}')
    union all select tap.sees('auditor', relation, '{H}')
    union all select tap.sees('nation_auditor', relation, '{H,A}')
    union all select tap.sees(who, relation, '{}') from unnest('{unknown,colleague,manager,hr,cleared,admin,nation,college,provider}'::text[]) as who
    union all select tap.refused(who, format('update %I set happened_at = happened_at', relation)) from unnest('{nobody,officer,auditor,nation_auditor}'::text[]) as who
    union all select tap.refused(who, format('truncate %I', relation)) from unnest('{nobody,officer,auditor,nation_auditor}'::text[]) as who
$$;
select no_plan();

select tap.read_of(relation) from unnest('{audit_pending,audit_event,audit_subject}'::text[]) as relation;

select tap.sees(who, 'audit_link', '{some}') from unnest('{nobody,auditor,nation_auditor}'::text[]) as who;
select tap.sees(who, 'audit_link', '{}') from unnest('{unknown,officer,hr,admin,nation,college}'::text[]) as who;
select tap.sees(who, 'audit_head', '{some}') from unnest('{nobody,unknown,officer,auditor}'::text[]) as who;

select tap.writes('officer', tap.new_event('officer'), 1);
select tap.refused('officer', tap.new_event('hr'));
select tap.writes('nobody', tap.new_event('hr'), 1);
select tap.refused(who, $$insert into audit_event (sequence, id, happened_at, request_id, operation, kind, scopes, people, parameters, status)
                          values (2000000000, gen_random_uuid(), now(), 'r', 'x', 'change', '{}', '{}', '{}', 200)$$)
from unnest('{officer,auditor,nation_auditor,admin,nation}'::text[]) as who;
select tap.refused(who, $$insert into audit_link (sequence, digest, chain) values (2000000000, sha256(''), sha256(''))$$)
from unnest('{officer,auditor,nation_auditor,admin,nation}'::text[]) as who;
select tap.refused(who, $$insert into audit_head (sequence, chain, sealed_at, signature, kid) values (2000000000, sha256(''), now(), 'x', 'x')$$)
from unnest('{officer,auditor,nation_auditor,admin,nation}'::text[]) as who;
select tap.refused(who, format('delete from %I', relation))
from unnest('{nobody,officer,auditor,nation_auditor}'::text[]) as who, unnest('{audit_event,audit_subject,audit_link}'::text[]) as relation;
select tap.writes(who, 'delete from audit_pending', 0) from unnest('{officer,auditor,nation_auditor,admin}'::text[]) as who;
select tap.writes(who, 'delete from audit_head', 0) from unnest('{officer,auditor,nation_auditor,admin}'::text[]) as who;
select tap.refused('nobody', $$update audit_head set signature = 'y'$$);
select tap.writes('nobody', 'delete from audit_head where sequence > 1000000000', 1);

select * from finish();
rollback;
