-- SPDX-License-Identifier: MIT
-- What postings were before: as the postings themselves, for whom they are; a person who is withheld now is so in all that was known. Activities as they
-- were known: for the organisation that the person was known to be posted to on the day, and for the line manager of today. Where units were before: as the
-- units. Nobody writes any of it.
-- tables: posting_past unit_past
begin;
\ir cast.sql
insert into posting_past (posting_id, person_id, organisation_id, unit_id, worker_type, starts_on, ends_before, fte, counts, secondment, withheld, known_from, known_before)
select posting_id, person_id, organisation_id, unit_id, worker_type, starts_on, ends_before, fte, counts, secondment, withheld, 0, 1 from posting;
create function tap.knows(who text, place text, expected text[]) returns text language plpgsql as $$
declare
    found text[];
begin
    perform tap.be(who);
    found := array(
        select distinct member.name
        from activities_known(tap.key('organisation', place), '2024-01-01', '2025-01-01', null, null, null) as said
        join tap.cast_member as member on member.kind = 'person' and member.key = said.person_id
        order by 1);
    if (select count(*) from alignments_known(tap.key('organisation', place), '2024-01-01', '2025-01-01', null, null, null)) <> cardinality(found) then
        return fail('each activity has one alignment');
    end if;
    return is(found, array(select unnest(expected) order by 1), format('%s counts in %s the activities of %s', who, place, expected));
end
$$;
select no_plan();

select tap.sees_nothing('posting_past');
select tap.sees('unknown', 'posting_past', '{}');
select tap.sees('officer', 'posting_past', '{officer}');
select tap.sees('withheld', 'posting_past', '{withheld}');
select tap.sees('manager', 'posting_past', '{manager,officer}');
select tap.sees('cleared_manager', 'posting_past', '{manager,officer,withheld}');
select tap.sees('hr', 'posting_past', '{officer,manager,colleague,mover,leaver,hr}');
select tap.sees('cleared', 'posting_past', '{officer,manager,colleague,mover,leaver,hr,withheld}');
select tap.sees('hr_of_A', 'posting_past', '{stranger,mover,leaver,sharer}');
select tap.sees(who, 'posting_past', '{}') from unnest('{college,nation,auditor,provider,admin}'::text[]) as who;
select tap.be('hr');
select is((select count(*) from posting_past where person_id = tap.key('person', 'mover')), 1::bigint, 'hr sees of what was the mover''s posting to H alone');
select tap.refused(who, verb)
from unnest('{withheld,hr,cleared,admin,nation}'::text[]) as who, unnest('{update posting_past set withheld = false,delete from posting_past,truncate posting_past}'::text[]) as verb;
select tap.refused(who, 'update activity_version set known_before = null') from unnest('{officer,hr,cleared}'::text[]) as who;

select tap.knows('hr', 'H', '{officer,manager,colleague,mover,hr}');
select tap.knows('reader', 'H', '{officer,manager,colleague,mover,hr}');
select tap.knows('cleared', 'H', '{officer,manager,colleague,mover,hr,withheld}');
select tap.knows('manager', 'H', '{officer,manager}');
select tap.knows('cleared_manager', 'H', '{officer,manager,withheld}');
select tap.knows('hr_of_A', 'A', '{stranger,leaver,sharer}');
select tap.knows(who, 'A', '{}') from unnest('{hr,cleared,manager}'::text[]) as who;
select tap.knows(who, 'H', '{}') from unnest('{nobody,unknown,officer,college,nation,auditor,provider,admin,hr_of_A}'::text[]) as who;

-- Whoever becomes sensitive is withheld in what was known too, and comes back with it; of a retracted posting it stays as it was.
reset role;
update posting set sensitive = true where person_id = tap.key('person', 'colleague');
select see_person(tap.key('person', 'colleague')) \g /dev/null
select tap.sees('hr', 'posting_past', '{officer,manager,mover,leaver,hr}');
select tap.knows('hr', 'H', '{officer,manager,mover,hr}');
reset role;
update posting set sensitive = false where person_id = tap.key('person', 'colleague');
select see_person(tap.key('person', 'colleague')) \g /dev/null
select tap.sees('hr', 'posting_past', '{officer,manager,colleague,mover,leaver,hr}');
reset role;
delete from posting where person_id = tap.key('person', 'withheld');
select see_person(tap.key('person', 'withheld')) \g /dev/null
select tap.sees('hr', 'posting_past', '{officer,manager,colleague,mover,leaver,hr}');

-- Where a unit was before is seen by whoever sees it: a sensitive one by those with sensitive:read, and those posted there.
reset role;
insert into unit_past (unit_id, organisation_id, parent_id, known_from, known_before)
select unit_id, organisation_id, null, 1, 2 from unit where unit_id in (tap.key('unit', 'covert'), tap.key('unit', 'team'));
create function tap.units_before(who text) returns bigint language plpgsql as $$
begin
    perform tap.be(who);
    return (select count(*) from unit_past where known_before = 2);
end
$$;
select is(tap.units_before(who), 1::bigint, who || ' does not see where a sensitive unit was') from unnest('{officer,manager,hr,hr_of_A}'::text[]) as who;
select is(tap.units_before(who), 2::bigint, who || ' sees where a sensitive unit was') from unnest('{cleared,cleared_manager}'::text[]) as who;
select is(tap.units_before('nobody'), 0::bigint, 'nobody sees nothing');
select tap.refused(who, verb)
from unnest('{hr,cleared,admin,nation}'::text[]) as who, unnest('{update unit_past set parent_id = null,delete from unit_past,truncate unit_past}'::text[]) as verb;

-- What is shared with an organisation it is told of, and nobody else; and whoever records an assertion cannot say that it was known before.
reset role;
select set_config('tap.everybody', (select array_agg(key)::text from tap.cast_member where kind = 'person'), true) \g /dev/null
create function tap.shares(who text) returns bigint[] language plpgsql as $$
begin
    perform tap.be(who);
    return array(select person_id from shares_known(current_setting('tap.everybody')::bigint[], null));
end
$$;
select is(tap.shares(who), array[tap.key('person', 'sharer')], who || ' is told of what is shared with H') from unnest('{hr,cleared}'::text[]) as who;
select is(tap.shares(who), '{}', who || ' is told of no shares')
from unnest('{nobody,unknown,officer,sharer,manager,hr_of_A,college,nation,auditor,provider,admin}'::text[]) as who;
select tap.be('hr');
select is((select array_agg(person_id) from shares_known(current_setting('tap.everybody')::bigint[], '1:1:')), null, 'an edition of before has no later share');
select tap.be('officer');
insert into assertion (person_id, seen_by, framework_item_id, basis, valid_from, known_from)
select app_person(), '{}', min(framework_item_id), 'self', '2024-05-05', 0 from framework_item where level_scale_id is null;
select is((select known_from from assertion where person_id = app_person() and valid_from = '2024-05-05'), ledger_xid(), 'an assertion is known from when it was recorded');

select * from finish();
rollback;
