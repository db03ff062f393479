-- SPDX-License-Identifier: MIT
-- Who plays in the tests of the policies, what they have, and how a caller is stood in for: read by each file in a transaction that is rolled back.
-- The serving role is taken on, and the settings that sql/engine/context.sql makes are made by hand, so that nothing but the policies is asked.
set local search_path = skills, tap;
set local client_min_messages = warning;
grant usage on schema tap to skillsd_service;

create table tap.cast_member (kind text, key bigint, name text);
create table tap.caller (name text, setting text, value text);
grant select on tap.cast_member, tap.caller to skillsd_service;

-- Force H is Surrey, force A Sussex; "covert" is a sensitive unit below "team".
insert into tap.cast_member select 'organisation', organisation_id, case code when 'surrey' then 'H' else 'A' end
from organisation where code in ('surrey', 'sussex');
create function tap.key(kind text, name text) returns bigint language sql stable as $$
    select key from tap.cast_member where cast_member.kind = key.kind and cast_member.name = key.name
$$;

with made as (
    insert into unit (organisation_id, code, name, sensitive)
    values (tap.key('organisation', 'H'), 'pg-team', 'team', false), (tap.key('organisation', 'H'), 'pg-desk', 'desk', false),
           (tap.key('organisation', 'H'), 'pg-covert', 'covert', true), (tap.key('organisation', 'A'), 'pg-away', 'away', false),
           (tap.key('organisation', 'A'), 'pg-away-covert', 'away_covert', true)
    returning unit_id, name
)
insert into tap.cast_member select 'unit', unit_id, name from made;
update unit set parent_id = tap.key('unit', 'team') where unit_id = tap.key('unit', 'covert');

-- officer and manager serve in the team, colleague at the desk, withheld undercover; stranger serves A; mover served A until 2022 and H since;
-- leaver served H until 2022 and A since; sharer serves A since 2023, H never, and shares 2024 with H.
with made as (
    insert into person (given_name, family_name)
    select 'Test', name
    from unnest('{officer,manager,colleague,withheld,stranger,mover,leaver,sharer,hr}'::text[]) as name
    returning person_id, family_name
)
insert into tap.cast_member select 'person', person_id, family_name from made;
insert into posting (person_id, organisation_id, unit_id, staff_number, worker_type, starts_on, ends_before)
select tap.key('person', name), tap.key('organisation', place), tap.key('unit', part), name, 'police_officer', starts_on, ends_before
from (
    values ('officer', 'H', 'team', date '2020-01-01', null::date), ('manager', 'H', 'team', '2020-01-01', null),
           ('colleague', 'H', 'desk', '2020-01-01', null), ('withheld', 'H', 'covert', '2020-01-01', null),
           ('stranger', 'A', 'away', '2020-01-01', null), ('mover', 'A', 'away', '2020-01-01', '2023-01-01'),
           ('mover', 'H', 'desk', '2023-01-01', null), ('leaver', 'H', 'desk', '2020-01-01', '2023-01-01'),
           ('leaver', 'A', 'away', '2023-01-01', null), ('sharer', 'A', 'away', '2023-01-01', null), ('hr', 'H', 'desk', '2020-01-01', null)
) as served (name, place, part, starts_on, ends_before);
insert into record_share (person_id, organisation_id, from_day, until_day)
values (tap.key('person', 'sharer'), tap.key('organisation', 'H'), '2024-01-01', '2024-12-31');

-- A record: an activity and an assertion of the year named after their owner, with a word to oneself; "before" is from the time before 2023.
create function tap.record(owner text, day date, tier text default 'private') returns bigint language plpgsql as $$
declare
    whose bigint := tap.key('person', owner);
    made bigint;
begin
    insert into activity (person_id, seen_by) values (whose, organisations_seeing(whose, day, day + 1)) returning activity_id into made;
    insert into activity_version (activity_id, version, person_id, seen_by, title, happened_on, learned)
    values (made, 1, whose, organisations_seeing(whose, day, day + 1), owner, day, 'How to test.');
    insert into activity_alignment (activity_id, version, person_id, seen_by, framework_item_id)
    values (made, 1, whose, organisations_seeing(whose, day, day + 1), (select min(framework_item_id) from framework_item));
    insert into activity_reflection (activity_id, version, person_id, seen_by, tier, body)
    values (made, 1, whose, organisations_seeing(whose, day, day + 1), tier, 'A thought.');
    return made;
end
$$;
create function tap.assertion(owner text, day date, basis text) returns bigint language plpgsql as $$
declare
    whose bigint := tap.key('person', owner);
    made bigint;
begin
    insert into assertion (person_id, seen_by, framework_item_id, basis, valid_from, valid_before)
    values (whose, organisations_seeing(whose, day, day + 1), (select min(framework_item_id) from framework_item), basis, day, day + 1)
    returning assertion_id into made;
    insert into assertion_withdrawal (assertion_id, person_id, seen_by, withdrawn_on)
    values (made, whose, organisations_seeing(whose, day, day + 1), day);
    return made;
end
$$;
select see_person(key) from tap.cast_member where kind = 'person' \g /dev/null
select tap.record(name, '2024-06-01'), tap.assertion(name, '2024-06-01', 'self') from tap.cast_member where kind = 'person' \g /dev/null

-- Accounts and grants: of everybody, and of systems that the forces and the nation have registered.
with made as (
    insert into account (issuer, subject, person_id, registered_for)
    select 'https://policies.invalid', member.name, member.key, person.seen_by[1] * sign(person.seen_by[1])
    from tap.cast_member as member join person on person.person_id = member.key
    where member.kind = 'person'
    returning account_id, subject
)
insert into tap.cast_member select 'account', account_id, subject from made;
with made as (
    insert into account (issuer, subject, title, registered_for)
    select 'https://policies.invalid', name, name, tap.key('organisation', place)
    from (values ('admin', 'H'), ('system_of_A', 'A'), ('nation', null), ('college', null), ('auditor', null), ('provider', 'H')) as system (name, place)
    returning account_id, subject
)
insert into tap.cast_member select 'account', account_id, subject from made;
with made as (
    insert into access_grant (account_id, organisation_id, unit_id, scopes, granted_by)
    select tap.key('account', name), tap.key('organisation', place), tap.key('unit', part), string_to_array(scopes, ','), name
    from (
        values ('manager', 'H', 'team', 'team:read,competencies:assess'), ('hr', 'H', null, 'workforce:read'),
               ('admin', 'H', null, 'administration'), ('stranger', 'A', null, 'workforce:read'),
               ('system_of_A', 'A', null, 'administration'), ('nation', null, null, 'administration'), ('college', null, null, 'reports:national')
    ) as given (name, place, part, scopes)
    returning access_grant_id, granted_by
)
insert into tap.cast_member select 'access_grant', access_grant_id, granted_by from made;

-- Callers: a setting and its value; what is not named is ''.
insert into tap.caller
select caller.name, setting.key, setting.value
from (
    values ('officer', 'officer', '{}'::jsonb), ('colleague', 'colleague', '{}'), ('withheld', 'withheld', '{}'), ('sharer', 'sharer', '{}'),
           ('manager', 'manager', '{"acting": "H", "units": ["team"], "unit_scopes": ["team:read", "competencies:assess"]}'),
           ('cleared_manager', 'manager', '{"acting": "H", "units": ["team", "covert"], "cleared_units": ["team", "covert"],
                                            "unit_scopes": ["team:read", "competencies:assess", "sensitive:read"]}'),
           ('hr', 'hr', '{"acting": "H", "organisation": "H", "organisation_scopes": ["workforce:read", "competencies:assess"]}'),
           ('writer', 'hr', '{"acting": "H", "organisation": "H", "organisation_scopes": ["workforce:read", "workforce:write"]}'),
           ('cleared', 'hr', '{"acting": "H", "organisation": "H", "cleared_organisation": "H",
                               "organisation_scopes": ["workforce:read", "competencies:assess", "sensitive:read"]}'),
           ('hr_of_A', 'stranger', '{"acting": "A", "organisation": "A", "organisation_scopes": ["workforce:read", "competencies:assess"]}'),
           ('reader', 'hr', '{"acting": "H", "organisation": "H", "organisation_scopes": ["reports:organisation"]}'),
           ('college', 'college', '{"national_scopes": ["reports:national"]}'), ('nation', 'nation', '{"national_scopes": ["administration", "workforce:write"]}'),
           ('auditor', 'auditor', '{"acting": "H", "organisation_scopes": ["audit:read"]}'),
           ('provider', 'provider', '{"acting": "H", "organisation_scopes": ["completions:write"]}'),
           ('admin', 'admin', '{"acting": "H", "organisation_scopes": ["administration"]}'), ('unknown', null, '{}')
) as caller (name, account, has)
cross join lateral (
    select 'issuer' as key, 'https://policies.invalid' as value
    union all select 'subject', coalesce(caller.account, 'somebody else')
    union all select 'account', tap.key('account', caller.account)::text
    union all select 'person', tap.key('person', caller.account)::text
    union all select 'acting', tap.key('organisation', caller.has ->> 'acting')::text
    union all select 'organisation', tap.key('organisation', caller.has ->> 'organisation')::text
    union all select 'cleared_organisation', (-tap.key('organisation', caller.has ->> 'cleared_organisation'))::text
    union all
    select key, case when key like '%units' then array(select tap.key('unit', part.name) from jsonb_array_elements_text(value) as part (name))::text
                     else array(select jsonb_array_elements_text(value))::text end
    from jsonb_each(caller.has)
    where key ~ 'units|_scopes'
    union all
    select 'scopes', (case when tap.key('person', caller.account) is not null then '{record:read,record:write}'::text[] else '{}' end
                      || array(select jsonb_array_elements_text(value) from jsonb_each(caller.has) where key like '%\_scopes'))::text
) as setting
where setting.value is not null;

-- Takes on the serving role and the settings of a caller: "nobody" is a connection whose settings are over. "unset" leaves them as they are, which in a
-- session that has had none means that there are none: tests/policies/nothing.sql.
create function tap.be(who text) returns void language sql as $$
    select set_config('role', 'skillsd_service', true);
    select set_config('app.' || setting, coalesce((select value from tap.caller where caller.name = who and caller.setting = known.setting), ''), true)
    from unnest('{issuer,subject,account,person,acting,organisation,cleared_organisation,units,cleared_units,scopes,organisation_scopes,unit_scopes,national_scopes}'::text[])
         as known (setting)
    where who <> 'unset';
$$;

-- The rows of a table that somebody sees, by the names of whose they are; of tables that are about nobody, whether there are any.
create function tap.names(relation text) returns text[] language plpgsql as $$
declare
    naming text := case
        when relation = 'activity_reflection'
        then 'select distinct member.name || ''.'' || tier from activity_reflection join tap.cast_member as member on member.kind = ''person'' and member.key = person_id'
        when relation in ('audit_pending', 'audit_event', 'audit_subject')
        then format('select distinct member.name from %I as told join tap.cast_member as member on member.kind = ''organisation'' and member.key = organisation_id',
                    relation)
        when relation like 'issuer%'
        then format('select distinct member.name from %I join tap.cast_member as member on member.kind = ''issuer'' and member.key = issuer_id', relation)
        when relation in ('import', 'import_fault')
        then format('select distinct member.name from %I join tap.cast_member as member on member.kind = ''import'' and member.key = import_id', relation)
        when relation in ('report_job', 'report_piece')
        then format('select distinct member.name from %I join tap.cast_member as member on member.kind = ''report_job'' and member.key = report_job_id',
                    relation)
        when relation in ('organisation', 'unit', 'account', 'access_grant')
        then format('select member.name from %I join tap.cast_member as member on member.kind = %L and member.key = %I', relation, relation, relation || '_id')
        when exists (select from pg_attribute where attrelid = ('skills.' || relation)::regclass and attname = 'person_id')
        then format('select distinct member.name from %I join tap.cast_member as member on member.kind = ''person'' and member.key = person_id', relation)
        else format('select ''some'' where exists (select from %I)', relation)
    end;
    found text[];
begin
    execute format('select array_agg(name order by name) from (%s) as seen (name)', naming) into found;
    return coalesce(found, '{}');
end
$$;
create function tap.sees(who text, relation text, expected text[]) returns text language plpgsql as $$
begin
    perform tap.be(who);
    return is(tap.names(relation), array(select unnest(expected) order by 1), format('%s sees of %s: %s', who, relation, expected));
end
$$;
create function tap.sees_nothing(relation text) returns setof text language sql as $$
    select tap.sees('nobody', relation, '{}')
$$;

-- What somebody may write: so many rows, or not at all (a policy or a privilege says no).
create function tap.writes(who text, what text, expected int) returns text language plpgsql as $$
declare
    written int;
begin
    perform tap.be(who);
    execute what;
    get diagnostics written = row_count;
    return is(written, expected, format('%s: %s rows by %s', who, expected, regexp_replace(what, '\s+', ' ', 'g')));
end
$$;
create function tap.refused(who text, what text) returns text language plpgsql as $$
begin
    perform tap.be(who);
    return throws_ok(what, '42501', null, format('%s: refused %s', who, regexp_replace(what, '\s+', ' ', 'g')));
end
$$;
