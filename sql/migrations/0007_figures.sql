-- SPDX-License-Identifier: MIT
-- Figures that leave an organisation: counted by the clerk, cells under ten withheld; no row names a person. Without foreign keys: they are made by
-- refresh_figures() alone, from rows that are there, and looking each up again takes as long as counting them.

create table figures_mark (
    one boolean not null default true constraint figures_mark_one primary key constraint figures_mark_only check (one),
    made_at timestamptz,
    seen pg_snapshot not null default '1:1:'
);
comment on table figures_mark is 'One row: which facts are in the figures.';
comment on column figures_mark.made_at is 'When the figures were last made.';
comment on column figures_mark.seen is 'Facts of the transactions that this snapshot sees are counted.';
insert into figures_mark default values;

create table national_development (
    framework_version_id bigint not null,
    framework_item_id bigint,
    organisation_id bigint not null,
    month date not null,
    people int not null,
    activities int not null,
    minutes bigint,
    constraint national_development_cell unique nulls not distinct (framework_version_id, framework_item_id, organisation_id, month),
    constraint national_development_withheld check (people >= 10)
);
comment on table national_development is 'CPD by framework item, organisation and month. A cell of fewer than ten people, none included, has no row.';
comment on column national_development.framework_item_id is 'Null: any item of the framework.';
comment on column national_development.month is 'Its first day.';
comment on column national_development.minutes is 'Null where fewer than ten people gave any: it would tell of few.';
create index national_development_organisation on national_development (organisation_id);

create table national_coverage (
    framework_version_id bigint not null,
    framework_item_id bigint,
    organisation_id bigint not null,
    month date not null,
    basis text,
    level smallint,
    people int not null,
    constraint national_coverage_cell unique nulls not distinct
        (framework_version_id, framework_item_id, organisation_id, month, basis, level),
    constraint national_coverage_withheld check (people >= 10)
);
comment on table national_coverage is 'People at or above a level at the end of a month, by item and organisation. A cell of fewer than ten has no row.';
comment on column national_coverage.framework_item_id is 'Null: any item of the framework.';
comment on column national_coverage.month is 'Its first day; the figure is that of its last day, or of the day it was counted if that comes first.';
comment on column national_coverage.basis is 'Null: on any basis.';
comment on column national_coverage.level is 'Null: held, at any level or without levels.';
create index national_coverage_organisation on national_coverage (organisation_id);

create table national_retention (
    organisation_id bigint not null,
    year_ending int not null,
    worker_type text,
    measure text not null,
    people int not null,
    constraint national_retention_cell unique nulls not distinct (organisation_id, year_ending, worker_type, measure),
    constraint national_retention_withheld check (people >= 10)
);
comment on table national_retention is 'Strength, joiners and leavers of the year to 31 March. A cell of fewer than ten has no row.';
comment on column national_retention.worker_type is 'Null: all.';
comment on column national_retention.measure is 'strength_at_start, joiners, transfers_in, leavers, voluntary_leavers, transfers_out or strength_at_end.';

create table national_level_changes (
    framework_version_id bigint not null,
    framework_item_id bigint,
    organisation_id bigint not null,
    year_ending int not null,
    change text not null,
    people int not null,
    constraint national_level_changes_cell unique nulls not distinct
        (framework_version_id, framework_item_id, organisation_id, year_ending, change),
    constraint national_level_changes_withheld check (people >= 10)
);
comment on table national_level_changes is 'People whose level changed within the year to 31 March. A cell of fewer than ten has no row.';
comment on column national_level_changes.framework_item_id is 'Null: any item of the framework.';
comment on column national_level_changes.change is 'gained, rose, fell or lost.';
create index national_level_changes_organisation on national_level_changes (organisation_id);
