-- SPDX-License-Identifier: MIT
-- Reports that are asked for and answered later: what was asked, by whom, how far it is, and the file that came of it.

create table report_job (
    report_job_id bigint generated always as identity constraint report_job_key primary key,
    id uuid not null default gen_random_uuid() constraint report_job_id_unique unique,
    report text not null constraint report_job_report_length check (length(report) between 1 and 100),
    parameters jsonb not null,
    format text not null constraint report_job_format_known check (format in ('json', 'csv', 'xlsx')),
    organisation_id bigint constraint report_job_organisation_known references organisation,
    required text not null,
    issuer text not null,
    subject text not null,
    scopes text,
    roles jsonb,
    person_claim text,
    client text,
    state text not null default 'waiting' constraint report_job_state_known
        check (state in ('waiting', 'running', 'done', 'failed', 'cancelled', 'expired')),
    attempts int not null default 0,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    ended_at timestamptz,
    expires_at timestamptz,
    rows bigint not null default 0,
    bytes bigint not null default 0,
    media text,
    file text,
    sha256 text,
    meta jsonb,
    problem jsonb,
    reach jsonb,
    people uuid[] not null default '{}'
);
comment on table report_job is 'Reports to be answered later: what was asked, by whom, and how far it is.';
comment on column report_job.report is 'The operationId of the report.';
comment on column report_job.parameters is 'Its parameters by name, as they were sent and found to fit the contract.';
comment on column report_job.organisation_id is
    'The organisation that the request acted for, and the job acts for when it runs; null for none.';
comment on column report_job.required is 'The scopes of which the report asks for one, space-separated.';
comment on column report_job.scopes is
    'Those of the token that it was made with, space-separated. With roles and person_claim what is kept of the token, '
    'so that it can be asked again what they are worth; taken away when the job has ended.';
comment on column report_job.roles is 'The values of the role claim of that token.';
comment on column report_job.person_claim is 'The value of its claim that names a person.';
comment on column report_job.client is 'The OAuth client that it was given to, for the audit trail.';
comment on column report_job.attempts is
    'How often its running has been begun; a job whose process is lost three times has failed.';
comment on column report_job.expires_at is 'When the file of a job that is done is taken away.';
comment on column report_job.rows is 'Rows written so far.';
comment on column report_job.bytes is 'The length of the file so far.';
comment on column report_job.media is 'The media type of the file.';
comment on column report_job.file is 'The name of the file for whoever keeps it.';
comment on column report_job.sha256 is 'Of the file, in hexadecimal digits.';
comment on column report_job.meta is 'What the report says about itself.';
comment on column report_job.problem is 'Why it failed, as the request itself would have been answered.';
comment on column report_job.reach is
    'What was in effect for the caller when it ran, as report_reach() tells; who has less now does not get the file.';
comment on column report_job.people is 'Identifiers of those whose records are in the file.';
create index report_job_own on report_job (issuer, subject, created_at desc, id desc);
create index report_job_under_way on report_job (created_at, report_job_id) where state in ('waiting', 'running');
create index report_job_kept on report_job (expires_at) where state = 'done';

create table report_piece (
    report_job_id bigint not null references report_job on delete cascade,
    piece int not null,
    content bytea not null,
    constraint report_piece_key primary key (report_job_id, piece)
);
comment on table report_piece is 'The files of report jobs, in pieces; taken away when the job expires.';
comment on column report_piece.piece is 'From 1, in the order in which they make the file.';
