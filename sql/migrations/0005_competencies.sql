-- SPDX-License-Identifier: MIT
-- What is claimed and what is assessed: assertions, never changed or deleted, only withdrawn or succeeded.

create table assertion (
    assertion_id bigint generated always as identity constraint assertion_key primary key,
    id uuid not null default gen_random_uuid() constraint assertion_id_unique unique,
    person_id bigint not null references person,
    seen_by bigint[] not null,
    framework_item_id bigint not null constraint assertion_item_known references framework_item,
    level smallint,
    basis text not null constraint assertion_basis_known references basis,
    assessor text constraint assertion_assessor_length check (length(assessor) <= 200),
    evidence text constraint assertion_evidence_length check (length(evidence) <= 4000),
    valid_from date not null constraint assertion_valid_from_range check (valid_from >= '1950-01-01'),
    valid_before date,
    recorded_at timestamptz not null default now(),
    recorded_by bigint references account,
    xid xid8 not null default pg_current_xact_id(),
    constraint assertion_dates_ordered check (valid_before > valid_from)
);
comment on table assertion is 'This person, this item, this level, on this basis, from this day.';
comment on column assertion.level is 'Null exactly for an item without levels: it is then simply held.';
comment on column assertion.assessor is 'Who endorsed, assessed or accredited it; null for a claim of one''s own.';
comment on column assertion.valid_before is 'The first day on which it no longer holds; null for no end.';
comment on column assertion.xid is 'The transaction that wrote it, for folding by watermark.';
create index assertion_person on assertion (person_id, framework_item_id);
create index assertion_item on assertion (framework_item_id);
create index assertion_xid on assertion (xid);

create table assertion_withdrawal (
    assertion_id bigint constraint assertion_withdrawn_once primary key references assertion,
    person_id bigint not null references person,
    seen_by bigint[] not null,
    withdrawn_on date not null,
    reason text constraint assertion_withdrawal_reason_length check (length(reason) <= 1000),
    recorded_at timestamptz not null default now(),
    recorded_by bigint references account,
    xid xid8 not null default pg_current_xact_id()
);
comment on table assertion_withdrawal is 'That an assertion is withdrawn, from a day on.';
comment on column assertion_withdrawal.withdrawn_on is 'The first day on which it no longer counts.';
create index assertion_withdrawal_xid on assertion_withdrawal (xid);
