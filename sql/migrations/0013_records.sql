-- SPDX-License-Identifier: MIT
-- Why an assertion is as it is, requests for endorsement, and what roles ask for as it changes, with alternatives.

alter table assertion
    add column reason text,
    add constraint assertion_reason_length check (length(reason) <= 1000);
comment on column assertion.reason is
    'Why this level, or why it takes the place of another; the evidence is beside it.';

create table endorsement_request (
    endorsement_request_id bigint generated always as identity constraint endorsement_request_key primary key,
    id uuid not null default gen_random_uuid() constraint endorsement_request_id_unique unique,
    assertion_id bigint not null constraint endorsement_request_of_claim references assertion,
    person_id bigint not null references person,
    endorser_id bigint not null references person,
    as_line_manager boolean not null default false,
    message text constraint endorsement_request_message_length check (length(message) <= 1000),
    asked_at timestamptz not null default now(),
    asked_by bigint references account,
    withdrawn_at timestamptz,
    answered_at timestamptz,
    answered_by bigint references account,
    comment text constraint endorsement_request_comment_length check (length(comment) <= 1000),
    endorsement_id bigint references assertion constraint endorsement_request_once unique,
    constraint endorsement_request_not_of_oneself check (person_id <> endorser_id),
    constraint endorsement_request_answered
        check (answered_at is not null or (comment is null and endorsement_id is null)),
    constraint endorsement_request_ended_once check (withdrawn_at is null or answered_at is null)
);
comment on table endorsement_request is
    'That a person asks a colleague to endorse a claim, and what came of it. Expiry, and the end of the claim, are not '
    'written down: they follow from asked_at and from the claim (endorsement_state()).';
comment on column endorsement_request.person_id is 'Who asks: whose claim it is.';
comment on column endorsement_request.endorser_id is 'Who is asked.';
comment on column endorsement_request.as_line_manager is 'Asked as the line manager of that day, and not by name.';
comment on column endorsement_request.message is 'What the asker says with it.';
comment on column endorsement_request.withdrawn_at is 'When the asker took it back; null while it stands.';
comment on column endorsement_request.answered_at is 'When it was endorsed or declined; null while it is not.';
comment on column endorsement_request.comment is 'Why it was declined, or why it was endorsed at another level.';
comment on column endorsement_request.endorsement_id is
    'The assertion that endorses the claim; null if it was declined.';
create index endorsement_request_person on endorsement_request (person_id);
create index endorsement_request_endorser on endorsement_request (endorser_id);
create index endorsement_request_claim on endorsement_request (assertion_id);

create table role_profile_version (
    role_profile_id bigint not null references role_profile,
    version int not null,
    valid_from date not null,
    recorded_at timestamptz not null default now(),
    recorded_by bigint references account,
    constraint role_profile_version_key primary key (role_profile_id, version)
);
comment on table role_profile_version is
    'From which day on a role asks for what: on each day the version that began last, then the last recorded. Nothing '
    'is changed or deleted, so that an earlier day is measured by what was asked for then.';
comment on column role_profile_version.valid_from is
    'The first day; before that of the first version the first one is asked for.';
insert into role_profile_version (role_profile_id, version, valid_from)
select profile.role_profile_id, 1, version.valid_from
from role_profile as profile
join framework_version as version on version.framework_version_id = profile.framework_version_id;

alter table role_requirement
    add column version int not null default 1,
    add column alternative smallint,
    drop constraint role_requirement_key,
    add constraint role_requirement_key primary key (role_profile_id, version, framework_item_id),
    add constraint role_requirement_of_version foreign key (role_profile_id, version) references role_profile_version,
    add constraint role_requirement_alternative_range check (alternative between 1 and 100);
comment on column role_requirement.version is 'The version of the profile that asks for it.';
comment on column role_requirement.alternative is
    'The number, within the version, of a group of which any one suffices; null for a requirement of its own.';
