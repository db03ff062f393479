-- SPDX-License-Identifier: MIT
-- Requests for endorsement: the table is closed to everybody who asks, and its functions tell each what concerns them. What roles ask for: read by anybody
-- signed in, written by those who keep frameworks for the nation.
-- tables: role_profile_version
begin;
\ir cast.sql
-- keeper: frameworks:write for the nation; half_keeper: the same, for an organisation, where it counts for nothing.
insert into tap.caller
select who, setting, value from tap.caller cross join (values ('keeper'), ('half_keeper')) as made (who)
where name = 'college' and setting not like '%\_scopes'
union all select 'keeper', 'national_scopes', '{frameworks:write}'
union all select 'half_keeper', 'organisation_scopes', '{frameworks:write}';
create table tap.claim as
with made as (
    insert into assertion (person_id, seen_by, framework_item_id, basis, valid_from, evidence)
    select key, organisations_seeing(key, '2024-01-01', null), (select min(framework_item_id) from framework_item where level_scale_id is null), 'self',
           '2024-01-01', name
    from tap.cast_member where kind = 'person'
    returning assertion_id, id, evidence as name
)
select * from made;
grant select on tap.claim to skillsd_service;
create function tap.person(who text) returns uuid language sql stable security definer as $$
    select id from skills.person where person_id = tap.key('person', who)
$$;
create function tap.asks(who text, whom text, expected text) returns text language plpgsql as $$
declare
    outcome text;
begin
    perform tap.be(who);
    select coalesce(problem, 'asked') into outcome
    from request_endorsement((select id from tap.claim where name = who), tap.person(whom), whom is null, null);
    return is(outcome, expected, format('%s asks %s: %s', who, coalesce(whom, 'the line manager'), expected));
end
$$;
create function tap.told(who text, expected text[]) returns text language plpgsql as $$
begin
    perform tap.be(who);
    return is((select coalesce(array_agg(told.line order by told.line), '{}')
               from (select state || ' ' || asker_name || ' > ' || endorser_name as line from endorsement_requests_told(null)) as told), expected, format('%s is told of: %s', who, expected));
end
$$;
create function tap.finds(who text, expected text[]) returns text language plpgsql as $$
begin
    perform tap.be(who);
    return is((select coalesce(array_agg(distinct name order by name), '{}')
               from (select family_name as name
                     from unnest('{officer,manager,colleague,withheld,stranger,mover,leaver,sharer,hr}'::text[]) as asked (name)
                     cross join lateral colleagues_named(asked.name)) as found
               where name = any ('{officer,manager,colleague,withheld,stranger,mover,leaver,sharer,hr}')), expected, format('%s finds %s', who, expected));
end
$$;
select no_plan();

-- Nobody reaches the table.
select tap.refused(who, verb)
from unnest('{nobody,unknown,officer,manager,hr,cleared,admin,nation,college,auditor}'::text[]) as who,
     unnest(array['select from endorsement_request', 'delete from endorsement_request', 'update endorsement_request set comment = null',
                  'insert into endorsement_request default values']) as verb;

-- Who asks whom: a colleague of today who is not withheld, the manager of the unit; the manager has no clearance, so is not that of somebody withheld.
select tap.asks('officer', 'colleague', 'asked');
select tap.asks('officer', 'colleague', 'already_asked');
select tap.asks('officer', null, 'asked');
select tap.asks('officer', 'officer', 'endorser_is_oneself');
select tap.asks('officer', who, 'endorser_not_found') from unnest('{withheld,stranger,leaver,sharer}'::text[]) as who;
select tap.asks('colleague', null, 'no_line_manager');
select tap.asks('withheld', null, 'no_line_manager');
select tap.asks('withheld', 'officer', 'asked');
select tap.asks('college', 'officer', 'no_person');
select tap.be('officer');
select is((select problem from request_endorsement((select id from tap.claim where name = 'colleague'), tap.person('manager'), false, null)),
          'claim_not_found', 'nobody has the claim of a colleague endorsed');

-- Each is told of the own requests, both ways, and of nothing else.
select tap.told('officer', '{open Test officer > Test colleague,open Test officer > Test manager,open Test withheld > Test officer}');
select tap.told('colleague', '{open Test officer > Test colleague}');
select tap.told('manager', '{open Test officer > Test manager}');
select tap.told(who, '{}') from unnest('{nobody,unknown,hr,cleared,sharer,admin,nation,college,auditor}'::text[]) as who;

-- Without record:write nobody asks, answers or takes back.
select tap.be('officer');
select set_config('app.scopes', '{record:read}', true) \g /dev/null
select is((select problem from request_endorsement((select id from tap.claim where name = 'officer'), tap.person('hr'), false, null)), 'scope_not_granted', 'asking needs record:write');
select is(withdraw_endorsement_request((select id from endorsement_requests_told(null) where not asked_of_me limit 1)), 'scope_not_granted', 'taking back needs record:write');
select is(answer_endorsement_request((select id from endorsement_requests_told(null) where asked_of_me), 'endorse', null, null), 'scope_not_granted', 'answering needs record:write');

-- Who answers: whoever was asked, whereby the record of the asker grows by one assertion, which the asker cannot write.
select tap.be('officer');
select is(answer_endorsement_request((select id from endorsement_requests_told(null) where not asked_of_me and not as_line_manager), 'endorse', null, null),
          'not_yours_to_answer', 'not the asker');
select tap.be('colleague');
select is((select answer_endorsement_request(id, 'endorse', null, null) from endorsement_requests_told(null)), null, 'whoever was asked');
select tap.told('officer', '{endorsed Test officer > Test colleague,open Test officer > Test manager,open Test withheld > Test officer}');
select tap.be('officer');
select is((select assessor || ' ' || basis from assertion where person_id = app_person() and basis = 'endorsed'), 'Test colleague endorsed', 'it stands in the record of the asker');

-- Colleagues by name: of today, in the same organisation, not withheld, and nobody for who is nobody's colleague.
select tap.finds('officer', '{colleague,hr,manager,mover}');
select tap.finds('withheld', '{colleague,hr,manager,mover,officer}');
select tap.finds('hr_of_A', '{leaver,sharer}');
select tap.finds(who, '{}') from unnest('{nobody,unknown,college,nation,auditor,provider,admin}'::text[]) as who;

-- What roles ask for.
select tap.sees_nothing('role_profile_version');
select tap.sees(who, 'role_profile_version', '{some}') from unnest('{unknown,officer,hr,college,nation}'::text[]) as who;
select tap.refused(who, 'insert into role_profile (framework_version_id, code, role, title) values ((select min(framework_version_id) from framework_version), ''x'', ''x'', ''x'')')
from unnest('{nobody,officer,hr,admin,nation,college,half_keeper}'::text[]) as who;
select tap.writes('keeper', 'insert into role_profile (framework_version_id, code, role, title) values ((select min(framework_version_id) from framework_version), ''x'', ''x'', ''x'')', 1);
select tap.refused(who, 'insert into role_profile_version (role_profile_id, version, valid_from) select min(role_profile_id), 99, current_date from role_profile')
from unnest('{officer,hr,nation,half_keeper}'::text[]) as who;
select tap.writes('keeper', 'insert into role_profile_version (role_profile_id, version, valid_from) select min(role_profile_id), 99, current_date from role_profile', 1);
select tap.refused(who, 'insert into role_requirement (role_profile_id, version, framework_item_id)
                         select min(role_profile_id), 99, (select min(framework_item_id) from framework_item) from role_profile')
from unnest('{officer,hr,nation,half_keeper}'::text[]) as who;
select tap.writes('keeper', 'insert into role_requirement (role_profile_id, version, framework_item_id)
                             select min(role_profile_id), 99, (select min(framework_item_id) from framework_item) from role_profile', 1);
select tap.writes(who, 'update role_profile set title = title', 0) from unnest('{officer,hr,nation,college,half_keeper}'::text[]) as who;
select tap.refused(who, verb)
from unnest('{keeper,nation,hr}'::text[]) as who,
     unnest(array['update role_profile set code = code', 'delete from role_profile', 'delete from role_profile_version', 'update role_profile_version set valid_from = valid_from',
                  'delete from role_requirement', 'update role_requirement set level = level']) as verb;

select * from finish();
rollback;
