-- SPDX-License-Identifier: MIT
-- Courses completed, as the providers and learning systems that gave them tell: activities with their provenance.

create table completion (
    activity_id bigint constraint completion_key primary key references activity,
    account_id bigint not null references account,
    reference text not null constraint completion_reference_length check (length(reference) between 1 and 200),
    constraint completion_reference_unique unique (account_id, reference)
);
comment on table completion is 'Which activities were recorded by a provider or learning system, and under what reference of theirs.';
comment on column completion.reference is 'The provider''s own name of the completion, by which it is recorded once.';
