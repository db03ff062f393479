-- SPDX-License-Identifier: MIT
-- The wall: row-level security, one block a table. The serving role sees a row only if a policy here says so; without a signed-in
-- caller it sees none. In short:
--   reference data and frameworks: anyone signed in
--   a person's record: the person; an organisation for the time of its postings (seen_by); a line manager for the people posted to the units now
--   private reflection: its author alone
--   figures: national scope; none of them names a person

grant usage on schema skills to skillsd_service;

do $$
declare
    open_table text;
begin
    -- Facts of the field that anyone signed in may read.
    foreach open_table in array array['worker_type', 'rank', 'joiner_type', 'leaver_type', 'science_category', 'activity_type',
        'cycle_stage', 'basis', 'organisation', 'organisation_succession', 'unit', 'level_scale', 'level', 'framework',
        'framework_version', 'framework_item', 'framework_item_level', 'framework_association', 'framework_item_ancestor',
        'role_profile', 'role_requirement']
    loop
        execute format('alter table %I enable row level security', open_table);
        execute format('create policy signed_in_reads on %I for select to skillsd_service using ((select app_signed_in()))', open_table);
        execute format('grant select on %I to skillsd_service', open_table);
    end loop;
end
$$;
grant select on code_list, current_framework_version to skillsd_service;

-- account: the caller's own.
alter table account enable row level security;
create policy own_account on account for select to skillsd_service
    using (issuer = current_setting('app.issuer', true) and subject = current_setting('app.subject', true));
grant select on account to skillsd_service;

-- access_grant: those of the caller's own account.
alter table access_grant enable row level security;
create policy own_grants on access_grant for select to skillsd_service
    using (account_id in (select account_id from account));
grant select on access_grant to skillsd_service;

-- posting: the person, the organisation, the line manager.
alter table posting enable row level security;
create policy own_posting on posting for select to skillsd_service using (person_id = (select app_person()));
create policy organisation_posting on posting for select to skillsd_service
    using (organisation_id = (select app_organisation()));
create policy manager_posting on posting for select to skillsd_service using (unit_id = any ((select app_units())::bigint[]));
grant select on posting to skillsd_service;

create or replace function app_manages(whose bigint) returns boolean language sql stable parallel safe as $$
    select app_units() is not null and exists (
        select
        from posting
        where posting.person_id = whose
          and posting.unit_id = any (app_units())
          and posting.starts_on <= london_today()
          and (posting.ends_before is null or posting.ends_before > london_today()))
$$;
comment on function app_manages(bigint) is 'Whether the person is posted today to a unit that the caller manages.';

-- person: the person, organisations with a posting of theirs, the line manager.
alter table person enable row level security;
create policy own_person on person for select to skillsd_service using (person_id = (select app_person()));
create policy organisation_person on person for select to skillsd_service
    using ((select app_organisation()) = any (seen_by));
create policy manager_person on person for select to skillsd_service
    using ((select app_units()) is not null and app_manages(person_id));
grant select on person to skillsd_service;

do $$
declare
    record_table text;
begin
    -- The record: read in the window, written by the person alone.
    foreach record_table in array array['activity', 'activity_version', 'activity_alignment', 'assertion', 'assertion_withdrawal']
    loop
        execute format('alter table %I enable row level security', record_table);
        execute format('create policy own_record on %I for select to skillsd_service using (person_id = (select app_person()))', record_table);
        execute format('create policy organisation_window on %I for select to skillsd_service using ((select app_organisation()) = any (seen_by))', record_table);
        execute format('create policy manager_window on %I for select to skillsd_service using ((select app_units()) is not null and app_manages(person_id))', record_table);
        execute format('grant select, insert on %I to skillsd_service', record_table);
    end loop;
    foreach record_table in array array['activity', 'activity_version', 'activity_alignment', 'activity_reflection']
    loop
        execute format('alter table %I enable row level security', record_table);
        execute format('create policy own_writing on %I for insert to skillsd_service with check (person_id = (select app_person()))', record_table);
    end loop;
end
$$;
grant select on current_activity, assertion_held to skillsd_service;

-- activity: its pointer to the version that holds moves with each new version.
create policy own_version on activity for update to skillsd_service
    using (person_id = (select app_person()))
    with check (person_id = (select app_person()));
grant update (version, seen_by) on activity to skillsd_service;

-- activity_reflection: private text is its author's alone; a summary the line manager's too; shared text the organisation's too:
-- of the version that holds, so that what was shared once and is private now is private.
create policy own_reflection on activity_reflection for select to skillsd_service using (person_id = (select app_person()));
create policy manager_summary on activity_reflection for select to skillsd_service
    using (tier in ('summary', 'shared') and (select app_units()) is not null and app_manages(person_id)
        and version = (select activity.version from activity where activity.activity_id = activity_reflection.activity_id));
create policy organisation_shared on activity_reflection for select to skillsd_service
    using (tier = 'shared' and (select app_organisation()) = any (seen_by)
        and version = (select activity.version from activity where activity.activity_id = activity_reflection.activity_id));
grant select, insert on activity_reflection to skillsd_service;

-- assertion: a claim of one's own; any other basis by somebody else who has the scope for it.
create policy own_claim on assertion for insert to skillsd_service
    with check (person_id = (select app_person()) and basis = 'self' and (select has_scope('record:write')));
create policy assessed_by_another on assertion for insert to skillsd_service
    with check (person_id is distinct from (select app_person()) and basis <> 'self' and (select has_scope('competencies:assess'))
        and ((select app_organisation()) = any (seen_by) or app_manages(person_id)));

-- assertion_withdrawal: one's own claim; another's assertion by somebody who has the scope for it.
create policy own_withdrawal on assertion_withdrawal for insert to skillsd_service
    with check (person_id = (select app_person()) and (select has_scope('record:write')));
create policy assessors_withdrawal on assertion_withdrawal for insert to skillsd_service
    with check (person_id is distinct from (select app_person()) and (select has_scope('competencies:assess'))
        and ((select app_organisation()) = any (seen_by) or app_manages(person_id)));

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

-- Figures: national scope.
do $$
declare
    figures_table text;
begin
    foreach figures_table in array array['figures_mark', 'national_development', 'national_coverage', 'national_retention',
        'national_level_changes']
    loop
        execute format('alter table %I enable row level security', figures_table);
        execute format('create policy national_reads on %I for select to skillsd_service using ((select has_scope(''reports:national'')))', figures_table);
        execute format('grant select on %I to skillsd_service', figures_table);
    end loop;
end
$$;

-- The migration history: names and checksums, so that the service can tell whether it has what it needs.
grant select on migration to skillsd_service;

-- Functions that the serving role calls; 90_close.sql takes the rest from everyone.
grant execute on function acting_scopes(bigint, bigint, text[], text), app_signed_in(), app_account(), app_person(), app_organisation(), app_units(), has_scope(text),
    refuse(text, text), london_today(), organisations_seeing(bigint, date, date), level_on(date), app_manages(bigint)
    to skillsd_service;
