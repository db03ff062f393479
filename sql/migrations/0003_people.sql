-- SPDX-License-Identifier: MIT
-- People, their postings, and who signs in as whom. Protected characteristics are not held, by design.

create table person (
    person_id bigint generated always as identity constraint person_key primary key,
    id uuid not null default gen_random_uuid() constraint person_id_unique unique,
    given_name text not null constraint person_given_name_length check (length(given_name) between 1 and 100),
    family_name text not null constraint person_family_name_length check (length(family_name) between 1 and 100),
    email text,
    synthetic boolean not null default false,
    seen_by bigint[] not null default '{}',
    recorded_at timestamptz not null default now()
);
comment on table person is 'A person, known once, nationally, with the record of a whole career.';
comment on column person.synthetic is 'Made up for demonstration; nobody real.';
comment on column person.seen_by is 'Organisations with a posting of this person; kept by see_person().';

create table posting (
    posting_id bigint generated always as identity constraint posting_key primary key,
    id uuid not null default gen_random_uuid() constraint posting_id_unique unique,
    person_id bigint not null references person,
    organisation_id bigint not null references organisation,
    staff_number text not null,
    unit_id bigint,
    worker_type text not null references worker_type,
    rank text references rank,
    grade text,
    role_profile_id bigint references role_profile,
    science_category text references science_category,
    fte numeric(3, 2) not null default 1 constraint posting_fte_range check (fte > 0 and fte <= 1),
    starts_on date not null,
    ends_before date,
    joiner_type text references joiner_type,
    leaver_type text references leaver_type,
    recorded_at timestamptz not null default now(),
    xid xid8 not null default pg_current_xact_id(),
    constraint posting_start_unique unique (organisation_id, staff_number, starts_on),
    constraint posting_unit_of_organisation foreign key (organisation_id, unit_id) references unit (organisation_id, unit_id),
    constraint posting_dates_ordered check (ends_before > starts_on),
    constraint posting_leaver_has_end check (leaver_type is null or ends_before is not null)
);
comment on table posting is 'Where and when somebody works: organisation, unit, kind, rank or grade, role, from and to.';
comment on column posting.staff_number is 'Collar or staff number: with the organisation it names the person.';
comment on column posting.grade is 'Staff grade in the organisation''s own words; ranks are for officers.';
comment on column posting.fte is 'Full-time equivalent, above 0 and at most 1.';
comment on column posting.ends_before is 'The first day after it; null while it lasts.';
comment on column posting.joiner_type is 'Given when the person joined the organisation with this posting; null for a move within it.';
comment on column posting.leaver_type is 'Given when the person left the organisation at the end of this posting; null for a move within it.';
comment on column posting.xid is 'The transaction that wrote it last, by which the figures know what changed; kept by the trigger below.';
create index posting_person on posting (person_id, starts_on);
create index posting_xid on posting (xid);
create index posting_organisation on posting (organisation_id, starts_on);
create index posting_unit on posting (unit_id);

create function stamp_posting() returns trigger language plpgsql as $$
begin
    new.xid := pg_current_xact_id();
    return new;
end
$$;
comment on function stamp_posting() is 'Writes the transaction into a posting that is changed, whoever changes it.';
create trigger posting_stamped before update on posting for each row execute function stamp_posting();

create table account (
    account_id bigint generated always as identity constraint account_key primary key,
    issuer text not null,
    subject text not null,
    person_id bigint references person,
    title text,
    recorded_at timestamptz not null default now(),
    constraint account_subject_unique unique (issuer, subject)
);
comment on table account is 'Who signs in: issuer and subject of a token, and the person or the system behind them.';
comment on column account.person_id is 'Null for a system.';
comment on column account.title is 'The name of a system, "College of Policing"; null for a person.';
create index account_person on account (person_id);

create table access_grant (
    access_grant_id bigint generated always as identity constraint access_grant_key primary key,
    account_id bigint not null references account,
    organisation_id bigint references organisation,
    unit_id bigint,
    scopes text[] not null,
    starts_on date not null default current_date,
    ends_before date,
    granted_by text not null,
    recorded_at timestamptz not null default now(),
    constraint access_grant_unit_of_organisation foreign key (organisation_id, unit_id)
        references unit (organisation_id, unit_id),
    constraint access_grant_dates_ordered check (ends_before > starts_on)
);
comment on table access_grant is 'What an account may do beyond its own record: scopes for an organisation, a unit with those below it, or the nation.';
comment on column access_grant.organisation_id is 'Null for a grant that concerns no one organisation, such as national figures.';
comment on column access_grant.unit_id is 'Narrows the grant to a unit and those below it (line managers).';
comment on column access_grant.scopes is 'Takes effect only for scopes that the token has too.';
create index access_grant_account on access_grant (account_id);
