-- SPDX-License-Identifier: MIT
-- The wall: row-level security, one block a table. The serving role sees a row only if a policy here says so; without a
-- signed-in caller it sees none. In short:
--   reference data and frameworks: anyone signed in
--   a person's record: the person; an organisation for the time of its postings and for what was shared with it
--     (seen_by); a line manager, of the same rows, for the people posted to the units now
--   a person with a sensitive posting in an organisation: there, only readers with sensitive:read for it
--   accounts and grants: one's own; administrators those of their organisation, or those that concern the nation
--   private reflection: its author alone
--   figures: national scope; none of them names a person

-- A setting stands in a (select ...) where many rows are compared with it: it is then read once a statement, which
-- costs each statement some microseconds. What is asked of few rows reads it in place. PostgreSQL asks the policies
-- of a table against the order of their names (it puts each that it reads before the last) until one holds:
-- seen_by_organisation first, which holds for most rows that are read and costs a comparison, then one's own, and
-- those of managers after them, which look for a posting.

grant usage on schema skills to skillsd_service;

do $$
declare
    open_table text;
begin
    -- Facts of the field that anyone signed in may read.
    foreach open_table in array array['worker_type', 'rank', 'joiner_type', 'leaver_type', 'science_category',
        'entry_route', 'service_band', 'activity_type', 'cycle_stage', 'basis', 'organisation',
        'organisation_succession', 'level_scale', 'level', 'framework', 'framework_version', 'framework_item',
        'framework_item_level', 'framework_association', 'framework_item_ancestor', 'role_profile',
        'role_profile_version', 'role_requirement']
    loop
        execute format('alter table %I enable row level security', open_table);
        execute format('create policy signed_in_reads on %I for select to skillsd_service using (app_signed_in())',
                       open_table);
        execute format('grant select on %I to skillsd_service', open_table);
    end loop;
end
$$;
grant select on code_list, current_framework_version to skillsd_service;

create or replace function person_is_seen(whose bigint) returns boolean language sql stable parallel safe as $$
    select exists (select from person where person.person_id = whose)
$$;
comment on function person_is_seen(bigint) is 'Whether the caller may see the person at all.';

create or replace function person_is_posted(whose bigint) returns boolean language sql stable parallel safe as $$
    select exists (
        select
        from person
        where person.person_id = whose
          and (app_acting() = any (person.seen_by)
               or (app_cleared_organisation() is not null and -app_acting() = any (person.seen_by))))
$$;
comment on function person_is_posted(bigint) is
    'Whether the caller may see the person as one with a posting in the organisation that the request acts for.';

create or replace function account_is_own(which bigint) returns boolean language sql stable parallel safe as $$
    select which = app_account()
        or exists (
            select
            from account
            where account.account_id = which and account.person_id = app_person())
$$;
comment on function account_is_own(bigint) is 'Whether an account is the caller''s, or another of the same person.';

-- account: the caller's own; an administrator of an organisation those of systems that it registered and those of its
-- people that the administrator may see; one of the nation those that stand for no person.
alter table account enable row level security;
create policy own_account on account for select to skillsd_service
    using (issuer = current_setting('app.issuer', true) and subject = current_setting('app.subject', true));
create policy administered_account on account for select to skillsd_service
    using ((select has_organisation_scope('administration'))
        and case when person_id is null then registered_for = (select app_acting()) else person_is_seen(person_id) end);
create policy national_account on account for select to skillsd_service
    using ((select has_national_scope('administration')) and person_id is null);
create policy administrators_register on account for insert to skillsd_service
    with check ((select has_organisation_scope('administration')) and registered_for = (select app_acting())
        and (person_id is null or (person_is_posted(person_id) and person_id is distinct from (select app_person()))));
create policy nation_registers on account for insert to skillsd_service
    with check ((select has_national_scope('administration')) and registered_for is null and person_id is null);
create policy administrators_close on account for update to skillsd_service
    using ((select has_organisation_scope('administration')) and registered_for = (select app_acting()));
create policy nation_closes on account for update to skillsd_service
    using ((select has_national_scope('administration')) and person_id is null);
grant select, insert on account to skillsd_service;
grant update (closed_at) on account to skillsd_service;

create or replace function account_withheld(whose bigint, of_organisation bigint) returns boolean
language plpgsql stable security definer set search_path = skills, pg_temp as $$
begin
    return exists (
        select
        from account
        join posting on posting.person_id = account.person_id
        where account.account_id = whose
          and posting.organisation_id = of_organisation
          and posting.withheld);
end
$$;
comment on function account_withheld(bigint, bigint) is
    'public: whether an account is that of somebody whose postings in an organisation are withheld. Runs as its owner, '
    'because nobody without sensitive:read sees these postings; it says yes or no.';

create or replace function grant_is_seen(whose bigint, of_organisation bigint, of_unit bigint) returns boolean
language sql stable parallel safe as $$
    select (of_unit is null or exists (select from unit where unit.unit_id = of_unit))
        and (app_cleared_organisation() is not null or not account_withheld(whose, of_organisation))
$$;
comment on function grant_is_seen(bigint, bigint, bigint) is
    'Whether an administrator may see a grant: not one for a unit that is not seen, and none of somebody who is '
    'withheld.';

-- access_grant: those of the caller's own account; an administrator of an organisation those for it, without those that
-- would show a sensitive unit or somebody posted there; one of the nation those that concern no one organisation, and
-- those of administrators.
alter table access_grant enable row level security;
create policy own_grants on access_grant for select to skillsd_service using (account_id = (select app_account()));
create policy administered_grant on access_grant to skillsd_service
    using ((select has_organisation_scope('administration') is true) and organisation_id = (select app_acting())
        and grant_is_seen(account_id, organisation_id, unit_id))
    with check ((select has_organisation_scope('administration')) and organisation_id = (select app_acting())
        and not coalesce(account_is_own(account_id), false) and grant_is_seen(account_id, organisation_id, unit_id));
create policy national_grant on access_grant to skillsd_service
    using ((select has_national_scope('administration'))
        and (organisation_id is null or scopes && array['administration']))
    with check ((select has_national_scope('administration'))
        and (organisation_id is null or scopes && array['administration'])
        and not coalesce(account_is_own(account_id), false));
grant select, insert on access_grant to skillsd_service;
grant update (revoked_at, revoked_by) on access_grant to skillsd_service;
grant select on grant_in_effect to skillsd_service;

-- unit: anyone signed in, but for sensitive ones: those posted there, and readers with sensitive:read for the
-- organisation or the unit.
alter table unit enable row level security;
create policy signed_in_reads on unit for select to skillsd_service
    using (not sensitive and app_signed_in());
create policy cleared_unit on unit for select to skillsd_service
    using (organisation_id = (select -app_cleared_organisation())
        or unit_id = any ((select app_cleared_units())::bigint[]));
create policy own_unit on unit for select to skillsd_service
    using (unit_id in (select posting.unit_id from posting where posting.person_id = (select app_person())));
grant select on unit to skillsd_service;

-- unit_past, where units were before: whoever sees the unit.
alter table unit_past enable row level security;
create policy with_unit on unit_past for select to skillsd_service
    using (exists (select from unit where unit.unit_id = unit_past.unit_id));
grant select on unit_past to skillsd_service;

-- posting, and what postings were before: the person; the organisation; the line manager. A withheld one: only with
-- sensitive:read.
do $$
declare
    posting_table text;
begin
    foreach posting_table in array array['posting', 'posting_past']
    loop
        execute format('alter table %I enable row level security', posting_table);
        execute format('create policy own_posting on %I for select to skillsd_service
            using (person_id = app_person())', posting_table);
        execute format('create policy seen_by_organisation on %I for select to skillsd_service
            using (organisation_id = (select app_organisation())
                and (not withheld or (select app_cleared_organisation()) is not null))', posting_table);
        execute format('create policy manager_posting on %I for select to skillsd_service
            using (unit_id = any ((select app_units())::bigint[])
                and (not withheld or unit_id = any ((select app_cleared_units())::bigint[])))', posting_table);
        execute format('grant select on %I to skillsd_service', posting_table);
    end loop;
end
$$;
grant select on counted_posting, managed_posting, posting_version to skillsd_service;

create or replace function app_manages(whose bigint) returns boolean language plpgsql stable parallel safe as $$
begin
    if app_units() is null then
        return false;
    end if;
    return exists (select from managed_posting as managed where managed.person_id = whose);
end
$$;
comment on function app_manages(bigint) is 'Whether the caller is a line manager of the person today.';

create or replace function organisation_sees(seen_by bigint[]) returns boolean language sql stable parallel safe
    return seen_by && app_sees();
comment on function organisation_sees(bigint[]) is
    'Whether the caller sees, for an organisation as a whole, what those in a column seen_by see.';

create or replace function manager_sees(whose bigint, seen_by bigint[]) returns boolean
language plpgsql stable parallel safe as $$
begin
    if app_units() is null then
        return false;
    end if;
    return exists (
        select
        from managed_posting as managed
        where managed.person_id = whose
          and case when managed.withheld then -managed.organisation_id else managed.organisation_id end
              = any (manager_sees.seen_by));
end
$$;
comment on function manager_sees(bigint, bigint[]) is
    'Whether the caller sees, as line manager of the person today, what those in a column seen_by see: the window is '
    'that of the organisation of the team.';

-- person: the person; organisations with a posting of theirs; the line manager; administrators of such an organisation,
-- who give people their accounts.
alter table person enable row level security;
create policy own_person on person for select to skillsd_service using (person_id = app_person());
create policy seen_by_organisation on person for select to skillsd_service
    using (seen_by && (select app_sees()));
create policy manager_person on person for select to skillsd_service using (app_manages(person_id));
create policy administered_person on person for select to skillsd_service
    using ((select has_organisation_scope('administration')) and (select app_acting()) = any (seen_by));
grant select on person to skillsd_service;

do $$
declare
    record_table text;
begin
    -- The record: read in the window, written by the person alone.
    foreach record_table in array array['activity', 'activity_version', 'activity_alignment', 'assertion',
        'assertion_withdrawal']
    loop
        execute format('alter table %I enable row level security', record_table);
        execute format('create policy own_record on %I for select to skillsd_service
            using (person_id = app_person())', record_table);
        execute format('create policy seen_by_organisation on %I for select to skillsd_service
            using (seen_by && (select app_sees()))', record_table);
        execute format('create policy manager_window on %I for select to skillsd_service
            using (manager_sees(person_id, seen_by))', record_table);
        execute format('grant select, insert on %I to skillsd_service', record_table);
    end loop;
    foreach record_table in array array['activity', 'activity_version', 'activity_alignment', 'activity_reflection']
    loop
        execute format('alter table %I enable row level security', record_table);
        execute format('create policy own_writing on %I for insert to skillsd_service
            with check (person_id = (select app_person()) and (select has_scope(''record:write'')))', record_table);
    end loop;
end
$$;
grant select on current_activity, assertion_held to skillsd_service;
grant execute on function assertions_known(bigint, bigint, bigint[]) to skillsd_service;

-- activity: its pointer to the version that holds moves with each new version.
create policy own_version on activity for update to skillsd_service
    using (person_id = (select app_person()))
    with check (person_id = (select app_person()) and (select has_scope('record:write')));
grant update (version, seen_by) on activity to skillsd_service;

-- activity_reflection: private text is its author's alone; a summary the line manager's too; shared text the
-- organisation's too: of the version that holds, so that what was shared once and is private now is private.
create policy own_reflection on activity_reflection for select to skillsd_service using (person_id = app_person());
create policy manager_summary on activity_reflection for select to skillsd_service
    using (tier in ('summary', 'shared') and manager_sees(person_id, seen_by)
        and version = (
            select activity.version
            from activity
            where activity.activity_id = activity_reflection.activity_id));
create policy shared_with_organisation on activity_reflection for select to skillsd_service
    using (tier = 'shared'
        and seen_by && (select app_sees())
        and version = (
            select activity.version
            from activity
            where activity.activity_id = activity_reflection.activity_id));
grant select, insert on activity_reflection to skillsd_service;

create or replace function may_assess(whose bigint, seen_by bigint[]) returns boolean
language sql stable parallel safe as $$
    select (has_organisation_scope('competencies:assess') and organisation_sees(seen_by))
        or (has_unit_scope('competencies:assess') and manager_sees(whose, seen_by))
$$;
comment on function may_assess(bigint, bigint[]) is
    'Whether the caller may assess the person for the time that the organisations in a column seen_by have seen: as '
    'assessor of such an organisation, or as line manager with the scope for the unit.';

-- assertion: a claim of one's own; any other basis by somebody else who has the scope for it.
create policy own_claim on assertion for insert to skillsd_service
    with check (person_id = (select app_person()) and basis = 'self' and (select has_scope('record:write')));
create policy assessed_by_another on assertion for insert to skillsd_service
    with check (person_id is distinct from (select app_person()) and basis <> 'self'
        and may_assess(person_id, seen_by));

-- assertion_withdrawal: one's own claim; another's assertion by somebody who has the scope for it.
create policy own_withdrawal on assertion_withdrawal for insert to skillsd_service
    with check (person_id = (select app_person()) and (select has_scope('record:write')));
create policy assessors_withdrawal on assertion_withdrawal for insert to skillsd_service
    with check (person_id is distinct from (select app_person()) and may_assess(person_id, seen_by));

-- record_share: what the person shares; written by share_record() and end_share() alone.
alter table record_share enable row level security;
create policy own_share on record_share for select to skillsd_service using (person_id = app_person());
grant select on record_share to skillsd_service;
-- idempotency_claim: those of the caller; the clerk, who has no caller, forgets those that are over.
alter table idempotency_claim enable row level security;
create policy own_claims on idempotency_claim to skillsd_service
    using (issuer = current_setting('app.issuer', true) and subject = current_setting('app.subject', true))
    with check (issuer = current_setting('app.issuer', true) and subject = current_setting('app.subject', true));
create policy expired_claims on idempotency_claim for select to skillsd_service
    using (not (select app_signed_in()) and claimed_at < now() - interval '24 hours');
create policy expired_claims_go on idempotency_claim for delete to skillsd_service
    using (claimed_at < now() - interval '24 hours');
grant select, insert, update, delete on idempotency_claim to skillsd_service;

-- The ledger: entries for the person, and with what is folded from them for those who read the figures or the people of
-- the organisation. The rows of the nation are for nobody: figures that leave an organisation are made of them, and
-- rounded.
do $$
declare
    folded_table text;
begin
    foreach folded_table in array array['skill_ledger', 'skill_month', 'skill_flow', 'skill_balance']
    loop
        execute format('alter table %I enable row level security', folded_table);
        execute format('create policy seen_by_organisation on %I for select to skillsd_service
            using (organisation_id = (select app_organisation())
                and (not withheld or (select app_cleared_organisation()) is not null))', folded_table);
        execute format('grant select on %I to skillsd_service', folded_table);
    end loop;
    foreach folded_table in array array['ledger_mark', 'ledger_tick']
    loop
        execute format('alter table %I enable row level security', folded_table);
        execute format('create policy signed_in_reads on %I for select to skillsd_service using (app_signed_in())',
                       folded_table);
        execute format('grant select on %I to skillsd_service', folded_table);
    end loop;
end
$$;
-- Not with =, of which an index could be asked: the planner would then look for the entries of an organisation in two
-- indexes and fetch each from the table, where one index alone has them in order. Who reads their own says whose
-- anyway.
create policy own_entries on skill_ledger for select to skillsd_service
    using (person_id is not distinct from (select app_person()));
alter table skill_backlog enable row level security;

-- The migration history: names and checksums, so that the service can tell whether it has what it needs.
grant select on migration to skillsd_service;

-- Functions that the serving role calls; 90_close.sql takes the rest from everyone.
grant execute on function code_valid_on(date, date, date), scopes_grantable(bigint, bigint),
    sign_in(text, text, text, text, text, text, text, text), issuer_serves(text, bigint), person_is_seen(bigint),
    person_is_posted(bigint), account_is_own(bigint), app_signed_in(), app_account(), app_person(), app_acting(),
    app_organisation(), app_cleared_organisation(), app_sees(), app_units(), app_cleared_units(), has_scope(text),
    has_organisation_scope(text), has_unit_scope(text), has_national_scope(text), refuse(text, text), london_today(),
    organisations_seeing(bigint, date, date), organisations_seeing_new(bigint, date, date), own_record(),
    share_record(text, date, date), end_share(uuid), level_on(date), app_manages(bigint), organisation_sees(bigint[]),
    manager_sees(bigint, bigint[]), may_assess(bigint, bigint[]), account_withheld(bigint, bigint),
    grant_is_seen(bigint, bigint, bigint)
    to skillsd_service;
