-- SPDX-License-Identifier: MIT
-- Figures that leave an organisation: one fixed cube in place of four tables. Editions, their figures, and the secret
-- by which figures are rounded. What is withheld is not in it: no table keeps a count that was not given.

drop table figures_mark, national_development, national_coverage, national_retention, national_level_changes;

-- Keyed hashes are PostgreSQL's own module for them, and no others.
create extension if not exists pgcrypto with schema skills;

create table figure_secret (
    one boolean not null default true
        constraint figure_secret_one primary key constraint figure_secret_only check (one),
    secret bytea not null default skills.gen_random_bytes(32)
);
comment on table figure_secret is
    'One row: the key of the hashes by which figures are rounded, made once. The serving role has no right to it. '
    'Whoever has it can undo the rounding; with another one, editions to come round the same people otherwise.';
insert into figure_secret default values;

create table national_edition (
    national_edition_id bigint generated always as identity constraint national_edition_key primary key,
    quarter_end date not null,
    number int not null constraint national_edition_few check (number between 1 and 3),
    reason text constraint national_edition_reason_length check (length(reason) between 10 and 1000),
    requested_by bigint constraint national_edition_requested_by_fkey references account,
    requested_at timestamptz not null default now(),
    made_at timestamptz,
    constraint national_edition_once unique (quarter_end, number),
    constraint national_edition_reasoned check ((number = 1) = (reason is null)),
    constraint national_edition_of_quarter
        check (quarter_end = date_trunc('quarter', quarter_end) + interval '3 months - 1 day')
);
comment on table national_edition is
    'Editions of the national figures of a quarter: the first is made by the clerk when the quarter is over and '
    'its facts are in; each further one corrects it, on request and with a reason. None is ever changed.';
comment on column national_edition.quarter_end is 'The last day of the quarter, on which people are counted.';
comment on column national_edition.number is
    'From 1. Few, because two editions of a quarter can be compared, and whoever knows what was corrected between them '
    'learns more than either tells.';
comment on column national_edition.reason is 'Why it was made anew; null for the first.';
comment on column national_edition.requested_by is 'Null for the first.';
comment on column national_edition.made_at is 'When its figures were counted; null while it waits for the clerk.';

create table national_figure (
    national_edition_id bigint not null constraint national_figure_edition_fkey references national_edition,
    measure text not null constraint national_figure_measure_known
        check (measure in ('strength', 'held', 'developed', 'joined', 'leavers')),
    framework_item_id bigint,
    basis text constraint national_figure_basis_known check (basis in ('any', 'assessed')),
    level smallint,
    joined_year int,
    organisation_id bigint,
    worker_type text,
    people int constraint national_figure_rounded check (people >= 10 and people % 5 = 0),
    constraint national_figure_cell unique nulls not distinct
        (national_edition_id, measure, framework_item_id, basis, level, joined_year, organisation_id, worker_type)
);
comment on table national_figure is
    'The figures of an edition: numbers of people, rounded. A cell without a row is one of fewer than ten people '
    'or, of a total, one that is withheld. Without foreign keys to what it counts by: it is made from rows that '
    'are there.';
comment on column national_figure.framework_item_id is 'Of the measures held and developed; null for the others.';
comment on column national_figure.basis is 'Of the measure held; assessed has what is accredited too.';
comment on column national_figure.level is 'At or above it; null for an item without levels.';
comment on column national_figure.joined_year is
    'Of the measure joined: the year to 31 March, by the year in which it ends.';
comment on column national_figure.organisation_id is 'Null for the nation.';
comment on column national_figure.worker_type is 'Null for all worker types.';
comment on column national_figure.people is
    'A multiple of five next to the number; null for a total of ten or more that is withheld, because with others it '
    'would tell of fewer than ten.';

create function keep_frozen() returns trigger language plpgsql as $$
begin
    raise exception 'national figures are never changed: a correction is a new edition';
end
$$;
comment on function keep_frozen() is 'Refuses to change or take away what has been given, whoever tries.';
create trigger national_figure_frozen before update or delete or truncate on national_figure
    for each statement execute function keep_frozen();
