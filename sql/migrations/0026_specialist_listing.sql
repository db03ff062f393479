-- SPDX-License-Identifier: MIT
-- Who is willing to be found as a specialist, as each person says; and the scope specialists:read.

create table specialist_listing (
    specialist_listing_id bigint generated always as identity constraint specialist_listing_key primary key,
    id uuid not null default gen_random_uuid() constraint specialist_listing_id_unique unique,
    person_id bigint not null references person,
    reach text not null constraint specialist_listing_reach_known check (reach in ('none', 'organisation', 'service')),
    starts_on date not null constraint specialist_listing_starts_range
        check (starts_on between '1950-01-01' and '2199-12-31'),
    recorded_at timestamptz not null default now(),
    recorded_by bigint references account
);
comment on table specialist_listing is
    'What people say about being found as specialists, statement by statement, never changed. On a day holds the one '
    'said last of those that have begun; whoever has said nothing is not found. So who says none from today has also '
    'taken back what was to begin later.';
comment on column specialist_listing.reach is
    'Who may find the person: nobody (none), those of the organisation where they are posted, or of the whole service.';
comment on column specialist_listing.starts_on is 'The first day on which it holds.';
create index specialist_listing_person on specialist_listing (person_id);

alter table issuer
    drop constraint issuer_scopes_known,
    add constraint issuer_scopes_known check (scopes <@ array['record:read', 'record:write', 'team:read',
        'workforce:read', 'workforce:write', 'competencies:assess', 'frameworks:write', 'reports:organisation',
        'reports:national', 'completions:write', 'specialists:read', 'sensitive:read', 'audit:read',
        'administration']);
alter table issuer_role
    drop constraint issuer_role_scopes_known,
    add constraint issuer_role_scopes_known check (scopes <@ array['record:read', 'record:write', 'team:read',
        'workforce:read', 'workforce:write', 'competencies:assess', 'frameworks:write', 'reports:organisation',
        'reports:national', 'completions:write', 'specialists:read', 'sensitive:read', 'audit:read',
        'administration']);
