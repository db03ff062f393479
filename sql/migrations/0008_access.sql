-- SPDX-License-Identifier: MIT
-- Who may see what: accounts and grants that administrators manage, postings that are nobody's business, and what a
-- person shares of an earlier record.

alter table account
    add column id uuid not null default gen_random_uuid() constraint account_id_unique unique,
    add column registered_for bigint references organisation,
    add column registered_by bigint references account,
    add column closed_at timestamptz,
    add constraint account_issuer_length check (length(issuer) between 1 and 500),
    add constraint account_subject_length check (length(subject) between 1 and 255),
    add constraint account_title_length check (length(title) between 1 and 200);
update account
set registered_for = latest.organisation_id
from (
    select distinct on (posting.person_id) posting.person_id, posting.organisation_id
    from posting
    order by posting.person_id, posting.starts_on desc, posting.posting_id desc
) as latest
where account.person_id = latest.person_id;
comment on column account.id is 'The identifier at the API.';
comment on column account.registered_for is
    'The organisation whose administrator registered it, and whose administrators manage it; null for the nation.';
comment on column account.registered_by is 'The account of who registered it; null for one made by a command.';
comment on column account.closed_at is 'When it was closed: from then on nothing is in effect for it; null while it is open.';

alter table access_grant
    add column id uuid not null default gen_random_uuid() constraint access_grant_id_unique unique,
    add column granted_by_account bigint references account,
    add column reason text,
    add column revoked_at timestamptz,
    add column revoked_by bigint references account,
    add constraint access_grant_reason_length check (length(reason) <= 500);
comment on column access_grant.id is 'The identifier at the API.';
comment on column access_grant.granted_by is 'Who gave it, in words: it stays readable when the account is gone.';
comment on column access_grant.granted_by_account is 'The account of who gave it; null for one made by a command.';
comment on column access_grant.reason is 'Why it was given.';
comment on column access_grant.revoked_at is 'When it was revoked: from then on it is not in effect; null while it stands.';
comment on column access_grant.revoked_by is 'The account of who revoked it.';
create index access_grant_organisation on access_grant (organisation_id);

alter table unit add column sensitive boolean not null default false;
comment on column unit.sensitive is
    'Covert, counter-terrorism and the like: a unit that, with all below it, is not there for readers without '
    'sensitive:read, and whose postings are sensitive.';

alter table posting
    add column sensitive boolean not null default false,
    add column withheld boolean not null default false;
comment on column posting.sensitive is 'Covert, counter-terrorism and the like, by itself and not only by its unit.';
comment on column posting.withheld is
    'Whether the person has, at any time, a sensitive posting in the organisation: then all their postings there are '
    'withheld from readers without sensitive:read, so that no list or figure changes on the day when it began. Kept by '
    'see_person().';

create table record_share (
    record_share_id bigint generated always as identity constraint record_share_key primary key,
    id uuid not null default gen_random_uuid() constraint record_share_id_unique unique,
    person_id bigint not null references person,
    organisation_id bigint not null references organisation,
    from_day date,
    until_day date not null,
    shared_at timestamptz not null default now(),
    ended_at timestamptz,
    constraint record_share_days_ordered check (until_day >= from_day)
);
comment on table record_share is
    'What a person shares of an earlier record with an organisation, on a transfer or a secondment: what was recorded '
    'for the days given. It is the person''s to give and to end.';
comment on column record_share.from_day is 'The first day; null for the beginning of the record.';
comment on column record_share.until_day is 'The last day.';
comment on column record_share.ended_at is 'When the person ended it; null while it stands.';
create index record_share_person on record_share (person_id);

comment on column person.seen_by is
    'Organisations with a posting of this person; one from which the person is withheld (posting.withheld) stands with '
    'a minus: only readers with sensitive:read see by it. Kept by see_person().';
comment on column activity.seen_by is
    'Organisations whose postings of the person overlap the day of the version that holds, and those that it is shared '
    'with; with a minus as in person.seen_by. Kept by see_person().';
