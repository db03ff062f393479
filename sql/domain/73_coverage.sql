-- SPDX-License-Identifier: MIT
-- Coverage: how many hold what on a day, and how many of those whose role asks for it. Who holds what comes from the
-- ledger; of an organisation as a whole, on one basis, from its balances.

create or replace function bases_asked(of_basis text) returns setof text language sql stable parallel safe rows 1 as $$
    select basis.code
    from basis
    where of_basis in (basis.code, 'each')
    union all
    select 'any'
    where of_basis = 'any'
$$;
comment on function bases_asked(text) is 'The bases that have rows: the one asked for, each of them, or any as one.';

create or replace function roles_ask_on(of_version bigint, day date, edition text)
returns table (role_profile_id bigint, framework_item_id bigint, level smallint, importance text, alternative smallint)
language plpgsql stable parallel safe rows 2000 set plan_cache_mode = force_custom_plan as $$
begin
    return query
    with given as materialized (
        select bounds.xmin, bounds.xmax, bounds.running from edition_bounds(roles_ask_on.edition) as bounds
    ), shown as (
        -- The one that began last, then the last recorded; where none has begun, the first to begin.
        select distinct on (known.role_profile_id) known.role_profile_id, known.version
        from given
        cross join role_profile_version as known
        join role_profile as profile on profile.role_profile_id = known.role_profile_id
        where (of_version is null or profile.framework_version_id = of_version)
          and in_edition(known.known_from, given.xmin, given.xmax, given.running)
        order by known.role_profile_id, known.valid_from <= roles_ask_on.day desc,
                 abs(known.valid_from - roles_ask_on.day), known.version desc
    )
    select requirement.role_profile_id, requirement.framework_item_id, requirement.level, requirement.importance,
           requirement.alternative
    from shown
    join role_requirement as requirement
        on requirement.role_profile_id = shown.role_profile_id and requirement.version = shown.version;
end
$$;
comment on function roles_ask_on(bigint, date, text) is
    'What the role profiles of a framework version (null: of all) ask for on a day, as known in an edition of the '
    'ledger (null: as now): role_profile_version_on(), of all of them.';

create or replace function people_beside(of_organisation bigint, day date, edition text, of_version bigint,
    of_basis text, with_roles boolean, units bigint[], worker_type text, rank text, role_profile bigint)
returns table (person_id bigint, unit_id bigint, role_profile_id bigint, framework_item_id bigint, basis text,
    held smallint, importance text, asked smallint, gap int)
language sql stable parallel safe rows 100000 as $$
    with there as materialized (
        select place.person_id, place.unit_id, place.role_profile_id
        from people_on(of_organisation, people_beside.day, people_beside.edition, people_beside.units,
            people_beside.worker_type, people_beside.rank, people_beside.role_profile) as place
        -- What they hold is of those who count alone; what is asked of them must be so, too.
        where not with_roles
           or place.person_id not in (
                  select not_counted_on(of_organisation, people_beside.day, people_beside.edition))
    ), known as materialized (
        select known.person_id, there.unit_id, there.role_profile_id, known.framework_item_id, known.basis, known.level
        from levels_on(of_organisation, of_version, null, people_beside.day, people_beside.edition, of_basis) as known
        join there on there.person_id = known.person_id
    ), role_need as materialized (
        select asked.role_profile_id, asked.framework_item_id, asked.level, asked.importance, asked.alternative
        from roles_ask_on(of_version, people_beside.day, people_beside.edition) as asked
        where with_roles
    ), need as materialized (
        select there.person_id, there.unit_id, there.role_profile_id, asked.framework_item_id, bases.basis,
               known.level as held, asked.importance, coalesce(asked.level, 0::smallint) as asked, asked.alternative,
               case
                   when asked.level is null then case when known.person_id is null then 1 else 0 end
                   else greatest(asked.level - coalesce(known.level, 0), 0)
               end as gap
        from there
        join role_need as asked on asked.role_profile_id = there.role_profile_id
        cross join bases_asked(of_basis) as bases (basis)
        left join known
            on known.person_id = there.person_id
               and known.framework_item_id = asked.framework_item_id
               and known.basis = bases.basis
    )
    select known.person_id, known.unit_id, known.role_profile_id, known.framework_item_id, known.basis, known.level,
           null, null, null
    from known
    union all
    select need.person_id, need.unit_id, need.role_profile_id, need.framework_item_id, need.basis, need.held,
           need.importance, need.asked, need.gap
    from need
    where need.alternative is null
    union all
    select need.person_id, need.unit_id, need.role_profile_id, need.framework_item_id, need.basis, need.held,
           need.importance, need.asked,
           min(need.gap) over (partition by need.person_id, need.basis, need.alternative)
    from need
    where need.alternative is not null
$$;
comment on function people_beside(bigint, date, text, bigint, text, boolean, bigint[], text, text, bigint) is
    'What the people who count in an organisation hold on a day, a row without importance for each level held (0: '
    'without levels), and, with_roles, a row for each need: what their role profile asks for (0: no level is said), '
    'what is held of it (null: nothing), and the gap, of alternatives the smallest in their group. As skills_beside() '
    'of one person, but from the ledger.';

create or replace function coverage_rows(of_version bigint, top_item bigint, above boolean)
returns table (framework_item_id bigint, row_item_id bigint, alone boolean)
language sql stable parallel safe rows 500 as $$
    select rows.framework_item_id, rows.row_item_id, count(*) over (partition by rows.row_item_id) = 1
    from item_rows(of_version, top_item) as rows
    where above or rows.row_item_id = rows.framework_item_id
$$;
comment on function coverage_rows(bigint, bigint, boolean) is
    'item_rows() of a version, without those of items above others unless asked for; alone: a row of one item, in '
    'which nobody can count twice.';

create or replace function coverage_tally(of_organisation bigint, day date, edition text, of_version bigint,
    of_basis text, top_item bigint, above boolean, units bigint[], worker_type text, rank text, role_profile bigint)
returns table (row_item_id bigint, unit_id bigint, basis text, what text, most smallint, unmet smallint, people bigint)
language sql stable parallel safe rows 5000 as $$
    with row as materialized (
        select rows.framework_item_id, rows.row_item_id, rows.alone
        from coverage_rows(of_version, top_item, above) as rows
    ), fact as materialized (
        select beside.person_id, beside.unit_id, beside.framework_item_id, beside.basis,
               coalesce(beside.importance, 'held') as what, coalesce(beside.asked, beside.held) as most,
               case when beside.gap > 0 then beside.asked end as unmet
        from people_beside(of_organisation, coverage_tally.day, coverage_tally.edition, of_version, of_basis, above,
            coverage_tally.units, coverage_tally.worker_type, coverage_tally.rank,
            coverage_tally.role_profile) as beside
    ), counted as (
        select fact.framework_item_id, fact.unit_id, fact.basis, fact.what, fact.most, fact.unmet, count(*) as people
        from fact
        group by fact.framework_item_id, fact.unit_id, fact.basis, fact.what, fact.most, fact.unmet
    ), person as (
        select min(fact.unit_id) as unit_id, row.row_item_id, fact.basis, fact.what, max(fact.most) as most,
               max(fact.unmet) as unmet
        from fact
        join row on row.framework_item_id = fact.framework_item_id and not row.alone
        group by fact.person_id, row.row_item_id, fact.basis, fact.what
    )
    select row.row_item_id, coalesce(counted.unit_id, 0), counted.basis, counted.what, counted.most, counted.unmet,
           counted.people
    from counted
    join row on row.framework_item_id = counted.framework_item_id and row.alone
    union all
    select person.row_item_id, coalesce(person.unit_id, 0), person.basis, person.what, person.most, person.unmet,
           count(*)
    from person
    group by person.row_item_id, person.unit_id, person.basis, person.what, person.most, person.unmet
$$;
comment on function coverage_tally(bigint, date, text, bigint, text, bigint, boolean, bigint[], text, text, bigint) is
    'People by the row of an item, the unit that they are posted to (0: none) and basis: what they hold (what: held) '
    'by the highest level in the row, and what their roles ask for (essential, desirable) by the highest level asked '
    'for in it and the highest that is not met. A person is in one unit, so that adding up units counts nobody twice.';

create or replace function coverage_cells_on(of_organisation bigint, day date, edition text, of_version bigint,
    of_basis text, top_item bigint, above boolean, top_unit bigint, by_unit boolean, units bigint[], worker_type text,
    rank text, role_profile bigint)
returns table (framework_item_id bigint, unit_id bigint, basis text, level smallint, people bigint, at_level bigint,
    strength bigint, essential bigint, essential_met bigint, desirable bigint, desirable_met bigint)
language plpgsql stable parallel safe
set plan_cache_mode = force_custom_plan set work_mem = '64MB' set jit = off as $$
begin
    return query
    with place as materialized (
        select rows.unit_id, rows.row_unit_id
        from unit_rows(of_organisation, top_unit, by_unit, coverage_cells_on.edition) as rows
    ), strong as (
        select place.row_unit_id, count(*) as strength
        from people_on(of_organisation, coverage_cells_on.day, coverage_cells_on.edition, coverage_cells_on.units,
            coverage_cells_on.worker_type, coverage_cells_on.rank, coverage_cells_on.role_profile) as there
        join place on place.unit_id = coalesce(there.unit_id, 0)
        where above
        group by place.row_unit_id
    ), tally as (
        select tally.row_item_id, place.row_unit_id, tally.basis, tally.what, tally.most, tally.unmet,
               sum(tally.people) as people
        from coverage_tally(of_organisation, coverage_cells_on.day, coverage_cells_on.edition, of_version, of_basis,
            top_item, above, coverage_cells_on.units, coverage_cells_on.worker_type, coverage_cells_on.rank,
            coverage_cells_on.role_profile) as tally
        join place on place.unit_id = tally.unit_id
        group by tally.row_item_id, place.row_unit_id, tally.basis, tally.what, tally.most, tally.unmet
    ), cell as (
        select tally.row_item_id, tally.row_unit_id, tally.basis, step.level,
               sum(tally.people) filter (where tally.what = 'held' and tally.most >= coalesce(step.level, 0)) as people,
               sum(tally.people) filter (where tally.what = 'held' and tally.most = coalesce(step.level, 0))
                   as at_level,
               sum(tally.people) filter (where tally.what = 'essential' and tally.most >= coalesce(step.level, 0))
                   as essential,
               sum(tally.people) filter (where tally.what = 'essential' and tally.most >= coalesce(step.level, 0)
                   and coalesce(tally.unmet < coalesce(step.level, 0), true)) as essential_met,
               sum(tally.people) filter (where tally.what = 'desirable' and tally.most >= coalesce(step.level, 0))
                   as desirable,
               sum(tally.people) filter (where tally.what = 'desirable' and tally.most >= coalesce(step.level, 0)
                   and coalesce(tally.unmet < coalesce(step.level, 0), true)) as desirable_met
        from tally
        join item_steps(of_version, top_item) as step on step.row_item_id = tally.row_item_id
        group by tally.row_item_id, tally.row_unit_id, tally.basis, step.level
    )
    select row_item(cell.row_item_id), nullif(cell.row_unit_id, 0), cell.basis, cell.level,
           coalesce(cell.people, 0)::bigint, coalesce(cell.at_level, 0)::bigint, strong.strength,
           case when above then coalesce(cell.essential, 0) end::bigint,
           case when above then coalesce(cell.essential_met, 0) end::bigint,
           case when above then coalesce(cell.desirable, 0) end::bigint,
           case when above then coalesce(cell.desirable_met, 0) end::bigint
    from cell
    left join strong on strong.row_unit_id = cell.row_unit_id;
end
$$;
comment on function coverage_cells_on(bigint, date, text, bigint, text, bigint, boolean, bigint, boolean, bigint[],
    text, text, bigint) is
    'Coverage of an organisation on a day by item, unit, basis and level (null: at all). Without above: who holds each '
    'item itself, and nothing of strength and roles.';

create or replace function coverage_balances(of_organisation bigint, day date, edition text, of_version bigint,
    of_basis text, top_item bigint)
returns table (framework_item_id bigint, basis text, level smallint, people bigint, at_level bigint)
language sql stable parallel safe as $$
    with row as materialized (
        select rows.framework_item_id
        from coverage_rows(of_version, top_item, false) as rows
    )
    select standing.framework_item_id, standing.basis, step.level,
           coalesce(sum(standing.people) filter (where standing.level >= coalesce(step.level, 0)), 0)::bigint,
           coalesce(sum(standing.people) filter (where standing.level = coalesce(step.level, 0)), 0)::bigint
    from skills_standing(of_organisation, coverage_balances.day, coverage_balances.edition) as standing
    join row on row.framework_item_id = standing.framework_item_id
    join framework_item as item on item.framework_item_id = standing.framework_item_id
    cross join lateral (
        select scale.level
        from level as scale
        where scale.level_scale_id = item.level_scale_id
        union all
        select null
    ) as step
    where of_basis in (standing.basis, 'each')
    group by standing.framework_item_id, standing.basis, step.level
$$;
comment on function coverage_balances(bigint, date, text, bigint, text, bigint) is
    'What coverage_cells_on() says, without above, of an organisation as a whole on one basis or on each: from the '
    'balances of the ledger, in the same time however long the history is.';

grant execute on function bases_asked(text), roles_ask_on(bigint, date, text),
    people_beside(bigint, date, text, bigint, text, boolean, bigint[], text, text, bigint),
    coverage_rows(bigint, bigint, boolean),
    coverage_tally(bigint, date, text, bigint, text, bigint, boolean, bigint[], text, text, bigint),
    coverage_cells_on(bigint, date, text, bigint, text, bigint, boolean, bigint, boolean, bigint[], text, text, bigint),
    coverage_balances(bigint, date, text, bigint, text, bigint)
    to skillsd_service;
