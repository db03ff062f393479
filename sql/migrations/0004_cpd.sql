-- SPDX-License-Identifier: MIT
-- Continuing professional development: an activity is an identity and versions, never updated in place.

create table activity (
    activity_id bigint generated always as identity constraint activity_key primary key,
    id uuid not null default gen_random_uuid() constraint activity_id_unique unique,
    person_id bigint not null references person,
    seen_by bigint[] not null,
    version int not null default 1,
    recorded_at timestamptz not null default now()
);
comment on table activity is 'The identity of a CPD activity; what it says is in its versions.';
comment on column activity.version is 'The version that holds now; also the ETag.';
comment on column activity.seen_by is 'Organisations whose postings of the person overlap the day of the version that holds; kept by see_person().';
create index activity_person on activity (person_id);

create table activity_version (
    activity_id bigint not null references activity,
    version int not null,
    person_id bigint not null references person,
    seen_by bigint[] not null,
    withdrawn boolean not null default false,
    title text not null constraint activity_title_length check (length(title) between 1 and 200),
    happened_on date not null constraint activity_day_range check (happened_on >= '1950-01-01'),
    learned text not null constraint activity_learned_length check (length(learned) between 1 and 4000),
    effect text constraint activity_effect_length check (length(effect) <= 4000),
    type text not null default 'other' constraint activity_type_known references activity_type,
    provider text constraint activity_provider_length check (length(provider) <= 200),
    minutes int constraint activity_minutes_range check (minutes between 1 and 100000),
    stage text constraint activity_stage_known references cycle_stage,
    source text not null default 'person',
    recorded_at timestamptz not null default now(),
    recorded_by bigint references account,
    xid xid8 not null default pg_current_xact_id(),
    constraint activity_version_key primary key (activity_id, version)
);
comment on table activity_version is 'What an activity says, version by version; withdrawing is a version.';
comment on column activity_version.happened_on is 'The day of the activity, or its last day.';
comment on column activity_version.learned is 'What was learned.';
comment on column activity_version.effect is 'The effect on practice.';
comment on column activity_version.minutes is 'Optional: the College sets no hours target.';
comment on column activity_version.source is 'Provenance: person, or the system that sent it.';
comment on column activity_version.xid is 'The transaction that wrote it, for folding by watermark.';
create index activity_version_person on activity_version (person_id, happened_on);
create index activity_version_xid on activity_version (xid);

create table activity_alignment (
    activity_id bigint not null,
    version int not null,
    person_id bigint not null references person,
    seen_by bigint[] not null,
    framework_item_id bigint not null constraint activity_alignment_item_known references framework_item,
    level smallint,
    constraint activity_alignment_key primary key (activity_id, version, framework_item_id),
    constraint activity_alignment_of_version foreign key (activity_id, version) references activity_version
);
comment on table activity_alignment is 'The framework items that a version of an activity develops, with the level it works at.';
create index activity_alignment_item on activity_alignment (framework_item_id);

create table activity_reflection (
    activity_id bigint not null,
    version int not null,
    person_id bigint not null references person,
    seen_by bigint[] not null,
    tier text not null default 'private' constraint activity_reflection_tier_known
        check (tier in ('private', 'summary', 'shared')),
    body text not null constraint activity_reflection_length check (length(body) between 1 and 8000),
    constraint activity_reflection_key primary key (activity_id, version),
    constraint activity_reflection_of_version foreign key (activity_id, version) references activity_version
);
comment on table activity_reflection is 'Reflection on an activity. Private text is seen by its author alone: no report, export or log has it.';
comment on column activity_reflection.tier is 'private (the author), summary (also the line manager) or shared (also the organisation).';
