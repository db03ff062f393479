-- SPDX-License-Identifier: MIT
-- Postings by API: what is retracted, and the offers by which people go from one organisation to another.

alter table person add constraint person_email_length check (length(email) <= 254);

create table posting_retraction (
    posting_id bigint constraint posting_retraction_key primary key,
    id uuid not null,
    person_id bigint not null references person,
    organisation_id bigint not null references organisation,
    withheld boolean not null,
    posting jsonb not null,
    reason text not null constraint posting_retraction_reason_length check (length(reason) between 1 and 1000),
    retracted_at timestamptz not null default now(),
    retracted_by bigint references account,
    xid xid8 not null default pg_current_xact_id()
);
comment on table posting_retraction is
    'Postings that were recorded by mistake and count nowhere any more: they are moved here, whole, from posting.';
comment on column posting_retraction.posting is 'The row as it stood.';
comment on column posting_retraction.withheld is 'Whether the person was withheld in the organisation then.';
comment on column posting_retraction.xid is 'The transaction that retracted it, by which the figures know what changed.';
create index posting_retraction_person on posting_retraction (person_id);
create index posting_retraction_xid on posting_retraction (xid);

create table transfer (
    transfer_id bigint generated always as identity constraint transfer_key primary key,
    id uuid not null default gen_random_uuid() constraint transfer_id_unique unique,
    kind text not null constraint transfer_kind_known check (kind in ('transfer', 'secondment')),
    person_id bigint not null references person,
    given_name text not null,
    family_name text not null,
    staff_number text not null,
    from_organisation_id bigint not null constraint transfer_from_fkey references organisation,
    to_organisation_id bigint not null constraint transfer_to_fkey references organisation,
    starts_on date not null,
    ends_before date,
    withheld boolean not null default false,
    posting_id bigint not null,
    was_before date,
    was_leaver_type text constraint transfer_was_leaver_type_fkey references leaver_type,
    state text not null default 'open' constraint transfer_state_known check (state in ('open', 'accepted', 'cancelled')),
    accepted_as uuid,
    reason text constraint transfer_reason_length check (length(reason) between 1 and 1000),
    opened_at timestamptz not null default now(),
    opened_by bigint constraint transfer_opened_by_fkey references account,
    settled_at timestamptz,
    settled_by bigint constraint transfer_settled_by_fkey references account,
    constraint transfer_elsewhere check (to_organisation_id <> from_organisation_id),
    constraint transfer_dates_ordered check (ends_before > starts_on),
    constraint transfer_settled_once check ((state = 'open') = (settled_at is null))
);
comment on table transfer is
    'Offers of an organisation to let somebody go to another, for good or on loan, which that one accepts by recording '
    'its posting: so nobody is attached to a record without the organisation that knows the person.';
comment on column transfer.given_name is 'The name as the offer gives it to an organisation that does not see the person yet.';
comment on column transfer.staff_number is 'That of the person in the organisation that made the offer.';
comment on column transfer.starts_on is
    'The first day at the other organisation. A transfer ends the posting the day before; a secondment does not.';
comment on column transfer.ends_before is 'Of a secondment: the first day after it; null if not known, and for a transfer.';
comment on column transfer.withheld is
    'Whether the person is withheld in the organisation that made the offer: then it is for readers with sensitive:read, '
    'here and there. Kept by see_person().';
comment on column transfer.posting_id is 'The posting that a transfer ended, or from which somebody is lent.';
comment on column transfer.was_before is 'posting.ends_before as it was, for an offer that is cancelled.';
comment on column transfer.was_leaver_type is 'posting.leaver_type as it was.';
comment on column transfer.accepted_as is 'The posting that the other organisation recorded.';
comment on column transfer.reason is 'Why it was cancelled.';
create unique index transfer_open_once on transfer (person_id, from_organisation_id) where state = 'open';
create index transfer_from on transfer (from_organisation_id, opened_at);
create index transfer_to on transfer (to_organisation_id, opened_at);
