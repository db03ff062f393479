-- SPDX-License-Identifier: MIT
-- What all imports of files share: the table `rows`, into which a file is copied, and what is read of its cells. The
-- columns are those of the row's schema in the contract; every cell is text, or null when it is empty.

create or replace function import_place() returns bigint language sql stable parallel safe
    return nullif(current_setting('import.organisation', true), '')::bigint;
comment on function import_place() is
    'The one organisation whose rows the import under way may have; null for the nation, and for the owner''s '
    'command.';

create or replace function import_cleared() returns boolean language sql stable parallel safe
    return not app_signed_in() or coalesce(app_cleared_organisation() = -import_place(), false);
comment on function import_cleared() is
    'Whether the import under way may read and write what is sensitive: with sensitive:read, or by the owner''s '
    'command.';

create or replace function import_sees(seen_by bigint[]) returns boolean language sql stable parallel safe
    return import_place() = any (seen_by) or (import_cleared() and -import_place() = any (seen_by));
comment on function import_sees(bigint[]) is
    'Whether the import under way may know a person with this seen_by; null for one that nobody knows.';

create or replace function day_written(word text) returns date language sql immutable parallel safe as $$
    select case when extract(month from reading.day) = reading.month then reading.day end
    from (
        select part[2]::int as month,
               case
                   when part[1] between '1900' and '2199' and part[2] between '01' and '12'
                        and part[3] between '01' and '31'
                   then make_date(part[1]::int, part[2]::int, 1) + part[3]::int - 1
               end as day
        from regexp_match(regexp_replace(day_written.word, '^(\d{2})/(\d{2})/(\d{4})$', '\3-\2-\1'),
                          '^(\d{4})-(\d{2})-(\d{2})$') as part
    ) as reading
$$;
comment on function day_written(text) is
    'The day of the calendar that a cell says as YYYY-MM-DD or DD/MM/YYYY, of the years 1900 to 2199; null for '
    'any other text.';

create or replace function uuid_written(word text) returns uuid language sql immutable parallel safe
    return case when word ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then word::uuid end;
comment on function uuid_written(text) is 'The UUID that a cell says; null for any other text.';

create or replace function stage_import(columns text[]) returns void
language plpgsql security definer set search_path = skills, pg_temp as $$
begin
    execute 'create temporary table rows (line bigint, fault_column text, fault text'
        || (select string_agg(format(', %I text', name), '' order by ordinality)
            from unnest(columns) with ordinality as given (name, ordinality))
        || ') on commit drop';
    execute format('grant insert on rows to %I', session_user);
end
$$;
comment on function stage_import(text[]) is
    'public: makes the temporary table `rows` for this transaction, with a text for each column of a file; a row '
    'that could not be read has a fault and nothing else. Runs as its owner, because what reads the table '
    'afterwards does; the caller may fill it and nothing else.';

create or replace function end_staging() returns bigint
language plpgsql set search_path = skills, pg_temp as $$
declare
    good bigint;
begin
    create temporary table row_fault on commit drop as
    select line, fault_column as column_name, fault as reason
    from rows
    where fault is not null;
    delete from rows where fault is not null;
    analyze rows;
    select count(*) into good from rows;
    return good;
end
$$;
comment on function end_staging() is
    'Takes the rows that could not be read out of `rows` into `row_fault`, and gives the number of those left.';

grant execute on function stage_import(text[]) to skillsd_service;
