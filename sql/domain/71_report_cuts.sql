-- SPDX-License-Identifier: MIT
-- What reports share that cut people by unit, worker type, rank or role: the filters, who is posted where on a day, and
-- who holds what, all as known in an edition of the ledger (null: as known now). They read as their caller, within the
-- wall: a line manager gets the units managed, and nobody without sensitive:read anybody who is withheld.

create or replace function report_cut(unit text, worker_type text, rank text, role text, edition text)
returns table (units bigint[], worker_type text, rank text, role_profile_id bigint, whole boolean, status int,
    problem text)
language sql stable parallel safe rows 1 as $$
    with placed as (
        select (
                   select place.unit_id
                   from unit as place
                   where place.id = report_cut.unit::uuid
                     and place.organisation_id = app_acting()
                     and (app_organisation() is not null or place.unit_id = any (app_units()))
               ) as unit_id, (
                   select profile.role_profile_id
                   from role_profile as profile
                   where profile.id = report_cut.role::uuid
               ) as role_profile_id
    )
    select case
               when placed.unit_id is not null
               then array(
                   select rows.unit_id
                   from unit_rows(app_acting(), placed.unit_id, false, report_cut.edition) as rows)
           end,
           report_cut.worker_type, report_cut.rank, placed.role_profile_id,
           num_nonnulls(report_cut.unit, report_cut.worker_type, report_cut.rank, report_cut.role) = 0,
           case when fault.problem is not null then 404 end, fault.problem
    from placed
    cross join lateral (
        select case
                   when report_cut.unit is not null and placed.unit_id is null
                   then '?unit unknown_unit'
                   when report_cut.worker_type is not null and not exists (
                       select from worker_type as known where known.code = report_cut.worker_type)
                   then 'unknown_worker_type'
                   when report_cut.rank is not null and not exists (
                       select from rank as known where known.code = report_cut.rank)
                   then 'unknown_rank'
                   when report_cut.role is not null and placed.role_profile_id is null
                   then '?role unknown_role_profile'
               end as problem
    ) as fault
$$;
comment on function report_cut(text, text, text, text, text) is
    'The people that a report is narrowed to, as asked for: those of a unit with all below it, as known in an edition '
    '(units, null for any), of a worker type, a rank, a role profile; whole: all of them. Or the problem.';

create or replace function postings_known(of_organisation bigint, edition text) returns setof counted_posting
language sql stable parallel safe as $$
    -- Taken apart once: joined as a function it would be asked for each posting.
    with given as materialized (
        select bounds.xmin, bounds.xmax, bounds.running from edition_bounds(edition) as bounds
    )
    select posting.posting_id, posting.person_id, posting.organisation_id, posting.unit_id, posting.worker_type,
           posting.starts_on, posting.ends_before, posting.joiner_type, posting.leaver_type, posting.rank, posting.fte,
           posting.grade, posting.role_profile_id, posting.entry_route, posting.counts, posting.secondment
    from given
    cross join posting_version as posting
    where posting.organisation_id = of_organisation
      and version_known(posting.known_from, posting.known_before, given.xmin, given.xmax, given.running)
      and (not posting.withheld or (select app_cleared_organisation()) is not null)
$$;
comment on function postings_known(bigint, text) is
    'The postings to an organisation that figures count, as they were known in an edition of the ledger (null: as they '
    'are): corrected and retracted ones as they were. But a person who is withheld now is withheld in every edition: a '
    'withheld one only for a reader with sensitive:read.';

create or replace function people_on(of_organisation bigint, day date, edition text, units bigint[],
    of_worker_type text, of_rank text, of_role bigint)
returns table (person_id bigint, posting_id bigint, unit_id bigint, worker_type text, rank text,
    role_profile_id bigint, fte numeric, starts_on date)
language plpgsql stable parallel safe rows 5000 set plan_cache_mode = force_custom_plan as $$
begin
    return query
    select place.person_id, place.posting_id, place.unit_id, place.worker_type, place.rank, place.role_profile_id,
           place.fte, place.starts_on
    from (
        select distinct on (posting.person_id)
               posting.person_id, posting.posting_id, posting.unit_id, posting.worker_type, posting.rank,
               posting.role_profile_id, posting.fte, posting.starts_on
        from postings_known(of_organisation, people_on.edition) as posting
        where posting.starts_on <= day and (posting.ends_before is null or posting.ends_before > day)
        order by posting.person_id, posting.counts desc, posting.secondment desc, posting.starts_on desc,
                 posting.posting_id desc
    ) as place
    where (units is null or place.unit_id = any (units))
      and (of_worker_type is null or place.worker_type = of_worker_type)
      and (of_rank is null or place.rank = of_rank)
      and (of_role is null or place.role_profile_id = of_role);
end
$$;
comment on function people_on(bigint, date, text, bigint[], text, text, bigint) is
    'Who is posted to an organisation on a day, once each, with the posting that says where they are: of several the '
    'one that counts, a secondment first, the one begun last; of those the ones that report_cut() narrows to. In '
    'plpgsql, so that a plan takes the thousands of people that it gives, and not the one that would be guessed, for '
    'granted.';

create or replace function not_counted_on(of_organisation bigint, day date, edition text) returns setof bigint
language plpgsql stable parallel safe security definer set search_path = skills, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
    given record;
begin
    if of_organisation is distinct from app_organisation() then
        return;
    end if;
    select bounds.xmin, bounds.xmax, bounds.running into given
    from edition_bounds(not_counted_on.edition) as bounds;
    return query
    with there as materialized (
        select posting.person_id, posting.posting_id, posting.starts_on, posting.counts, posting.secondment
        from postings_known(of_organisation, not_counted_on.edition) as posting
        where posting.starts_on <= day and (posting.ends_before is null or posting.ends_before > day)
    )
    select there.person_id
    from there
    where not there.counts
    union all
    -- As workplace_turn has it: of the postings that count a secondment first, then the one begun last.
    select there.person_id
    from there
    join posting_version as elsewhere
        on elsewhere.person_id = there.person_id and elsewhere.organisation_id <> of_organisation
    where there.counts
      and elsewhere.counts
      and elsewhere.starts_on <= day and (elsewhere.ends_before is null or elsewhere.ends_before > day)
      and (elsewhere.secondment, elsewhere.starts_on, elsewhere.posting_id)
          > (there.secondment, there.starts_on, there.posting_id)
      and version_known(elsewhere.known_from, elsewhere.known_before, given.xmin, given.xmax, given.running);
end
$$;
comment on function not_counted_on(bigint, date, text) is
    'public: which of the people posted on a day to the organisation that the request reads do not count in it then, '
    'because another posting of theirs comes first (most are on loan elsewhere) or none of theirs counts: the ledger '
    'has no skills of them there, so that what is asked of them must not be set against those. As known in an edition '
    '(null: as now). Runs as its owner, because postings elsewhere are seen by the organisation there alone; it tells '
    'no other organisation, and nobody whom the caller does not see posted.';

create or replace function item_held_on(of_organisation bigint, item bigint, day date, xmin bigint, xmax bigint,
    running bigint[])
returns table (person_id bigint, basis text, level smallint)
language sql stable parallel safe rows 1000 as $$
    select entry.person_id, entry.basis, entry.level
    from skill_ledger as entry
    where entry.organisation_id = of_organisation
      and entry.framework_item_id = item
      and entry.effective_on <= day
      and in_edition(entry.xid, item_held_on.xmin, item_held_on.xmax, item_held_on.running)
    group by entry.person_id, entry.basis, entry.level
    having sum(entry.delta) > 0
$$;
comment on function item_held_on(bigint, bigint, date, bigint, bigint, bigint[]) is
    'Who of those that count in an organisation on a day holds an item, at which level (0: without levels) on which '
    'basis, from the entries of an edition of the ledger (edition_bounds()): in the order of their index, so that they '
    'are neither sorted nor hashed.';

create or replace function held_on(of_organisation bigint, day date, edition text, of_version bigint)
returns table (person_id bigint, framework_item_id bigint, basis text, level smallint)
language sql stable parallel safe rows 50000 as $$
    with given as materialized (
        select bounds.xmin, bounds.xmax, bounds.running from edition_bounds(held_on.edition) as bounds
    )
    select held.person_id, item.framework_item_id, held.basis, held.level
    from given
    cross join framework_item as item
    cross join lateral item_held_on(of_organisation, item.framework_item_id, held_on.day, given.xmin, given.xmax,
        given.running) as held
    where of_version is null or item.framework_version_id = of_version
$$;
comment on function held_on(bigint, date, text, bigint) is
    'Who of those that count in an organisation on a day holds which item of a framework version (null: of all) at '
    'which level (0: without levels) on which basis, from the entries of the ledger. A row for each basis: who counts '
    'a person on any basis takes the highest.';

create or replace function levels_on(of_organisation bigint, of_version bigint, items bigint[], day date, edition text,
    of_basis text)
returns table (person_id bigint, framework_item_id bigint, basis text, level smallint)
language plpgsql stable parallel safe rows 50000 set plan_cache_mode = force_custom_plan as $$
begin
    return query
    with given as materialized (
        select bounds.xmin, bounds.xmax, bounds.running from edition_bounds(levels_on.edition) as bounds
    )
    select held.person_id, item.framework_item_id, held.basis, held.level
    from given
    cross join framework_item as item
    cross join lateral (
        select known.person_id, case of_basis when 'any' then 'any' else known.basis end as basis,
               max(known.level) as level
        from item_held_on(of_organisation, item.framework_item_id, levels_on.day, given.xmin, given.xmax,
            given.running) as known
        where of_basis in ('any', 'each') or known.basis = of_basis
        group by 1, 2
    ) as held
    where (of_version is null or item.framework_version_id = of_version)
      and (items is null or item.framework_item_id = any (items));
end
$$;
comment on function levels_on(bigint, bigint, bigint[], date, text, text) is
    'held_on() of a framework version (null: of all), or of some of its items, on the basis asked for: one, each of '
    'them, or any, which is the highest on any. That is taken item by item, in the order of the index.';

grant execute on function report_cut(text, text, text, text, text), postings_known(bigint, text),
    people_on(bigint, date, text, bigint[], text, text, bigint), not_counted_on(bigint, date, text),
    item_held_on(bigint, bigint, date, bigint, bigint, bigint[]), held_on(bigint, date, text, bigint),
    levels_on(bigint, bigint, bigint[], date, text, text)
    to skillsd_service;
