-- SPDX-License-Identifier: MIT
-- Frameworks as data, in the shape of 1EdTech CASE: versions (documents), items, associations, level scales, role profiles.

create table level_scale (
    level_scale_id bigint generated always as identity constraint level_scale_key primary key,
    code text not null constraint level_scale_code_unique unique,
    title text not null
);
comment on table level_scale is 'Scales of levels; a scale belongs to no one framework, so that versions can share it.';

create table level (
    level_scale_id bigint not null references level_scale,
    level smallint not null constraint level_positive check (level between 1 and 20),
    title text not null,
    constraint level_key primary key (level_scale_id, level)
);
comment on table level is 'The levels of a scale, lowest first; a level includes those below it.';

create table framework (
    framework_id bigint generated always as identity constraint framework_key primary key,
    code text not null constraint framework_code_unique unique,
    title text not null,
    steward text not null,
    licence text not null,
    source_url text
);
comment on table framework is 'Frameworks of competencies and skills, whatever their version.';
comment on column framework.code is 'A short stable name, "cop-cvf-2024".';
comment on column framework.licence is 'Under which terms its text may be shown.';

create table framework_version (
    framework_version_id bigint generated always as identity constraint framework_version_key primary key,
    id uuid not null default gen_random_uuid() constraint framework_version_id_unique unique,
    framework_id bigint not null references framework,
    version text not null,
    valid_from date not null,
    replaced_by_id bigint references framework_version,
    content_digest text,
    recorded_at timestamptz not null default now(),
    constraint framework_version_unique unique (framework_id, version)
);
comment on table framework_version is 'Immutable versions of a framework (CASE: CFDocument). Every item belongs to one.';
comment on column framework_version.version is 'The publisher''s name of the version, or the day of the import.';
comment on column framework_version.valid_from is 'The current version of a framework is the one with the latest day that is not in the future.';
comment on column framework_version.replaced_by_id is 'The version, of this or another framework, that took its place.';
comment on column framework_version.content_digest is 'SHA-256 of the imported file, by which a second import of the same file is known.';

create table framework_item (
    framework_item_id bigint generated always as identity constraint framework_item_key primary key,
    id uuid not null default gen_random_uuid() constraint framework_item_id_unique unique,
    framework_version_id bigint not null references framework_version,
    code text not null,
    title text not null,
    kind text not null constraint framework_item_kind_known
        check (kind in ('value', 'cluster', 'competency', 'programme', 'stage', 'skill')),
    description text,
    level_scale_id bigint references level_scale,
    ordinal int not null default 0,
    constraint framework_item_code_unique unique (framework_version_id, code)
);
comment on table framework_item is 'Items of a framework version (CASE: CFItem): values, clusters, competencies, skills, stages.';
comment on column framework_item.code is 'Unique within the version, "we-analyse-critically"; the same in every version that has the item.';
comment on column framework_item.description is 'Only where the licence allows it; College frameworks carry titles and codes alone.';
comment on column framework_item.level_scale_id is 'The scale of its levels; null for an item that is held or not held.';

create table framework_item_level (
    framework_item_id bigint not null references framework_item,
    level smallint not null,
    description text not null,
    constraint framework_item_level_key primary key (framework_item_id, level)
);
comment on table framework_item_level is 'What a level of an item means, in the publisher''s words, where the licence allows it.';

create table framework_association (
    framework_association_id bigint generated always as identity constraint framework_association_key primary key,
    id uuid not null default gen_random_uuid() constraint framework_association_id_unique unique,
    kind text not null constraint framework_association_kind_known
        check (kind in ('isChildOf', 'isPeerOf', 'isPartOf', 'exactMatchOf', 'precedes', 'isRelatedTo', 'replacedBy')),
    origin_id bigint not null references framework_item,
    destination_id bigint not null references framework_item,
    sequence_number int,
    constraint framework_association_unique unique (origin_id, kind, destination_id),
    constraint framework_association_not_itself check (origin_id <> destination_id)
);
comment on table framework_association is 'Associations between items (CASE: CFAssociation): hierarchy within a version, crosswalks between versions.';
comment on column framework_association.kind is 'The CASE association type; origin isChildOf destination.';
create index framework_association_destination on framework_association (destination_id);

create table framework_item_ancestor (
    ancestor_id bigint not null references framework_item,
    framework_item_id bigint not null references framework_item,
    constraint framework_item_ancestor_key primary key (framework_item_id, ancestor_id)
);
comment on table framework_item_ancestor is 'The closure of isChildOf within a version, each item being its own ancestor; made by close_framework_version().';
create index framework_item_ancestor_descendants on framework_item_ancestor (ancestor_id);

create table role_profile (
    role_profile_id bigint generated always as identity constraint role_profile_key primary key,
    id uuid not null default gen_random_uuid() constraint role_profile_id_unique unique,
    framework_version_id bigint not null references framework_version,
    code text not null,
    family text,
    role text not null,
    role_level text,
    title text not null,
    constraint role_profile_code_unique unique (framework_version_id, code)
);
comment on table role_profile is 'Roles, by level of seniority, and what they ask for.';
comment on column role_profile.family is 'The role family, "Data".';
comment on column role_profile.role is 'The role, "Data scientist".';
comment on column role_profile.role_level is 'The seniority within the role, "Lead data scientist"; null where the publisher gives none.';

create table role_requirement (
    role_profile_id bigint not null references role_profile,
    framework_item_id bigint not null references framework_item,
    level smallint,
    importance text not null default 'essential' constraint role_requirement_importance_known
        check (importance in ('essential', 'desirable')),
    constraint role_requirement_key primary key (role_profile_id, framework_item_id)
);
comment on table role_requirement is 'The level of an item that a role needs.';
comment on column role_requirement.level is 'Null: the item is needed and the publisher gives no level.';
create index role_requirement_item on role_requirement (framework_item_id);
