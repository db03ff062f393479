-- SPDX-License-Identifier: MIT
-- account, access_grant: one's own; administrators of an organisation, and of the nation, what concerns it.
-- tables: account access_grant
begin;
\ir cast.sql
create function tap.new_account(owner text, place text) returns text language sql as $$
    select format('insert into account (issuer, subject, person_id, title, registered_for) values (''https://policies.invalid'', gen_random_uuid()::text, %L, %L, %L)',
                  tap.key('person', owner), case when owner is null then 'A system' end, tap.key('organisation', place))
$$;
create function tap.new_grant(holder text, place text, scopes text) returns text language sql as $$
    select format('insert into access_grant (account_id, organisation_id, scopes, granted_by) values (%s, %L, %L, ''test'')',
                  tap.key('account', holder), tap.key('organisation', place), scopes)
$$;
select no_plan();

select tap.sees_nothing('account');
select tap.sees('unknown', 'account', '{}');
select tap.sees(who, 'account', array[who]) from unnest('{officer,manager,hr,college,auditor,provider}'::text[]) as who;
select tap.sees('cleared', 'account', '{hr}');
select tap.sees('admin', 'account', '{officer,manager,colleague,mover,leaver,hr,sharer,admin,provider}');
select tap.sees('nation', 'account', '{admin,system_of_A,nation,college,auditor,provider}');

select tap.writes('admin', tap.new_account('officer', 'H'), 1);
select tap.writes('admin', tap.new_account(null, 'H'), 1);
select tap.refused('admin', tap.new_account(owner, 'H')) from unnest('{stranger,withheld}'::text[]) as owner;
select tap.refused('admin', tap.new_account('officer', 'A'));
select tap.refused('admin', tap.new_account(null, null));
select tap.writes('nation', tap.new_account(null, null), 1);
select tap.refused('nation', tap.new_account('officer', null));
select tap.refused('nation', tap.new_account(null, 'H'));
select tap.refused(who, tap.new_account(null, 'H')) from unnest('{nobody,officer,manager,hr,cleared,college,auditor,provider}'::text[]) as who;
select tap.refused(who, $$update account set person_id = null$$) from unnest('{officer,admin,nation}'::text[]) as who;
select tap.refused(who, $$delete from account$$) from unnest('{officer,admin,nation}'::text[]) as who;
select tap.writes('admin', 'update account set closed_at = null where account_id = ' || tap.key('account', name), rows)
from (values ('officer', 1), ('provider', 1), ('withheld', 0), ('stranger', 0), ('system_of_A', 0), ('college', 0)) as held (name, rows);
select tap.writes('nation', 'update account set closed_at = null where account_id = ' || tap.key('account', name), rows)
from (values ('officer', 0), ('college', 1), ('stranger', 0)) as held (name, rows);
select tap.writes(who, 'update account set closed_at = now()', 0) from unnest('{officer,manager,hr,cleared,auditor,college}'::text[]) as who;

select tap.sees_nothing('access_grant');
select tap.sees(who, 'access_grant', array[who]) from unnest('{manager,hr,college}'::text[]) as who;
select tap.sees(who, 'access_grant', '{}') from unnest('{unknown,officer,auditor,provider}'::text[]) as who;
select tap.sees('admin', 'access_grant', '{manager,hr,admin}');
select tap.sees('nation', 'access_grant', '{admin,system_of_A,nation,college}');

select tap.writes('admin', tap.new_grant('officer', 'H', '{workforce:read}'), 1);
select tap.refused('admin', tap.new_grant('officer', 'A', '{workforce:read}'));
select tap.refused('admin', tap.new_grant('officer', null, '{reports:national}'));
select tap.refused('admin', tap.new_grant('admin', 'H', '{workforce:read}'));
select tap.writes('nation', tap.new_grant('college', null, '{reports:national}'), 1);
select tap.writes('nation', tap.new_grant('admin', 'H', '{administration}'), 1);
select tap.refused('nation', tap.new_grant('officer', 'H', '{workforce:read}'));
select tap.refused('nation', tap.new_grant('nation', null, '{reports:national}'));
select tap.refused(who, tap.new_grant(who, 'H', '{workforce:read}')) from unnest('{officer,manager,hr,college,auditor,provider}'::text[]) as who;
select tap.refused(who, tap.new_grant('officer', 'H', '{workforce:read}')) from unnest('{nobody,unknown,manager,hr,cleared,hr_of_A,college,auditor,provider}'::text[]) as who;
select tap.refused(who, $$update access_grant set scopes = '{administration}'$$) from unnest('{manager,admin,nation}'::text[]) as who;
select tap.refused(who, $$delete from access_grant$$) from unnest('{manager,admin,nation}'::text[]) as who;
select tap.writes('admin', 'update access_grant set revoked_at = now() where access_grant_id = ' || tap.key('access_grant', name), rows)
from (values ('manager', 1), ('hr', 1), ('stranger', 0), ('system_of_A', 0), ('college', 0)) as held (name, rows);
select tap.writes(who, 'update access_grant set revoked_at = null', 0) from unnest('{manager,hr,college,hr_of_A}'::text[]) as who;

select * from finish();
rollback;
