-- SPDX-License-Identifier: MIT
-- Facts of the field: read by anybody signed in, written by nobody who asks. And what the engine keeps.
-- tables: worker_type rank joiner_type leaver_type science_category entry_route service_band activity_type cycle_stage basis organisation organisation_succession level_scale level
-- tables: framework framework_version framework_item framework_item_level framework_association framework_item_ancestor role_profile role_requirement
-- tables: idempotency_claim migration
begin;
\ir cast.sql
insert into organisation_succession (predecessor_id, successor_id, happened_on)
values (tap.key('organisation', 'H'), tap.key('organisation', 'A'), '2199-01-01') on conflict do nothing;
insert into idempotency_claim (issuer, subject, operation, key, body_hash, claimed_at)
values ('https://policies.invalid', 'officer', 'x', 'new', '', now()), ('https://policies.invalid', 'hr', 'x', 'old', '', now() - interval '2 days');
create function tap.new_claim(of_subject text) returns text language sql as $$
    select format('insert into idempotency_claim (issuer, subject, operation, key, body_hash) values (''https://policies.invalid'', %L, ''x'', ''y'', '''')', of_subject)
$$;
select no_plan();

select tap.sees(who, relation, case when who = 'nobody' then '{}'::text[] when relation = 'organisation' then '{H,A}' else '{some}' end)
from unnest('{nobody,unknown,officer,hr,college,nation}'::text[]) as who,
     unnest('{worker_type,rank,joiner_type,leaver_type,science_category,entry_route,service_band,activity_type,cycle_stage,basis,organisation,organisation_succession,level_scale,level,
              framework,framework_version,framework_item,framework_item_level,framework_association,framework_item_ancestor,role_profile,role_requirement}'::text[]) as relation;
select tap.refused(who, format(verb, relation))
from unnest('{officer,hr,admin,nation}'::text[]) as who, unnest(array['delete from %I', 'truncate %I cascade', 'insert into %I default values']) as verb,
     unnest('{worker_type,rank,joiner_type,leaver_type,science_category,entry_route,service_band,activity_type,cycle_stage,basis,organisation,organisation_succession,level_scale,level,
              framework,framework_version,framework_item,framework_item_level,framework_association,framework_item_ancestor,role_profile,role_requirement}'::text[]) as relation;

-- Replies that are kept: the caller's own; of those that are over the clerk, who is nobody, knows and forgets.
select tap.sees('officer', 'idempotency_claim', '{some}');
select tap.sees(who, 'idempotency_claim', '{}') from unnest('{unknown,colleague,manager,admin,nation,auditor}'::text[]) as who;
select tap.be('nobody');
select results_eq('select key from idempotency_claim', array['old'], 'nobody knows what is over');
select tap.writes('officer', tap.new_claim('officer'), 1);
select tap.refused('officer', tap.new_claim('hr'));
select tap.writes('officer', 'delete from idempotency_claim where key = ''old''', 0);
select tap.writes('nobody', 'delete from idempotency_claim', 1);

select tap.sees(who, 'migration', '{some}') from unnest('{nobody,officer}'::text[]) as who;
select tap.refused(who, format(verb)) from unnest('{nobody,officer,nation}'::text[]) as who,
     unnest(array['delete from migration', 'update migration set name = name', 'insert into migration (name, checksum) values (''x'', ''x'')']) as verb;

select * from finish();
rollback;
