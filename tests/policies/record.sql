-- SPDX-License-Identifier: MIT
-- The record: read by the person, by an organisation for the time of its postings and for what is shared with it, and by the line manager; written by
-- the person alone, but for what assessors record. Reflection by its tier.
-- tables: activity activity_version activity_alignment activity_reflection assertion assertion_withdrawal record_share
begin;
\ir cast.sql
select tap.record('officer', '2024-06-02', 'summary'), tap.record('officer', '2024-06-03', 'shared'), tap.record('withheld', '2024-06-03', 'shared'),
       tap.record('colleague', '2024-06-03', 'shared'), tap.record('leaver', '2022-06-01', 'shared'), tap.record('mover', '2022-06-01', 'summary')
\g /dev/null
-- What was shared once and is private now.
select tap.record('manager', '2024-06-03', 'shared') as edited \gset
update activity set version = 2 where activity_id = :edited;
insert into activity_version (activity_id, version, person_id, seen_by, title, happened_on, learned)
select activity_id, 2, person_id, seen_by, title, happened_on, learned from activity_version where activity_id = :edited;
insert into activity_reflection (activity_id, version, person_id, seen_by, tier, body)
select activity_id, 2, person_id, seen_by, 'private', 'Mine.' from activity where activity_id = :edited;

-- What is the same for all tables of the record.
create function tap.record_of(relation text) returns setof text language sql as $$
    select tap.sees_nothing(relation)
    union all select tap.sees('unknown', relation, '{}')
    union all select tap.sees('officer', relation, '{officer}')
    union all select tap.sees('withheld', relation, '{withheld}')
    union all select tap.sees('manager', relation, '{manager,officer}')
    union all select tap.sees('cleared_manager', relation, '{manager,officer,withheld}')
    union all select tap.sees(who, relation, '{}') from unnest('{college,nation,auditor,provider,admin}'::text[]) as who
    union all select tap.refused(who, format('delete from %I', relation)) from unnest('{officer,manager,hr,cleared,admin,nation}'::text[]) as who
    union all select tap.refused(who, format('update %I set person_id = person_id', relation)) from unnest('{officer,manager,hr,admin}'::text[]) as who
$$;

create function tap.new_activity(owner text) returns text language sql as $$
    select format('insert into activity (person_id, seen_by) values (%s, ''{}'')', tap.key('person', owner))
$$;
create function tap.new_assertion(owner text, basis text, day date default '2024-06-01') returns text language sql as $$
    select format('insert into assertion (person_id, seen_by, framework_item_id, basis, valid_from, valid_before)
                   values (%s, %L, (select min(framework_item_id) from framework_item), %L, %L, %L)',
                  tap.key('person', owner), organisations_seeing(tap.key('person', owner), day, day + 1), basis, day, day + 1)
$$;

select no_plan();

-- sharer's day of 2024 is shared with H; mover's is of the time in H, leaver's of the time after it.
select tap.record_of(relation)
from unnest('{activity,activity_version,activity_alignment,assertion,assertion_withdrawal}'::text[]) as relation;

select tap.sees('hr', 'assertion', '{officer,manager,colleague,mover,sharer,hr}');
select tap.sees('cleared', 'assertion', '{officer,manager,colleague,mover,sharer,hr,withheld}');
select tap.sees('hr_of_A', 'assertion', '{stranger,leaver,sharer}');
select tap.sees('hr', 'assertion_withdrawal', '{officer,manager,colleague,mover,sharer,hr}');
select tap.sees('hr_of_A', 'assertion_withdrawal', '{stranger,leaver,sharer}');
select tap.sees('hr', 'activity', '{officer,manager,colleague,mover,sharer,hr,leaver}');
select tap.sees('cleared', 'activity', '{officer,manager,colleague,mover,sharer,hr,leaver,withheld}');
select tap.sees('hr_of_A', 'activity', '{stranger,leaver,sharer,mover}');
select tap.sees('hr', 'activity_version', '{officer,manager,colleague,mover,sharer,hr,leaver}');
select tap.sees('hr_of_A', 'activity_version', '{stranger,leaver,sharer,mover}');
select tap.sees('hr', 'activity_alignment', '{officer,manager,colleague,mover,sharer,hr,leaver}');
select tap.sees('hr_of_A', 'activity_alignment', '{stranger,leaver,sharer,mover}');
select tap.be('hr');
select is((select max(happened_on) from activity_version where person_id = tap.key('person', 'leaver')), date '2022-06-01', 'hr sees of the leaver nothing later than the posting');
select is((select min(happened_on) from activity_version where person_id = tap.key('person', 'mover')), date '2024-06-01', 'and of the mover nothing earlier');

select tap.sees_nothing('activity_reflection');
select tap.sees('officer', 'activity_reflection', '{officer.private,officer.summary,officer.shared}');
select tap.sees('manager', 'activity_reflection', '{manager.private,manager.shared,officer.summary,officer.shared}');
select tap.sees('hr', 'activity_reflection', '{hr.private,officer.shared,colleague.shared,leaver.shared}');
select tap.sees('cleared', 'activity_reflection', '{hr.private,officer.shared,colleague.shared,leaver.shared,withheld.shared}');
select tap.sees('hr_of_A', 'activity_reflection', '{stranger.private}');
select tap.sees(who, 'activity_reflection', '{}') from unnest('{unknown,college,nation,auditor,provider,admin}'::text[]) as who;
select tap.refused(who, $$update activity_reflection set tier = 'shared'$$) from unnest('{officer,manager,hr}'::text[]) as who;

-- Writing one's own record, and nobody else's.
select tap.writes('officer', tap.new_activity('officer'), 1);
select tap.refused(who, tap.new_activity('officer')) from unnest('{nobody,unknown,colleague,manager,hr,cleared,admin,nation,provider}'::text[]) as who;
select tap.writes('officer', tap.new_assertion('officer', 'self'), 1);
select tap.refused('officer', tap.new_assertion('officer', basis)) from unnest('{endorsed,assessed,accredited}'::text[]) as basis;
select tap.refused(who, tap.new_assertion('officer', 'self')) from unnest('{nobody,unknown,colleague,manager,hr,admin,nation}'::text[]) as who;
select tap.writes(who, tap.new_assertion('officer', 'assessed'), 1) from unnest('{manager,hr,cleared}'::text[]) as who;
select tap.refused(who, tap.new_assertion('officer', 'assessed'))
from unnest('{nobody,colleague,hr_of_A,reader,college,auditor,admin,nation,provider}'::text[]) as who;
select tap.refused('manager', tap.new_assertion(owner, 'assessed')) from unnest('{colleague,withheld,stranger}'::text[]) as owner;
select tap.refused('hr', tap.new_assertion(owner, 'assessed')) from unnest('{withheld,stranger,hr}'::text[]) as owner;
select tap.writes('cleared', tap.new_assertion('withheld', 'assessed'), 1);
select tap.refused('hr', tap.new_assertion('leaver', 'assessed'));
select tap.writes('hr', tap.new_assertion('leaver', 'assessed', '2022-06-01'), 1);
-- A version moves only in one's own activities, and nobody gives a record away.
select tap.writes('colleague', 'update activity set version = version where person_id = ' || tap.key('person', 'officer'), 0);
select tap.writes('hr', 'update activity set version = version where person_id = ' || tap.key('person', 'officer'), 0);
select tap.writes('colleague', 'update activity set version = version', 2);

-- Without record:write a person reads and does not write.
select tap.be('officer');
select set_config('app.scopes', '{record:read}', true) \g /dev/null
select throws_ok(tap.new_activity('officer'), '42501', null, 'no activity without record:write');
select throws_ok(tap.new_assertion('officer', 'self'), '42501', null, 'no claim without record:write');

-- record_share: the person's own, written by functions that take no other person.
select tap.sees_nothing('record_share');
select tap.sees('sharer', 'record_share', '{sharer}');
select tap.sees(who, 'record_share', '{}') from unnest('{officer,manager,hr,cleared,hr_of_A,admin,nation,college,auditor}'::text[]) as who;
select tap.refused(who, $$insert into record_share (person_id, organisation_id, until_day)
                          values (tap.key('person', 'officer'), tap.key('organisation', 'A'), '2024-01-01')$$)
from unnest('{officer,hr,hr_of_A}'::text[]) as who;
select tap.refused('sharer', $$update record_share set until_day = until_day$$);

select * from finish();
rollback;
