-- SPDX-License-Identifier: MIT
-- Files on their way into the record: what was asked, its parts, and what was found wrong with it.

create table import (
    import_id bigint generated always as identity constraint import_key primary key,
    id uuid not null default gen_random_uuid() constraint import_id_unique unique,
    kind text not null constraint import_kind_known check (kind in ('people', 'assertions')),
    format text not null constraint import_format_known check (format in ('csv', 'ndjson')),
    mode text not null constraint import_mode_known check (mode in ('all_or_nothing', 'good_rows')),
    dry_run boolean not null,
    title text constraint import_title_length check (length(title) between 1 and 200),
    organisation_id bigint constraint import_organisation_known references organisation,
    cleared boolean not null,
    account_id bigint constraint import_account_known references account,
    person_id bigint constraint import_person_known references person,
    issuer text not null,
    subject text not null,
    scopes text not null,
    roles jsonb,
    made_by text not null,
    state text not null default 'open' constraint import_state_known
        check (state in ('open', 'queued', 'checking', 'loading', 'posting', 'done', 'failed', 'cancelled')),
    reason text,
    attempts int not null default 0,
    parts int not null default 0,
    bytes bigint not null default 0,
    created_at timestamptz not null default now(),
    queued_at timestamptz,
    started_at timestamptz,
    ended_at timestamptz,
    rows_read bigint,
    rows_bad bigint,
    added bigint,
    changed bigint,
    unchanged bigint,
    people_touched bigint,
    people_posted bigint,
    xid bigint
);
comment on table import is 'Files that were sent to be recorded: what was asked, by whom, and how far it is.';
comment on column import.organisation_id is 'The organisation whose rows it may have; null for an import for the nation.';
comment on column import.cleared is
    'Whether sensitive:read was in effect for whoever made it: only such readers then see it and what it found.';
comment on column import.account_id is 'The account that made it; null for a token that no account is known for.';
comment on column import.person_id is 'The person who made it; null for a system.';
comment on column import.scopes is 'The scopes that were in effect when it was made; what is left of them counts when it runs.';
comment on column import.roles is 'The values of the role claim of the token that it was made with, whose meaning counts when it runs.';
comment on column import.made_by is 'Who made it, in words.';
comment on column import.reason is 'Why it failed, a sentence for the reader.';
comment on column import.attempts is 'How often its running has been begun; an import that breaks off three times has failed.';
comment on column import.parts is 'How many parts of the file have been sent.';
comment on column import.bytes is 'The length of these parts together.';
comment on column import.queued_at is 'When all of it had been sent.';
comment on column import.rows_read is 'Rows of the file, good and bad, read so far.';
comment on column import.added is 'Facts that the file added; in a dry run, would have added.';
comment on column import.people_posted is 'Those of the people touched whose entries are in the ledger.';
comment on column import.xid is 'The transaction of its facts in the ledger''s counting, by which its people are found in the backlog.';
create index import_created on import (organisation_id, created_at desc, id desc);
create index import_under_way on import (queued_at, import_id) where state in ('open', 'queued', 'checking', 'loading', 'posting');

create table import_part (
    import_id bigint not null references import,
    part int not null constraint import_part_range check (part between 1 and 2000),
    content bytea not null constraint import_part_size check (length(content) between 1 and 1048576),
    sha256 bytea not null,
    received_at timestamptz not null default now(),
    constraint import_part_key primary key (import_id, part)
);
alter table import_part alter column content set storage external;
comment on table import_part is
    'The bytes of files, in parts; taken away when the import has ended, because they hold more than what was recorded.';

create table import_fault (
    import_id bigint not null references import,
    ordinal bigint not null,
    line bigint not null,
    column_name text,
    reason text not null,
    constraint import_fault_key primary key (import_id, ordinal)
);
comment on table import_fault is 'What was found wrong with a file, row by row.';
comment on column import_fault.ordinal is 'From 1, in the order of lines and, within a line, of columns.';
comment on column import_fault.line is 'Of the file, from 1; that of the row''s first line.';
comment on column import_fault.column_name is 'Null for what concerns the row as a whole.';

alter table assertion
    add column reported_by bigint,
    add column reference text,
    add constraint assertion_reference_length check (length(reference) between 1 and 200),
    add constraint assertion_reference_has_organisation check (reference is null or reported_by is not null);
comment on column assertion.reported_by is 'The organisation whose import gave it its reference; null without one.';
comment on column assertion.reference is
    'The organisation''s own name of it, by which it is recorded once however often a file is sent; null for none.';
create unique index assertion_reference_once on assertion (reported_by, reference) where reference is not null;

create type tally_of_import as (added bigint, changed bigint, unchanged bigint, people bigint);
comment on type tally_of_import is 'What an import did: facts added, changed and found as they were, and people concerned.';
