-- SPDX-License-Identifier: MIT
-- The running of an import, step by step, by the clerk's importer. A step takes an import that has been queued and no
-- caller's word for anything else: it signs in anew as whoever made it, so that what has been revoked since is gone.

create or replace function refuse_callers() returns void language plpgsql stable as $$
begin
    if app_signed_in() then
        perform refuse('SL403', 'scope_not_granted');
    end if;
end
$$;
comment on function refuse_callers() is
    'Ends the transaction of anybody who is signed in: what follows is for the clerk.';

create or replace function tidy_imports() returns void language plpgsql set search_path = skills, pg_temp as $$
begin
    update import
    set state = case when attempts < 3 then 'queued' else 'failed' end,
        ended_at = case when attempts >= 3 then now() end,
        reason = case when attempts >= 3 then 'Its running broke off three times.' end
    where state in ('checking', 'loading');
    update import
    set state = 'cancelled', ended_at = now(), reason = 'It was not started within seven days.'
    where state = 'open' and created_at < now() - interval '7 days';
    delete from import_part
    using import
    where import.import_id = import_part.import_id and import.state in ('done', 'failed', 'cancelled');
end
$$;
comment on function tidy_imports() is
    'Queues again what broke off, ends what has been tried three times or was never started, and takes away the '
    'parts of what has ended. For the importer that holds the lock, beside which none runs.';

create or replace function take_import()
returns table (key bigint, kind text, format text, state text, attempt int)
language plpgsql security definer set search_path = skills, pg_temp as $$
begin
    perform refuse_callers();
    perform tidy_imports();
    return query
    update import
    set state = case when import.state = 'posting' then 'posting' else 'checking' end,
        attempts = import.attempts + 1, started_at = coalesce(import.started_at, now()),
        rows_read = case when import.state = 'posting' then import.rows_read end
    where import.import_id = (
        select next.import_id
        from import as next
        where next.state in ('posting', 'queued')
        order by next.attempts >= 3, next.state <> 'posting', next.queued_at, next.import_id
        limit 1
        for update skip locked)
    returning import.import_id, import.kind, import.format, import.state, import.attempts;
end
$$;
comment on function take_import() is
    'public: the next import to be run, for the importer that holds the lock: one whose facts are recorded before '
    'those queued, but after them once it has been begun three times, so that it keeps none from being run; one that '
    'is just being cancelled is passed over. Runs as its owner, because the clerk has no caller and sees no import; '
    'refused to whoever is signed in.';

create or replace function give_back_import(which bigint, attempt int) returns void
language plpgsql security definer set search_path = skills, pg_temp as $$
begin
    perform refuse_callers();
    update import
    set state = case when import.state = 'posting' then 'posting' else 'queued' end, attempts = attempts - 1,
        rows_read = case when import.state = 'posting' then rows_read end
    where import.import_id = which and import.state in ('checking', 'loading', 'posting')
      and import.attempts = attempt;
end
$$;
comment on function give_back_import(bigint, int) is
    'public: an import waits again, as if it had not been taken, because its importer has been asked to stop; nothing '
    'of one that has ended. Runs as its owner, as take_import() does.';

create or replace function next_import_part(which bigint, attempt int, after int, rows bigint)
returns table (part int, content bytea) language plpgsql security definer set search_path = skills, pg_temp as $$
begin
    perform refuse_callers();
    update import
    set rows_read = next_import_part.rows
    where import.import_id = which and import.state = 'checking' and import.attempts = attempt;
    if not found then
        perform refuse('SL409', 'import_under_way');
    end if;
    return query
    select sent.part, sent.content
    from import_part as sent
    where sent.import_id = which and sent.part = after + 1;
    if not found then
        update import
        set state = case when missing.part then 'failed' else 'loading' end,
            reason = case when missing.part then format('Part %s of the file is missing.', after + 1) end,
            ended_at = case when missing.part then now() end
        from (
            select exists (
                       select
                       from import_part as later
                       where later.import_id = which and later.part > after) as part
        ) as missing
        where import.import_id = which;
    end if;
end
$$;
comment on function next_import_part(bigint, int, int, bigint) is
    'public: the part of a file that follows another, while it is being checked, and notes the rows read so far; '
    'after the last one the import is loading; where one is missing before a later one, it has failed. Runs as its '
    'owner, as take_import() does.';

create or replace function enter_import(which bigint, attempt int) returns void
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    given import;
    entered record;
begin
    perform refuse_callers();
    select import.* into given
    from import
    where import.import_id = which and import.state = 'checking' and import.attempts = attempt;
    if not found then
        perform refuse('SL409', 'import_under_way');
    end if;
    select sign_in.account into entered
    from sign_in(given.issuer, given.subject, given.scopes, given.roles::text, null,
                 (select organisation.id::text
                  from organisation
                  where organisation.organisation_id = given.organisation_id),
                 case given.kind when 'people' then 'workforce:write' else 'competencies:assess' end, 'off');
    perform set_config('app.person', coalesce(given.person_id::text, ''), true),
            set_config('import.organisation', coalesce(given.organisation_id::text, ''), true),
            set_config('import.under_way', which::text, true);
    if not may_import(given.kind, given.organisation_id)
       or (given.cleared and app_cleared_organisation() is null) then
        perform refuse('SL403', 'scope_not_granted');
    end if;
end
$$;
comment on function enter_import(bigint, int) is
    'public: signs the transaction in as whoever made the import, as far as they still may make it, or refuses. '
    'Runs as its owner, as take_import() does; nobody who is signed in already gets through.';

create or replace function leave_import() returns void language plpgsql set search_path = skills, pg_temp as $$
begin
    perform leave_to_ledger(array(
        select distinct touched.person_id
        from touched
        where exists (select from assertion where assertion.person_id = touched.person_id)), 'import');
end
$$;
comment on function leave_import() is
    'Leaves the entries of those whom an import touched to the ledger; who has no assertions has none.';

create or replace function note_import(given import, counts jsonb) returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    insert into audit_pending (request_id, operation, kind, issuer, subject, account_id, person, organisation_id,
                               scopes, people, target, parameters, status)
    select 'import-' || given.id, 'start_import', 'change', given.issuer, given.subject, given.account_id,
           person_identifier(given.person_id), given.organisation_id,
           array[case given.kind when 'people' then 'workforce:write' else 'competencies:assess' end]
               || case when given.cleared then array['sensitive:read'] else '{}' end,
           coalesce(chunk.people, '{}'), '/v1/imports/' || given.id, counts, 200
    from (select) as one
    left join (
        select array_agg(concerned.id) as people
        from (
            select person.id, (row_number() over (order by person.person_id) - 1) / 500 as chunk
            from person
            where person.person_id in (select touched.person_id from touched)
        ) as concerned
        group by concerned.chunk
    ) as chunk on true;
end
$$;
comment on function note_import(import, jsonb) is
    'Writes to the audit trail what an import has recorded, an event for every 500 of the people whom it '
    'concerns, so that each of them finds it.';

create or replace function judge_import(kind text) returns void language plpgsql set search_path = skills, pg_temp as $$
begin
    if judge_import.kind = 'people' then
        perform judge_people();
    else
        perform judge_assertions();
    end if;
end
$$;
comment on function judge_import(text) is 'Reads and judges the rows of a file.';

create or replace function record_import(kind text, keep boolean) returns tally_of_import
language plpgsql set search_path = skills, pg_temp as $$
declare
    counted tally_of_import;
begin
    begin
        if record_import.kind = 'people' then
            perform record_people();
        else
            perform record_assertions();
        end if;
        select tally.added, tally.changed, tally.of - tally.added - tally.changed,
               (select count(distinct touched.person_id) from touched)
        into counted.added, counted.changed, counted.unchanged, counted.people
        from tally
        where tally.what in ('postings', 'assertions');
        if not keep then
            perform refuse('SL001', 'dry_run');
        end if;
    exception when sqlstate 'SL001' then
        null;
    end;
    return counted;
end
$$;
comment on function record_import(text, boolean) is
    'Writes the good rows of a file and counts them; a dry run does the same and takes all of it back but the '
    'counts.';

create or replace function import_form_faults(kind text, columns text[]) returns table (object text, fault text)
language plpgsql security definer set search_path = skills, pg_temp as $$
begin
    perform refuse_callers();
    begin
        perform stage_import(columns);
        perform end_staging();
        perform judge_import(import_form_faults.kind);
        perform refuse('SL001', 'dry_run');
    exception
        when sqlstate 'SL001' then
            null;
        when undefined_column then
            return query
            select 'import of ' || import_form_faults.kind, 'its row in the contract lacks a column: ' || sqlerrm;
    end;
    return query
    select 'import of ' || import_form_faults.kind,
           format('no function of it reads the column "%s" of its row', given.name)
    from unnest(columns) as given (name)
    where not exists (
        select
        from pg_proc as procedure
        where procedure.pronamespace = 'skills'::regnamespace
          and procedure.proname like 'import\_' || import_form_faults.kind || '\_%'
          and procedure.prosrc ~ ('\mtrim\((rows\.)?' || given.name || '\)'));
end
$$;
comment on function import_form_faults(text, text[]) is
    'public: what is wrong with the columns that the contract gives the rows of an import: judges a file without '
    'rows, and takes it back. Runs as its owner, as the importer''s steps do; refused to whoever is signed in.';

create or replace function load_import(which bigint, attempt int) returns text
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    given import;
    good bigint;
    bad bigint;
    counted tally_of_import;
    kept boolean;
    state_after text;
begin
    select import.* into given
    from import
    where import.import_id = which and import.state = 'loading' and import.attempts = attempt
      and current_setting('import.under_way', true) = which::text
    for update;
    if not found then
        perform refuse('SL409', 'import_under_way');
    end if;
    good := end_staging();
    perform judge_import(given.kind);
    select count(*) + (select count(distinct fault.line) from fault) into bad from row_fault;
    kept := not given.dry_run and (given.mode = 'good_rows' or bad = 0);
    if kept or given.dry_run then
        counted := record_import(given.kind, kept);
    end if;
    if kept then
        perform leave_import();
    end if;
    insert into import_fault (import_id, ordinal, line, column_name, reason)
    select which, row_number() over (order by found.line, found.column_name, found.reason), found.line,
           nullif(found.column_name, 'row'), found.reason
    from (
        select row_fault.line, row_fault.column_name, row_fault.reason from row_fault
        union all
        select fault.line, fault.column_name, fault.reason from fault
    ) as found;
    state_after := case
        when given.mode = 'all_or_nothing' and bad > 0 and not given.dry_run then 'failed'
        when kept and counted.people > 0 then 'posting'
        else 'done'
    end;
    update import
    set state = state_after,
        reason = case when state_after = 'failed' then format('%s rows are bad, and so nothing was recorded.', bad) end,
        ended_at = case when state_after <> 'posting' then clock_timestamp() end,
        rows_read = good + (select count(*) from row_fault),
        rows_bad = bad,
        added = coalesce(counted.added, 0),
        changed = coalesce(counted.changed, 0),
        unchanged = coalesce(counted.unchanged, 0),
        people_touched = case when kept then counted.people else 0 end,
        people_posted = 0,
        xid = case when kept then ledger_xid() end
    where import.import_id = which
    returning import.* into given;
    delete from import_part where import_part.import_id = which;
    if kept then
        perform note_import(given, jsonb_build_object('rows_read', given.rows_read, 'rows_bad', bad,
                                                      'added', given.added, 'changed', given.changed));
    end if;
    return state_after;
end
$$;
comment on function load_import(bigint, int) is
    'public: judges the rows that were copied, records the good ones, or none, as asked, keeps the faults, and '
    'gives the state that the import is then in; all in the transaction of its caller, who has entered it. Runs '
    'as its owner, because an import writes what no request may; what it may write is what enter_import() found.';

create or replace function fail_import(which bigint, attempt int, why text) returns void
language plpgsql security definer set search_path = skills, pg_temp as $$
begin
    perform refuse_callers();
    update import
    set state = 'failed', reason = why, ended_at = now()
    where import.import_id = which and import.state in ('checking', 'loading') and import.attempts = attempt;
    delete from import_part
    using import
    where import.import_id = import_part.import_id and import.import_id = which and import.state = 'failed';
end
$$;
comment on function fail_import(bigint, int, text) is
    'public: ends an import that cannot be run, with the reason. Runs as its owner, as take_import() does.';

create or replace function post_import(which bigint, most int) returns bigint
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    waiting bigint;
begin
    perform refuse_callers();
    perform post_backlog(most);
    select count(*) into waiting
    from import
    join skill_backlog as backlog on backlog.xid = import.xid
    where import.import_id = which;
    update import
    set people_posted = people_touched - waiting,
        state = case when waiting = 0 then 'done' else 'posting' end,
        ended_at = case when waiting = 0 then clock_timestamp() end
    where import.import_id = which and import.state = 'posting';
    return waiting;
end
$$;
comment on function post_import(bigint, int) is
    'public: posts the entries of some of those whom imports have left to the ledger, notes how far the import '
    'is, and gives the number of its people that still wait: it is done with none. Runs as its owner, as '
    'take_import() does.';

grant execute on function take_import(), give_back_import(bigint, int), next_import_part(bigint, int, int, bigint),
    enter_import(bigint, int), load_import(bigint, int), import_form_faults(text, text[]),
    fail_import(bigint, int, text), post_import(bigint, int)
    to skillsd_service;
