-- SPDX-License-Identifier: MIT
-- report_job and report_piece: whoever made the job, acting for its organisation; its file while they may see as much as when it ran. Nobody changes a job,
-- and the steps of the reporter are refused to whoever is signed in.
-- tables: report_job report_piece
begin;
\ir cast.sql
insert into tap.caller
select who, setting, value from (
    values ('second', 'acting', tap.key('organisation', 'H')::text), ('second', 'organisation_scopes', '{reports:organisation}'),
           ('hr_elsewhere', 'acting', tap.key('organisation', 'A')::text), ('hr_elsewhere', 'organisation_scopes', '{reports:organisation}')
) as caller (who, setting, value)
union all
select who, 'issuer', 'https://policies.invalid' from unnest('{second,hr_elsewhere}'::text[]) as who
union all
select who, 'subject', subject from (values ('second', 'second'), ('hr_elsewhere', 'hr')) as caller (who, subject);
with made as (
    insert into report_job (report, parameters, format, organisation_id, required, issuer, subject, state, client, reach)
    select 'x', '{}', 'csv', tap.key('organisation', place), 'reports:organisation workforce:read', 'https://policies.invalid', maker, state, name, reach::jsonb
    from (values ('waits_H', 'H', 'hr', 'waiting', null), ('done_H', 'H', 'hr', 'done', '{"organisation": ["workforce:read"], "units": []}'),
                 ('further_H', 'H', 'hr', 'done', '{"organisation": ["sensitive:read"]}'), ('expired_H', 'H', 'hr', 'expired', '{}'),
                 ('done_A', 'A', 'stranger', 'done', '{"organisation": ["workforce:read"]}'), ('nation', null, 'nation', 'done', '{}'))
         as given (name, place, maker, state, reach)
    returning report_job_id, client
)
insert into tap.cast_member select 'report_job', report_job_id, client from made;
insert into report_piece (report_job_id, piece, content) select key, 1, 'x' from tap.cast_member where kind = 'report_job';
create function tap.new_job(place text, who text, state text) returns text language sql as $$
    select format('insert into report_job (report, parameters, format, organisation_id, required, issuer, subject, state)
                   values (''x'', ''{}'', ''csv'', %L, ''x'', ''https://policies.invalid'', %L, %L)', tap.key('organisation', place), who, state)
$$;
create function tap.job_id(which text) returns uuid language sql stable as $$
    select id from report_job where report_job_id = tap.key('report_job', which)
$$;
create table tap.known as select name, tap.job_id(name) as id from tap.cast_member where kind = 'report_job';
grant select on tap.known to skillsd_service;
select no_plan();

-- hr, cleared and reader are one, by tokens that are worth more or less.
select tap.sees(who, 'report_job', expected)
from (values ('hr', '{done_H,expired_H,further_H,waits_H}'::text[]), ('cleared', '{done_H,expired_H,further_H,waits_H}'),
             ('reader', '{done_H,expired_H,further_H,waits_H}'), ('hr_of_A', '{done_A}'), ('nation', '{nation}')) as seen (who, expected);
select tap.sees(who, 'report_piece', expected)
from (values ('hr', '{done_H}'::text[]), ('cleared', '{done_H,further_H}'), ('reader', '{}'), ('hr_of_A', '{done_A}'), ('nation', '{nation}')) as seen (who, expected);
select tap.sees(who, relation, '{}')
from unnest('{unknown,officer,manager,cleared_manager,college,auditor,provider,admin,second,hr_elsewhere}'::text[]) as who,
     unnest('{report_job,report_piece}'::text[]) as relation;
select tap.sees_nothing(relation) from unnest('{report_job,report_piece}'::text[]) as relation;

select tap.writes('hr', tap.new_job('H', 'hr', 'waiting'), 1);
select tap.be('second');
select is(cancel_report_job((select id from tap.known where name = 'waits_H')), null, 'second does not cancel the job of another');
select tap.be('hr_elsewhere');
select is(cancel_report_job((select id from tap.known where name = 'waits_H')), null, 'nor its maker, acting for another force');
select tap.be('hr');
select is(cancel_report_job((select id from tap.known where name = 'expired_H')), null, 'what has expired is not cancelled');
select is(cancel_report_job((select id from tap.known where name = 'waits_H')), tap.key('report_job', 'waits_H'), 'hr cancels a job of their own');

select tap.be('hr');
select throws_ok(statement, sqlstate, null, format('hr: %s is refused', statement))
from (values (tap.new_job('A', 'hr', 'waiting'), '42501'), (tap.new_job('H', 'second', 'waiting'), '42501'), (tap.new_job('H', 'hr', 'done'), '42501'),
             ('update report_job set state = ''done''', '42501'), ('delete from report_job', '42501'), ('delete from report_piece', '42501'),
             ('insert into report_piece values (1, 2, ''x'')', '42501'), ('select take_report_job()', 'SL403'),
             ('select give_back_report_job(1, 1)', 'SL403'), ('select note_report_job(1, 1, 0, null)', 'SL403'), ('select fail_report_job(1, 1, ''{}'')', 'SL403'), ('select expire_report_jobs()', 'SL403'),
             ('select finish_report_job(1, 1, 1, ''x'', ''x'', ''x'', null, ''{}'', ''[]'')', 'SL403')) as refused (statement, sqlstate);

select * from finish();
rollback;
