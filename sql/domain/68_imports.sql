-- SPDX-License-Identifier: MIT
-- Imports as a resource: who may make and read one, and the steps by which the clerk's importer runs it. A step takes
-- an import that has been queued and no caller's word for anything else: it signs in anew as whoever made it, so that
-- what has been revoked since is gone.

create or replace function may_import(kind text, organisation_id bigint) returns boolean
language sql stable parallel safe
    return coalesce(case
        when may_import.kind = 'people' and may_import.organisation_id is null
        then has_national_scope('workforce:write')
        when may_import.kind = 'people'
        then has_organisation_scope('workforce:write') and may_import.organisation_id = app_acting()
        else has_organisation_scope('competencies:assess') and may_import.organisation_id = app_acting()
    end, false);
comment on function may_import(text, bigint) is
    'Whether the caller may make such an import, and read those of others: of people with workforce:write, for '
    'the organisation or, without one, for the nation; of assertions with competencies:assess for the '
    'organisation.';

create or replace function import_organisation(kind text) returns bigint language sql stable parallel safe
    return case
        when import_organisation.kind <> 'people' or has_organisation_scope('workforce:write') then app_acting()
    end;
comment on function import_organisation(text) is
    'The organisation that an import of the caller''s is for: the one that the request acts for; null for the '
    'nation.';

-- import: those for the caller's organisation, or for the nation, by the scope of their kind; one of a cleared reader
-- by cleared readers alone. Its state is the caller's to change until it runs.
alter table import enable row level security;
create policy importers_read on import for select to skillsd_service
    using (app_signed_in() and may_import(kind, organisation_id)
        and (not cleared or (select app_cleared_organisation()) is not null));
create policy importers_make on import for insert to skillsd_service
    with check (may_import(kind, organisation_id) and state = 'open' and issuer = current_setting('app.issuer', true)
        and subject = current_setting('app.subject', true));
create policy importers_start on import for update to skillsd_service
    using (app_signed_in() and may_import(kind, organisation_id) and state in ('open', 'queued')
        and (not cleared or (select app_cleared_organisation()) is not null))
    with check (state in ('queued', 'cancelled'));
grant select, insert on import to skillsd_service;
grant update (state, queued_at, ended_at) on import to skillsd_service;

-- import_part: written by put_import_part(), read by the importer.
alter table import_part enable row level security;

-- import_fault: with its import.
alter table import_fault enable row level security;
create policy importers_read on import_fault for select to skillsd_service
    using (exists (select from import where import.import_id = import_fault.import_id));
grant select on import_fault to skillsd_service;

create or replace view import_told with (security_invoker) as
select import.import_id, import.id, import.kind, import.format, import.mode, import.dry_run, import.title,
       organisation.code as organisation, import.state, import.reason, import.made_by, import.parts, import.bytes,
       import.created_at, import.queued_at, import.started_at, import.ended_at, import.rows_read,
       import.rows_read - import.rows_bad as rows_good, import.rows_bad, import.added, import.changed,
       import.unchanged, import.people_touched, import.people_posted
from import
left join organisation on organisation.organisation_id = import.organisation_id;
comment on view import_told is 'Imports as their readers get them.';
grant select on import_told to skillsd_service;

create or replace function import_as_it_is(which bigint) returns setof import_told
language sql volatile rows 1 as $$
    select import_id, id, kind, format, mode, dry_run, title, organisation, state, reason, made_by, parts, bytes,
           created_at, queued_at, started_at, ended_at, rows_read, rows_good, rows_bad, added, changed, unchanged,
           people_touched, people_posted
    from import_told
    where import_id = which
$$;
comment on function import_as_it_is(bigint) is
    'An import at the moment of the call. Volatile, so that the statement that has made or changed it sees that.';

create or replace function make_import(kind text, format text, mode text, dry_run boolean, title text)
returns table (key bigint, problem text) language plpgsql as $$
declare
    place bigint := import_organisation(make_import.kind);
begin
    if not may_import(make_import.kind, place) then
        return query select null::bigint, 'scope_not_granted';
        return;
    end if;
    if (select count(*)
        from import
        where import.organisation_id is not distinct from place
          and import.state in ('open', 'queued', 'checking', 'loading', 'posting')) >= 20 then
        return query select null::bigint, 'imports_under_way';
        return;
    end if;
    insert into import (kind, format, mode, dry_run, title, organisation_id, cleared, account_id, person_id, issuer,
                        subject, scopes, roles, made_by)
    values (make_import.kind, make_import.format, make_import.mode, make_import.dry_run, make_import.title, place,
            place is not null and app_cleared_organisation() is not null, app_account(), app_person(),
            current_setting('app.issuer', true), current_setting('app.subject', true),
            array_to_string(nullif(current_setting('app.scopes', true), '')::text[], ' '),
            nullif(current_setting('app.roles', true), '')::jsonb, app_name())
    returning import.import_id into key;
    return next;
end
$$;
comment on function make_import(text, text, text, boolean, text) is
    'Makes an import of the caller''s, and gives its key, or the problem.';

create or replace function put_import_part(which bigint, part int, content bytea) returns boolean
language plpgsql security definer set search_path = skills, pg_temp as $$
begin
    perform
    from import
    where import.import_id = which and import.state = 'open' and may_import(import.kind, import.organisation_id)
    for update;
    if not found then
        return false;
    end if;
    insert into import_part (import_id, part, content, sha256)
    values (which, put_import_part.part, put_import_part.content, sha256(put_import_part.content))
    on conflict on constraint import_part_key do update
        set content = excluded.content, sha256 = excluded.sha256, received_at = excluded.received_at;
    update import
    set parts = sent.parts, bytes = sent.bytes
    from (
        select count(*) as parts, sum(length(kept.content)) as bytes
        from import_part as kept
        where kept.import_id = which
    ) as sent
    where import.import_id = which;
    return true;
end
$$;
comment on function put_import_part(bigint, int, bytea) is
    'public: keeps a part of a file, in the place of one that was sent under the same number, while its import is '
    'open; false when it is not. Runs as its owner, because nobody may read or change parts otherwise; it asks '
    'may_import().';

create or replace function queue_import_file(which bigint, content bytea) returns bigint language plpgsql as $$
begin
    perform put_import_part(which, 1, content);
    update import
    set state = 'queued', queued_at = now()
    where import.import_id = which;
    return which;
end
$$;
comment on function queue_import_file(bigint, bytea) is 'Gives an import its one part and queues it; gives its key.';

create or replace function import_gap(which bigint) returns boolean
language plpgsql stable security definer set search_path = skills, pg_temp as $$
begin
    return (
        select max(sent.part) is distinct from count(*)
        from import_part as sent
        where sent.import_id = which);
end
$$;
comment on function import_gap(bigint) is
    'public: whether a part of a file has not been sent although a later one has. Runs as its owner, because '
    'nobody may read parts; it says yes or no.';

create or replace function imports_waiting() returns int
language plpgsql stable security definer set search_path = skills, pg_temp as $$
begin
    return (select count(*) from import where import.state in ('queued', 'checking', 'loading', 'posting'));
end
$$;
comment on function imports_waiting() is
    'public: the number of imports that are to be run, so that the clerk starts its importer. Runs as its owner, '
    'because the clerk has no caller and sees no import; it gives a number.';

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
        attempts = import.attempts + 1, started_at = coalesce(import.started_at, now()), rows_read = null
    where import.import_id = (
        select next.import_id
        from import as next
        where next.state in ('posting', 'queued')
        order by next.state <> 'posting', next.queued_at, next.import_id
        limit 1)
    returning import.import_id, import.kind, import.format, import.state, import.attempts;
end
$$;
comment on function take_import() is
    'public: the next import to be run, for the importer that holds the lock. Runs as its owner, because the '
    'clerk has no caller and sees no import; refused to whoever is signed in.';

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
    where sent.import_id = which and sent.part > after
    order by sent.part
    limit 1;
    if not found then
        update import set state = 'loading' where import.import_id = which;
    end if;
end
$$;
comment on function next_import_part(bigint, int, int, bigint) is
    'public: the part of a file that follows another, while it is being checked, and notes the rows read so far; '
    'after the last one the import is loading. Runs as its owner, as take_import() does.';

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
            perform refuse('SL000', 'dry_run');
        end if;
    exception when sqlstate 'SL000' then
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
        perform refuse('SL000', 'dry_run');
    exception
        when sqlstate 'SL000' then
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

grant execute on function may_import(text, bigint), import_organisation(text),
    make_import(text, text, text, boolean, text),
    import_as_it_is(bigint), put_import_part(bigint, int, bytea), queue_import_file(bigint, bytea),
    import_gap(bigint), imports_waiting(), take_import(),
    next_import_part(bigint, int, int, bigint), enter_import(bigint, int), load_import(bigint, int),
    import_form_faults(text, text[]), fail_import(bigint, int, text), post_import(bigint, int)
    to skillsd_service;

comment on constraint import_key on import is ' import_exists: There is such an import already.';
comment on constraint import_id_unique on import is ' import_exists: There is such an import already.';
comment on constraint import_kind_known on import is '/kind import_kind: There is no such kind of import.';
comment on constraint import_format_known on import is '/format import_format: The format is csv or ndjson.';
comment on constraint import_mode_known on import is '/mode import_mode: The mode is all_or_nothing or good_rows.';
comment on constraint import_title_length on import is
    '/title title_length: The title must have between 1 and 200 characters.';
comment on constraint import_organisation_known on import is ' unknown_organisation: There is no such organisation.';
comment on constraint import_account_known on import is ' account_not_found: There is no such account.';
comment on constraint import_person_known on import is ' person_not_found: There is no such person.';
comment on constraint import_state_known on import is ' import_state: There is no such state.';
comment on constraint assertion_reference_length on assertion is
    '/reference reference_length: The reference must have between 1 and 200 characters.';
comment on constraint assertion_reference_has_organisation on assertion is
    '/reference reference_organisation: A reference is that of an organisation.';
