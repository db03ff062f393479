-- SPDX-License-Identifier: MIT
-- What the schema as a whole promises: row-level security on all that is within reach, views that read as their caller, functions that run as their owner
-- only where the public list names them, an owner that does not serve, and no right to change what is not listed.
begin;
set local search_path = skills, tap;
select no_plan();

select is_empty($$
    select relname from pg_class
    where relnamespace = 'skills'::regnamespace and relkind in ('r', 'p') and not relrowsecurity and relname <> 'migration'
      and (has_any_column_privilege('skillsd_service', oid, 'select, insert, update, references')
           or has_table_privilege('skillsd_service', oid, 'delete, truncate, trigger'))
$$, 'a table has row-level security, or the serving role has no right to it');
select is_empty($$
    select relname from pg_class
    where relnamespace = 'skills'::regnamespace and relkind = 'v' and not coalesce(reloptions, '{}') && array['security_invoker=true', 'security_invoker=on']
$$, 'a view reads as its caller');
select set_eq($$
    select proname::text from pg_proc
    where pronamespace = 'skills'::regnamespace and prosecdef and has_function_privilege('skillsd_service', oid, 'execute')
$$, array[
    'accept_transfer', 'account_withheld', 'activities_known', 'advance_reorganisations', 'alignments_known', 'answer_endorsement_request',
    'cancel_report_job', 'cancel_transfer', 'colleagues_named', 'create_unit', 'edit_person', 'edit_posting', 'edit_unit', 'end_share',
    'endorsement_requests_told', 'enter_import', 'expire_report_jobs', 'fail_import', 'fail_report_job', 'finish_report_job', 'fold_ledger',
    'give_back_import', 'give_back_report_job', 'import_form_faults', 'import_gap', 'imports_waiting', 'issuer_serves', 'issuer_taken_problem',
    'last_activity_known', 'ledger_offset', 'ledger_pending', 'ledger_watch', 'ledger_xid', 'load_import', 'make_figures', 'names_withheld',
    'next_import_part', 'not_counted_on', 'note_report_job', 'open_transfer',
    'organisations_seeing', 'organisations_seeing_new', 'own_record', 'person_identifier', 'post_backlog', 'post_import', 'post_skills',
    'put_import_part', 'record_completion', 'record_posting', 'record_reader_name', 'register_person', 'report_jobs_waiting',
    'request_endorsement', 'retract_posting', 'service_began', 'service_reach', 'share_record', 'shares_known', 'sign_in', 'specialist_units', 'specialists_found',
    'stage_import', 'succeed_unit', 'take_import', 'take_report_job', 'withdraw_endorsement_request', 'withheld_since', 'write_organisation'],
    'these functions run as their owner, and no others within reach');
select is_empty($$
    select obj_description(oid, 'pg_proc') from pg_proc
    where pronamespace = 'skills'::regnamespace and prosecdef and has_function_privilege('skillsd_service', oid, 'execute')
      and obj_description(oid, 'pg_proc') not like 'public:%'
$$, 'and say why');
select is_empty($$
    select pg_describe_object(classid, objid, objsubid) from pg_shdepend
    where refclassid = 'pg_authid'::regclass and refobjid = 'skillsd_service'::regrole and deptype = 'o'
$$, 'the serving role owns nothing');
select is_empty($$select roleid::regrole from pg_auth_members where member = 'skillsd_service'::regrole$$, 'and is a member of nothing');
select set_eq($$
    select relname || ' ' || kind || coalesce(' ' || attname, '')
    from (
        select relname, kind, null as attname
        from pg_class, unnest(array['update', 'delete', 'truncate', 'references', 'trigger']) as kind
        where relnamespace = 'skills'::regnamespace and relkind in ('r', 'p', 'v') and has_table_privilege('skillsd_service', oid, kind)
        union all
        select relname, 'update', attname
        from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
        where relnamespace = 'skills'::regnamespace and relkind in ('r', 'p', 'v')
          and has_column_privilege('skillsd_service', pg_class.oid, attnum, 'update') and not has_table_privilege('skillsd_service', pg_class.oid, 'update')
    ) as held
   
$$, array[
    'access_grant update revoked_at', 'access_grant update revoked_by', 'account update closed_at', 'activity update seen_by', 'activity update version',
    'audit_head delete', 'audit_pending delete', 'idempotency_claim delete', 'idempotency_claim update', 'import update ended_at', 'import update queued_at', 'import update state', 'issuer_key_set update', 'issuer_organisation delete', 'issuer_role update ends_before',
    'issuer update audience', 'issuer update managed_by', 'issuer update national', 'issuer update person_claim', 'issuer update retired_at',
    'issuer update role_claim', 'issuer update scopes', 'issuer update title', 'issuer update version', 'role_profile update family',
    'role_profile update role', 'role_profile update role_level', 'role_profile update title'
], 'the serving role changes and deletes exactly this');

select * from finish();
rollback;
