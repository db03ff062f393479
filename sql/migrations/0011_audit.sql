-- SPDX-License-Identifier: MIT
-- The audit trail: what happened waits in audit_pending, until the clerk seals it: gives it the next number, takes its
-- digest, adds that to the chain and signs the chain's end. Nothing here refers to other tables by a foreign key: the
-- trail outlives what it tells of, and writing it locks nothing.

create table audit_pending (
    id uuid not null default gen_random_uuid(),
    happened_at timestamptz not null default clock_timestamp(),
    request_id text not null,
    operation text not null,
    kind text not null constraint audit_pending_kind_known check (kind in ('change', 'record', 'report')),
    issuer text,
    subject text,
    client text,
    account_id bigint,
    person uuid,
    organisation_id bigint,
    scopes text[] not null,
    people uuid[] not null,
    target text,
    parameters jsonb not null,
    status int not null,
    constraint audit_pending_key primary key (happened_at, id)
);
comment on table audit_pending is
    'Events that are not sealed yet, a few seconds of them. Its columns are those of audit_event but for the sequence. '
    'The key begins with the time, so that it grows at one end and gives the order of sealing.';

create table audit_event (
    sequence bigint constraint audit_event_key primary key,
    id uuid not null constraint audit_event_id_unique unique,
    happened_at timestamptz not null,
    request_id text not null,
    operation text not null,
    kind text not null constraint audit_event_kind_known check (kind in ('change', 'record', 'report')),
    issuer text,
    subject text,
    client text,
    account_id bigint,
    person uuid,
    organisation_id bigint,
    scopes text[] not null,
    people uuid[] not null,
    target text,
    parameters jsonb not null,
    status int not null
);
comment on table audit_event is
    'Sealed events: every change, every read of another person''s record and every report. Written once, never changed.';
comment on column audit_event.sequence is 'From 1, without gaps, in the order of sealing.';
comment on column audit_event.happened_at is 'By the clock of the database.';
comment on column audit_event.request_id is 'That of the request; the log has it too. A client may have chosen it.';
comment on column audit_event.kind is
    'change, record (a read of another person''s record) or report; the contract''s x-audit says which.';
comment on column audit_event.issuer is 'Who issued the token of whoever asked.';
comment on column audit_event.client is 'The OAuth client that asked for them, if the token says.';
comment on column audit_event.account_id is 'The account that asked; null for a token that no account is known for.';
comment on column audit_event.person is 'The identifier of the person who asked; null for a system.';
comment on column audit_event.organisation_id is 'The organisation that the request acted for.';
comment on column audit_event.scopes is
    'The operation''s scopes that were in effect; one''s own are no reason to read others.';
comment on column audit_event.people is 'Identifiers of the people whose records it is about, none for a report.';
comment on column audit_event.target is 'The path that was asked for, or the place of what was made.';
comment on column audit_event.parameters is
    'Parameters of path and query by name, but for those that the contract calls x-private. Never a body or free text.';
comment on column audit_event.status is 'Of the reply.';
create index audit_event_time on audit_event (happened_at desc, id desc);
create index audit_event_organisation on audit_event (organisation_id, happened_at desc, id desc);
create index audit_event_person on audit_event (person, happened_at desc, id desc);
create index audit_event_request on audit_event (request_id);

create table audit_subject (
    person uuid not null,
    happened_at timestamptz not null,
    sequence bigint not null,
    organisation_id bigint,
    constraint audit_subject_key primary key (person, happened_at, sequence)
);
comment on table audit_subject is
    'The people of the sealed events, a row each: the index by person. (Row-level security lets no array be searched '
    'by an index, and this one is written by the clerk, so that it slows nobody.)';
comment on column audit_subject.organisation_id is 'That of the event, for the policy.';
create index audit_subject_sequence on audit_subject (sequence);

create table audit_link (
    sequence bigint constraint audit_link_key primary key,
    digest bytea not null constraint audit_link_digest_length check (length(digest) = 32),
    chain bytea not null constraint audit_link_chain_length check (length(chain) = 32)
);
comment on table audit_link is
    'The chain: a link for each sealed event, which every auditor sees, so that a range can be proved without showing '
    'events that are not for the auditor.';
comment on column audit_link.digest is
    'SHA-256 of the event''s canonical text, as sql/queries/export_audit_events.sql writes it.';
comment on column audit_link.chain is 'SHA-256 of the chain before and the digest; before the first are 32 zero bytes.';

create table audit_head (
    sequence bigint constraint audit_head_key primary key,
    chain bytea not null constraint audit_head_chain_length check (length(chain) = 32),
    sealed_at timestamptz not null,
    signature text not null,
    kid text not null
);
comment on table audit_head is
    'Signed ends of the chain: one at each seal; of past days the clerk keeps the last of the day (UTC) and forgets the '
    'others, which prove nothing that it does not.';
comment on column audit_head.sequence is 'The last event under it.';
comment on column audit_head.signature is 'A compact JWS (ES256) over sequence, chain and sealed_at.';
comment on column audit_head.kid is 'The thumbprint of the key that signed it.';
create index audit_head_time on audit_head (sealed_at);
