-- SPDX-License-Identifier: MIT
-- Issuers of tokens (OpenID Connect): what each may assert, and the keys that it signs with.

create table issuer (
    issuer_id bigint generated always as identity constraint issuer_key primary key,
    id uuid not null default gen_random_uuid() constraint issuer_id_unique unique,
    url text not null
        constraint issuer_url_unique unique
        constraint issuer_url_length check (length(url) <= 500)
        constraint issuer_url_form check (
            url ~ '^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~!$&''()*+,;=:@%/-]*)?$'
            or url ~ '^http://(127\.0\.0\.1|\[::1\]|localhost)(:[0-9]{1,5})?(/[A-Za-z0-9._~!$&''()*+,;=:@%/-]*)?$'),
    title text not null constraint issuer_title_length check (length(title) between 1 and 200),
    audience text not null constraint issuer_audience_length check (length(audience) between 1 and 255),
    person_claim text constraint issuer_person_claim_length check (length(person_claim) between 1 and 100),
    role_claim text not null default 'roles' constraint issuer_role_claim_length check (length(role_claim) between 1 and 100),
    scopes text[] not null,
    national boolean not null default false,
    managed_by bigint references organisation,
    version int not null default 1,
    registered_by bigint references account,
    registered_at timestamptz not null default now(),
    retired_at timestamptz,
    constraint issuer_scopes_known check (scopes <@ array['record:read', 'record:write', 'team:read', 'workforce:read',
        'competencies:assess', 'frameworks:write', 'reports:organisation', 'reports:national', 'completions:write',
        'sensitive:read', 'audit:read', 'administration']),
    constraint issuer_managed_is_not_national check (managed_by is null or (not national and not 'reports:national' = any (scopes)))
);
comment on table issuer is 'Who may sign tokens that are accepted, and the most that such a token may say. Never deleted, only retired.';
comment on column issuer.url is 'Exactly the claim iss; discovery begins there.';
comment on column issuer.audience is 'The audience that its tokens must name (aud).';
comment on column issuer.person_claim is
    'The claim whose value is the staff number of a person in the issuer''s one organisation; null where accounts alone say who somebody is.';
comment on column issuer.role_claim is 'The claim that lists roles; issuer_role says what they mean.';
comment on column issuer.scopes is 'The most that a token of it may have in effect.';
comment on column issuer.national is 'Whether its tokens may act beyond its organisations.';
comment on column issuer.managed_by is
    'The organisation whose administrators manage it: its only one, when it is not national; null when only those of the nation do.';
comment on column issuer.registered_by is 'Null when the owner of the schema did, by `skillsd issuer`.';
comment on column issuer.retired_at is 'From then on no token of it is accepted; null while it is in use.';

create table issuer_organisation (
    issuer_id bigint not null references issuer,
    organisation_id bigint not null references organisation,
    constraint issuer_organisation_key primary key (issuer_id, organisation_id)
);
comment on table issuer_organisation is 'For which organisations the tokens of an issuer may act.';

create table issuer_role (
    issuer_role_id bigint generated always as identity constraint issuer_role_key primary key,
    issuer_id bigint not null references issuer,
    role text not null constraint issuer_role_length check (length(role) between 1 and 100),
    organisation_id bigint references organisation,
    scopes text[] not null,
    starts_on date not null,
    ends_before date,
    granted_by bigint references account,
    recorded_at timestamptz not null default now(),
    constraint issuer_role_scopes_known check (scopes <@ array['record:read', 'record:write', 'team:read', 'workforce:read',
        'competencies:assess', 'frameworks:write', 'reports:organisation', 'reports:national', 'completions:write',
        'sensitive:read', 'audit:read', 'administration']),
    constraint issuer_role_dates_ordered check (ends_before >= starts_on)
);
comment on table issuer_role is 'What a value of the role claim means: scopes, as by a grant, for as long as the dates say. Ended, never deleted.';
comment on column issuer_role.role is 'The value of the claim.';
comment on column issuer_role.organisation_id is 'One of the issuer''s organisations; null for none in particular, which a national issuer alone may say.';
comment on column issuer_role.ends_before is 'The first day on which it no longer holds; that of its start for one that was taken back at once.';
comment on column issuer_role.granted_by is 'Null when the owner of the schema did.';
create index issuer_role_issuer on issuer_role (issuer_id, role);

create table issuer_key_set (
    issuer_id bigint constraint issuer_key_set_key primary key references issuer,
    jwks jsonb constraint issuer_key_set_size check (pg_column_size(jwks) <= 262144),
    jwks_uri text constraint issuer_key_set_uri_length check (length(jwks_uri) <= 2048),
    digest text,
    fetched_at timestamptz,
    tried_at timestamptz,
    fault text constraint issuer_key_set_fault_length check (length(fault) <= 500),
    failures int not null default 0,
    due_at timestamptz not null default now()
);
comment on table issuer_key_set is 'The public keys of an issuer as the clerk fetched them last: those that may verify, and of them only the public members.';
comment on column issuer_key_set.digest is 'SHA-256 of the keys in hex; null until they were fetched once.';
comment on column issuer_key_set.fetched_at is 'When the keys were last fetched with success; they stay in use while the provider is away.';
comment on column issuer_key_set.fault is 'What went wrong at the last attempt; null when nothing did.';
comment on column issuer_key_set.failures is 'Attempts in a row that came to nothing: each one waits longer than the one before.';
comment on column issuer_key_set.due_at is 'When the clerk fetches next; a worker that meets an unknown key brings it forward.';
