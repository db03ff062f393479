-- SPDX-License-Identifier: MIT
-- import and import_fault: whoever may make such an import, for the organisation or the nation; one of a cleared reader, cleared readers. Only its maker
-- starts it and sends its parts, which nobody reads; and the steps of the importer are refused to whoever is signed in.
-- tables: import import_fault
begin;
\ir cast.sql
insert into tap.caller
select who, setting, value from (
    values ('importer', 'acting', tap.key('organisation', 'H')::text), ('importer', 'organisation_scopes', '{workforce:write}'),
           ('second', 'acting', tap.key('organisation', 'H')::text), ('second', 'organisation_scopes', '{competencies:assess}'),
           ('nation_writer', 'national_scopes', '{workforce:write}')
) as caller (who, setting, value)
union all
select who, 'issuer', 'https://policies.invalid' from unnest('{importer,second,nation_writer}'::text[]) as who
union all
select who, 'subject', who from unnest('{importer,second,nation_writer}'::text[]) as who;
with made as (
    insert into import (kind, format, mode, dry_run, title, organisation_id, cleared, issuer, subject, scopes, made_by, state)
    select kind, 'csv', 'good_rows', true, name, tap.key('organisation', place), cleared, 'https://policies.invalid', maker, '', 'x', state
    from (values ('skills_H', 'assertions', 'H', false, 'open', 'hr'), ('cleared_H', 'assertions', 'H', true, 'open', 'hr'),
                 ('ended_H', 'assertions', 'H', false, 'done', 'hr'), ('skills_A', 'assertions', 'A', false, 'open', 'hr_of_A'),
                 ('people_H', 'people', 'H', false, 'open', 'importer'), ('people_nation', 'people', null, false, 'open', 'nation_writer'))
         as given (name, kind, place, cleared, state, maker)
    returning import_id, title
)
insert into tap.cast_member select 'import', import_id, title from made;
insert into import_fault (import_id, ordinal, line, reason) select key, 1, 1, 'x' from tap.cast_member where kind = 'import';
insert into import_part (import_id, part, content, sha256) select key, 1, 'x', 'x' from tap.cast_member where kind = 'import';
create function tap.new_import(of_kind text, place text, who text) returns text language sql as $$
    select format('insert into import (kind, format, mode, dry_run, organisation_id, cleared, issuer, subject, scopes, made_by)
                   values (%L, ''csv'', ''good_rows'', true, %L, false, ''https://policies.invalid'', %L, '''', ''x'')', of_kind, tap.key('organisation', place), who)
$$;
create function tap.cancel(which text) returns text language sql as $$
    select format('update import set state = ''cancelled'' where import_id = %L', tap.key('import', which))
$$;
create function tap.start(which text) returns text language sql as $$
    select format('update import set state = ''queued'' where import_id = %L', tap.key('import', which))
$$;
select no_plan();

select tap.sees(who, relation, expected)
from (values ('hr', '{ended_H,skills_H}'::text[]), ('cleared', '{cleared_H,ended_H,skills_H}'), ('hr_of_A', '{skills_A}'), ('importer', '{people_H}'),
             ('nation_writer', '{people_nation}'), ('nation', '{people_nation}')) as seen (who, expected)
cross join unnest('{import,import_fault}'::text[]) as relation;
select tap.sees(who, relation, '{}')
from unnest('{unknown,officer,manager,cleared_manager,reader,college,auditor,provider,admin}'::text[]) as who, unnest('{import,import_fault}'::text[]) as relation;
select tap.sees_nothing(relation) from unnest('{import,import_fault}'::text[]) as relation;

select tap.writes('hr', tap.new_import('assertions', 'H', 'hr'), 1);
select tap.writes('importer', tap.new_import('people', 'H', 'importer'), 1);
select tap.writes('nation_writer', tap.new_import('people', null, 'nation_writer'), 1);
select tap.be('second');
select throws_ok(tap.start('skills_H'), '42501', null, 'second does not start an import of another');
select is(put_import_part(tap.key('import', 'skills_H'), 2, 'x'), false, 'second sends no part to an import of another');
select tap.be('hr');
select is(put_import_part(tap.key('import', 'skills_H'), 2, 'x'), true, 'hr sends a part to an import of their own');
select tap.writes('hr', tap.start('skills_H'), 1);
select tap.writes('second', tap.cancel('skills_H'), 1);
select tap.writes('hr', tap.cancel('ended_H'), 0);
select tap.writes('hr', tap.cancel('cleared_H'), 0);
select tap.writes('hr', tap.cancel('skills_A'), 0);
select tap.writes('cleared', tap.cancel('cleared_H'), 1);

select tap.be('hr');
select throws_ok(statement, sqlstate, null, format('hr: %s is refused', statement))
from (values (tap.new_import('people', 'H', 'hr'), '42501'), (tap.new_import('assertions', 'A', 'hr'), '42501'), (tap.new_import('assertions', 'H', 'importer'), '42501'),
             ('select import_id from import_part', '42501'), ('update import set kind = ''people''', '42501'), ('delete from import', '42501'),
             ('insert into import_fault values (1, 2, 1, null, ''x'')', '42501'), ('select take_import()', 'SL403'), ('select give_back_import(1, 1)', 'SL403'),
             ('select next_import_part(1, 1, 0, 0)', 'SL403'), ('select enter_import(1, 1)', 'SL403'), ('select fail_import(1, 1, ''x'')', 'SL403'),
             ('select post_import(1, 1)', 'SL403'), ('select load_import(1, 1)', 'SL409')) as refused (statement, sqlstate);
select is(put_import_part(tap.key('import', 'skills_A'), 2, 'x'), false, 'hr sends no part to an import of another force');

select * from finish();
rollback;
