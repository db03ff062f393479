-- SPDX-License-Identifier: MIT
-- transfer: HR of either organisation, with sensitive:read if the person is withheld; nobody else, and nobody writes one. posting_retraction: nobody.
-- tables: transfer
begin;
\ir cast.sql
insert into transfer (kind, person_id, given_name, family_name, staff_number, from_organisation_id, to_organisation_id, starts_on, withheld, posting_id)
select 'transfer', posting.person_id, 'Test', posting.staff_number, posting.staff_number, posting.organisation_id,
       case posting.organisation_id when tap.key('organisation', 'H') then tap.key('organisation', 'A') else tap.key('organisation', 'H') end,
       '2025-01-01', posting.withheld, posting.posting_id
from posting
where posting.person_id in (tap.key('person', 'officer'), tap.key('person', 'withheld'), tap.key('person', 'stranger'));
insert into transfer (kind, person_id, given_name, family_name, staff_number, from_organisation_id, to_organisation_id, starts_on, posting_id)
select 'secondment', tap.key('person', 'colleague'), 'Test', 'colleague', 'colleague', tap.key('organisation', 'H'), organisation_id, '2025-01-01', 0
from organisation
where code = 'kent';
select see_person(key) from tap.cast_member where kind = 'person' \g /dev/null
update tap.caller set value = replace(value, 'workforce:read', 'workforce:write') where name = 'hr' and setting like '%scopes';
select no_plan();

select tap.sees_nothing('transfer');
select tap.sees('hr', 'transfer', '{officer,stranger,colleague}');
select tap.sees('cleared', 'transfer', '{officer,stranger,colleague,withheld}');
select tap.sees('hr_of_A', 'transfer', '{officer,stranger}');
select tap.sees(who, 'transfer', '{}')
from unnest('{unknown,officer,colleague,withheld,manager,cleared_manager,reader,college,nation,auditor,provider,admin}'::text[]) as who;
select tap.refused(who, verb)
from unnest('{officer,hr,cleared,nation}'::text[]) as who,
     unnest(array['update transfer set state = ''cancelled''', 'delete from transfer', 'select from posting_retraction', 'delete from posting_retraction',
                  'insert into transfer (kind, person_id, given_name, family_name, staff_number, from_organisation_id, to_organisation_id, starts_on, posting_id)
                   values (''transfer'', 1, ''A'', ''B'', ''1'', 1, 2, ''2025-01-01'', 1)']) as verb;

reset role;
update posting set sensitive = true where person_id = tap.key('person', 'officer');
select see_person(tap.key('person', 'officer')) \g /dev/null
select tap.sees('hr_of_A', 'transfer', '{stranger}');

select * from finish();
rollback;
