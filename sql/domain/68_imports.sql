-- SPDX-License-Identifier: MIT
-- Imports as a resource: who may make and read one, send its parts and start it. How it runs: 69_import_runs.sql.

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

create or replace function import_is_own(issuer text, subject text) returns boolean language sql stable parallel safe
    return coalesce(import_is_own.issuer = current_setting('app.issuer', true)
        and import_is_own.subject = current_setting('app.subject', true), false);
comment on function import_is_own(text, text) is
    'Whether the caller made the import of this issuer and subject. It runs in their name, so they alone say what is '
    'in it and that it is to run.';

-- import: those for the caller's organisation, or for the nation, by the scope of their kind; one of a cleared reader
-- by cleared readers alone. Until it runs it is theirs to cancel, and its maker's to start.
alter table import enable row level security;
create policy importers_read on import for select to skillsd_service
    using (app_signed_in() and may_import(kind, organisation_id)
        and (not cleared or (select app_cleared_organisation()) is not null));
create policy importers_make on import for insert to skillsd_service
    with check (may_import(kind, organisation_id) and state = 'open' and import_is_own(issuer, subject));
create policy importers_start on import for update to skillsd_service
    using (app_signed_in() and may_import(kind, organisation_id) and state in ('open', 'queued')
        and (not cleared or (select app_cleared_organisation()) is not null))
    with check (state = 'cancelled' or (state = 'queued' and import_is_own(issuer, subject)));
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
      and import_is_own(import.issuer, import.subject)
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
    'may_import() and import_is_own().';

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

grant execute on function may_import(text, bigint), import_organisation(text), import_is_own(text, text),
    make_import(text, text, text, boolean, text), import_as_it_is(bigint), put_import_part(bigint, int, bytea),
    queue_import_file(bigint, bytea), import_gap(bigint), imports_waiting()
    to skillsd_service;
