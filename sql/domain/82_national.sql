-- SPDX-License-Identifier: MIT
-- Figures that leave an organisation, third part: editions, made once and never changed, and how they are asked for.
-- Nothing else gives figures across organisations.

create or replace function figures_lag() returns int language sql immutable parallel safe
    return 42;
comment on function figures_lag() is
    'Days from the end of a quarter until its figures are made: six weeks, in which forces record who came, who '
    'left and what was assessed. What comes later is in a new edition, if somebody asks for one.';

create or replace function make_edition(which bigint) returns void
language plpgsql set search_path = skills, pg_temp set work_mem = '256MB' set jit = off
set enable_nestloop = off as $$
declare
    day date := (select edition.quarter_end from national_edition as edition where edition.national_edition_id = which);
begin
    create temporary table figure_count on commit drop as
    select counted.measure, counted.framework_item_id, counted.basis, counted.level, counted.joined_year,
           counted.organisation_id, counted.worker_type, counted.people, counted.mark
    from figure_counts(day, figure_key()) as counted;
    analyze figure_count;
    perform figure_tables();
    perform figure_edges();
    analyze figure_cell;
    perform figure_room();
    perform figure_withhold();
    insert into national_figure (national_edition_id, measure, framework_item_id, basis, level, joined_year,
                                 organisation_id, worker_type, people)
    with judged as (
        select place.measure, place.framework_item_id, place.basis, place.level, place.joined_year, cell.table_no,
               cell.organisation_id, cell.worker_type,
               case
                   when place.measure = 'joined' and nation.table_no is not null then null
                   when cut.table_no is null then cell.figure
               end as figure
        from figure_cell as cell
        join figure_table as place on place.table_no = cell.table_no
        left join figure_cut as cut
            on cut.table_no = place.like_no
               and cut.organisation_id = cell.organisation_id
               and cut.worker_type = cell.worker_type
        left join figure_cut as nation
            on nation.table_no = place.like_no and nation.organisation_id = 0 and nation.worker_type = ''
    ), given as (
        select distinct part.table_no, holder.organisation_id, holder.worker_type
        from judged as part
        cross join lateral (
            values (part.organisation_id, ''), (0, part.worker_type), (0, '')
        ) as holder (organisation_id, worker_type)
        where part.figure is not null
    )
    select which, judged.measure, judged.framework_item_id, judged.basis, judged.level, judged.joined_year,
           nullif(judged.organisation_id, 0), nullif(judged.worker_type, ''), judged.figure
    from judged
    left join given
        on given.table_no = judged.table_no
           and given.organisation_id = judged.organisation_id
           and given.worker_type = judged.worker_type
    where judged.figure is not null or given.table_no is not null;
end
$$;
comment on function make_edition(bigint) is
    'Counts, rounds and withholds the figures of an edition and writes them down. A total that is withheld has a '
    'row without a figure where a part of it is given, so that everybody sees that it is ten or more; without a '
    'part it has none, like a total of fewer than ten. For make_figures() alone.';

create or replace function make_figures() returns int
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    which bigint;
begin
    perform pg_advisory_xact_lock(hashtext('skills.make_figures'));
    if ledger_pending() > 0 then
        return 0;
    end if;
    select edition.national_edition_id into which
    from national_edition as edition
    where edition.made_at is null
    order by edition.national_edition_id
    limit 1;
    if which is null then
        insert into national_edition (quarter_end, number)
        select due.quarter_end, 1
        from (
            select (starts.day - interval '1 day')::date as quarter_end
            from (select date_trunc('quarter', london_today() - figures_lag()) as day) as last
            cross join generate_series(last.day - interval '33 months', last.day, interval '3 months') as starts (day)
        ) as due
        where not exists (
                  select from national_edition as edition where edition.quarter_end = due.quarter_end)
          and exists (
                  select
                  from posting
                  where posting.starts_on <= due.quarter_end
                    and (posting.ends_before is null or posting.ends_before > due.quarter_end))
        order by due.quarter_end
        limit 1
        returning national_edition_id into which;
    end if;
    if which is null then
        return 0;
    end if;
    perform make_edition(which);
    update national_edition set made_at = clock_timestamp() where national_edition_id = which;
    return 1;
end
$$;
comment on function make_figures() is
    'public: makes one edition, if one was asked for or a quarter is due (the last twelve that are over for '
    'figures_lag(), and in which somebody serves), and gives how many. Waits while facts are loaded in bulk. Runs '
    'as its owner, because nobody who asks for figures may read the facts or write figures; it takes nothing and '
    'tells a number.';

-- Editions and figures: read for the nation alone; a correction is asked for by the nation's administrators.
alter table figure_secret enable row level security;
alter table national_edition enable row level security;
create policy national_reads on national_edition for select to skillsd_service
    using ((select has_national_scope('reports:national')) or (select has_national_scope('administration')));
create policy nation_asks on national_edition for insert to skillsd_service
    with check ((select has_national_scope('administration')));
grant select on national_edition to skillsd_service;
grant insert (quarter_end, number, reason, requested_by) on national_edition to skillsd_service;
alter table national_figure enable row level security;
create policy national_reads on national_figure for select to skillsd_service
    using ((select has_national_scope('reports:national')));
grant select on national_figure to skillsd_service;

create or replace function correction_problem(quarter date) returns text language sql stable parallel safe as $$
    select case
               when count(*) = 0 then '/quarter_end quarter_without_figures'
               when bool_or(edition.made_at is null) then 'edition_waits'
               when max(edition.number) >= 3 then 'editions_used_up'
           end
    from national_edition as edition
    where edition.quarter_end = quarter
$$;
comment on function correction_problem(date) is 'Why the figures of a quarter cannot be corrected now, if they cannot.';

create or replace function national_frame(measure text, quarter date, edition int, framework text, item text,
    organisation text, worker_type text)
returns table (national_edition_id bigint, quarter_end date, number int, reason text, made_at timestamptz,
    framework_version_id bigint, item_id bigint, organisation_id bigint, status int, problem text)
language sql stable parallel safe rows 1 as $$
    with found as (
        select framework_version_named(national_frame.framework) as framework_version_id, (
                   select named.organisation_id
                   from organisation as named
                   where named.id::text = lower(national_frame.organisation) or named.code = national_frame.organisation
               ) as organisation_id
    ), placed as (
        select found.framework_version_id, wanted.framework_item_id as item_id, found.organisation_id,
               national_frame.measure in ('held', 'developed') as itemised
        from found
        left join framework_item as wanted
            on wanted.id = national_frame.item::uuid and wanted.framework_version_id = found.framework_version_id
    )
    select made.national_edition_id, made.quarter_end, made.number, made.reason, made.made_at,
           placed.framework_version_id, placed.item_id, placed.organisation_id, fault.status, fault.problem
    from placed
    left join lateral (
        select known.national_edition_id, known.quarter_end, known.number, known.reason, known.made_at
        from national_edition as known
        where known.made_at is not null
          and (national_frame.quarter is null or known.quarter_end = national_frame.quarter)
          and (national_frame.edition is null or known.number = national_frame.edition)
        order by known.quarter_end desc, known.number desc
        limit 1
    ) as made on true
    cross join lateral (
        select case
                   when national_frame.edition is not null and exists (
                       select
                       from national_edition as known
                       where known.made_at is not null
                         and (national_frame.quarter is null or known.quarter_end = national_frame.quarter))
                   then '?edition'
                   when national_frame.quarter is not null
                   then '?quarter_end'
               end as place
    ) as absent
    left join lateral (
        select fault.status, fault.problem
        from (
            values (1, placed.itemised and national_frame.framework is null, 422, 'measure_needs_framework'),
                   (2, not placed.itemised and num_nonnulls(national_frame.framework, national_frame.item) > 0,
                    422, 'measure_without_framework'),
                   (3, national_frame.framework is not null and placed.framework_version_id is null,
                    404, '?framework unknown_framework'),
                   (4, national_frame.item is not null and placed.item_id is null, 404, 'unknown_item'),
                   (5, national_frame.organisation <> 'all' and placed.organisation_id is null,
                    404, '?organisation unknown_organisation'),
                   (6, national_frame.worker_type <> 'all' and not exists (
                       select from worker_type as known where known.code = national_frame.worker_type),
                    404, 'unknown_worker_type'),
                   (7, made.national_edition_id is null, 404, concat_ws(' ', absent.place, 'quarter_without_figures'))
        ) as fault (ordinal, found, status, problem)
        where fault.found
        order by fault.ordinal
        limit 1
    ) as fault on true
$$;
comment on function national_frame(text, date, int, text, text, text, text) is
    'What a reader of the national figures asks for: an edition (by default the last of the last quarter that was '
    'made), a framework version, an item of it, an organisation, each null if not asked for or, of organisations, '
    'all together; or the problem.';

create or replace function national_organisations(first_day date, last_day date)
returns table (organisation_id bigint, id uuid, code text, name text)
language sql stable parallel safe as $$
    select organisation.organisation_id, organisation.id, organisation.code, organisation.name
    from organisation
    where organisation.starts_on <= last_day
      and (organisation.ends_before is null or organisation.ends_before > first_day)
    union all
    select 0, null, null, 'All organisations'
$$;
comment on function national_organisations(date, date) is
    'The rows of the cube: the organisations that existed in a period, and all together (0).';

create or replace function national_policy() returns text language sql immutable parallel safe
    return 'Every figure is a multiple of five: the one above or below the number, drawn with the chance that adds '
        'nothing '
        'on average, from who is counted and a secret, so that the same people always give the same figure; each '
        'total is rounded by itself, and parts need not add up to it. Below ten, zero too, a figure is "fewer than '
        '10". A total is "withheld" where it would, with the other figures, tell more of such a cell than that it '
        'lies between 0 and 9; a total of which no part is given does not say which of the two it is. Years of '
        'joining are withheld where they are nearly all of the strength. Percentages are of rounded figures. '
        'Quarters are fixed and are made six weeks after their end; an edition never changes, and a correction is '
        'another one, with its reason, three at most. Who is withheld in their organisation is counted nowhere. '
        'Not guarded against: an organisation, or organisations together, that take their own plain figures from a '
        'total; who knows of a single change, and of no other, between two quarters or two editions of one; that '
        'two figures which differ do not count the same people; that nearly all, or all, hold an item.';
comment on function national_policy() is 'What is done so that figures give no one away, and what that does not stop.';

create or replace function national_meta(definition text, of_version bigint, quarter date, number int, reason text,
    made_at timestamptz)
returns jsonb language sql stable parallel safe as $$
    select report_meta(definition, null, of_version, (date_trunc('quarter', quarter))::date, quarter)
        || jsonb_strip_nulls(jsonb_build_object(
               'policy', national_policy(),
               'edition', number::text,
               'reason', reason,
               'counted', 'Every cell is counted and rounded by itself.',
               'known_at', to_char(made_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')))
$$;
comment on function national_meta(text, bigint, date, int, text, timestamptz) is
    'What the national figures say about themselves, the policy printed with them.';

comment on constraint national_edition_key on national_edition is ' edition_exists: There is such an edition already.';
comment on constraint national_edition_once on national_edition is
    '/quarter_end edition_waits: A correction of the quarter has been asked for already.';
comment on constraint national_edition_few on national_edition is
    '/quarter_end editions_used_up: The quarter has been corrected twice already, and is not corrected again.';
comment on constraint national_edition_reason_length on national_edition is
    '/reason reason_length: The reason must have between 10 and 1,000 characters.';
comment on constraint national_edition_requested_by_fkey on national_edition is
    ' account_not_found: There is no such account.';
comment on constraint national_edition_reasoned on national_edition is
    '/reason reason_needed: A correction has a reason.';
comment on constraint national_edition_of_quarter on national_edition is
    '/quarter_end quarter_without_figures: No figures have been made of this quarter.';

grant execute on function figures_lag(), make_figures(), correction_problem(date),
    national_frame(text, date, int, text, text, text, text), national_organisations(date, date), national_policy(),
    national_meta(text, bigint, date, int, text, timestamptz)
    to skillsd_service;
