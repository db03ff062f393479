-- What `skillsd migrate` remembers; run by it, once, before the first migration.
-- SPDX-License-Identifier: MIT
do $$
begin
    if to_regnamespace('skills') is null then
        create schema skills;
    end if;
end
$$;
comment on schema skills is 'Skills Ledger: who knows what in the police service, and how they keep learning it.';

create table skills.migration (
    name text constraint migration_name primary key,
    checksum text not null,
    applied_at timestamptz not null default now(),
    applied_by text not null default session_user,
    seconds numeric(10, 3) not null
);
comment on table skills.migration is
    'Files of sql/migrations/ that have been run, each once, in the order of their names.';
comment on column skills.migration.name is 'The name of the file.';
comment on column skills.migration.checksum is
    'SHA-256 of the file in hex; a file that was changed after it was run is refused.';
comment on column skills.migration.seconds is 'How long it took.';

create table skills.domain_file (
    name text constraint domain_file_name primary key,
    checksum text not null,
    applied_at timestamptz not null default now(),
    applied_by text not null default session_user
);
comment on table skills.domain_file is
    'Files of sql/domain/ and sql/reference/ as they were last run; a folder is run anew as a whole when one of its '
    'files changes.';
comment on column skills.domain_file.name is 'The path of the file in the product.';
comment on column skills.domain_file.checksum is 'SHA-256 in hex, of the file and of the data that it imports.';
