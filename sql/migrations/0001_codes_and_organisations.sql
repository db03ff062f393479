-- SPDX-License-Identifier: MIT
-- Code lists of the field, organisations and their units.

create extension if not exists "uuid-ossp" with schema skills;

create table worker_type (
    code text constraint worker_type_code primary key,
    title text not null,
    ordinal int not null
);
comment on table worker_type is 'Kinds of worker, as the Home Office workforce statistics know them.';

create table rank (
    code text constraint rank_code primary key,
    title text not null,
    ordinal int not null
);
comment on table rank is 'Ranks of officers, lowest first, with the London variants beside their equals.';

create table joiner_type (
    code text constraint joiner_type_code primary key,
    title text not null,
    transfer boolean not null default false,
    ordinal int not null
);
comment on table joiner_type is 'How somebody came to an organisation.';
comment on column joiner_type.transfer is 'Joins the organisation but not the service: shown apart from other joiners.';

create table leaver_type (
    code text constraint leaver_type_code primary key,
    title text not null,
    transfer boolean not null default false,
    voluntary boolean not null default false,
    ordinal int not null
);
comment on table leaver_type is 'How somebody left an organisation.';
comment on column leaver_type.transfer is 'Leaves the organisation but not the service: shown apart from other leavers.';
comment on column leaver_type.voluntary is 'A voluntary resignation.';

create table science_category (
    code text constraint science_category_code primary key,
    title text not null,
    ordinal int not null
);
comment on table science_category is 'Categories of the planned national science profession (NPCC science and technology strategy).';

create table activity_type (
    code text constraint activity_type_code primary key,
    title text not null,
    ordinal int not null
);
comment on table activity_type is 'Kinds of CPD activity.';

create table cycle_stage (
    code text constraint cycle_stage_code primary key,
    title text not null,
    ordinal int not null
);
comment on table cycle_stage is 'The four stages of the College of Policing''s CPD cycle.';

create table basis (
    code text constraint basis_code primary key,
    title text not null,
    ordinal int not null
);
comment on table basis is 'On what an assertion of a level rests; bases are shown side by side and never averaged.';

create table organisation (
    organisation_id bigint generated always as identity constraint organisation_key primary key,
    id uuid not null default gen_random_uuid() constraint organisation_id_unique unique,
    code text not null constraint organisation_code_unique unique,
    name text not null,
    ons_code text,
    stats19_code text,
    nation text not null,
    region text,
    kind text not null constraint organisation_kind_known check (kind in ('territorial', 'national', 'synthetic')),
    starts_on date not null default '1829-09-29',
    ends_before date,
    constraint organisation_dates_ordered check (ends_before > starts_on)
);
comment on table organisation is 'Police organisations, dated, for forces merge and new ones are made.';
comment on column organisation.id is 'The identifier at the API.';
comment on column organisation.code is 'A short stable name, "metropolitan": the data.police.uk slug where there is one.';
comment on column organisation.ons_code is 'ONS police force area code; null where ONS has none.';
comment on column organisation.stats19_code is 'Two-digit force code of the DfT STATS19 returns.';
comment on column organisation.kind is 'territorial, national (BTP, MDP, CNC, NCA) or synthetic (demonstration data).';
comment on column organisation.ends_before is 'The first day on which it no longer is; null while it is.';

create table organisation_succession (
    predecessor_id bigint not null references organisation,
    successor_id bigint not null references organisation,
    happened_on date not null,
    constraint organisation_succession_key primary key (predecessor_id, successor_id)
);
comment on table organisation_succession is 'Which organisation took over from which: mergers and splits.';
comment on column organisation_succession.happened_on is 'The first day of the successor.';

create table unit (
    unit_id bigint generated always as identity constraint unit_key primary key,
    id uuid not null default gen_random_uuid() constraint unit_id_unique unique,
    organisation_id bigint not null references organisation,
    parent_id bigint,
    code text not null,
    name text not null,
    starts_on date not null default '1829-09-29',
    ends_before date,
    constraint unit_code_unique unique (organisation_id, code),
    constraint unit_of_organisation unique (organisation_id, unit_id),
    constraint unit_parent_of_organisation foreign key (organisation_id, parent_id) references unit (organisation_id, unit_id),
    constraint unit_not_its_own_parent check (parent_id <> unit_id),
    constraint unit_dates_ordered check (ends_before > starts_on)
);
comment on table unit is 'Units of an organisation, a tree, dated.';
comment on column unit.parent_id is 'The unit above; null at the top of the organisation.';
comment on column unit.code is 'The organisation''s own code of the unit, unique within it.';
create index unit_parent on unit (parent_id);
