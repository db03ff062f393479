-- SPDX-License-Identifier: MIT
-- Retention by skill held: the leaver rate of those with a skill beside that of those without.

create or replace function skills_taken(of_organisation bigint, edition text, people bigint[], days date[])
returns table (person_id bigint, framework_item_id bigint, basis text, level smallint)
language plpgsql stable parallel safe rows 10000 set plan_cache_mode = force_custom_plan as $$
begin
    return query
    select entry.person_id, entry.framework_item_id, entry.basis, entry.level
    from unnest(people, days) as went (person_id, day)
    join skill_ledger as entry
        on entry.person_id = went.person_id and entry.organisation_id = of_organisation and not entry.gain
           and entry.effective_on = went.day
           and cause_goes(entry.cause)
    cross join edition_bounds(skills_taken.edition) as given
    where in_edition(entry.xid, given.xmin, given.xmax, given.running)
    group by entry.person_id, entry.framework_item_id, entry.basis, entry.level
    having sum(entry.delta) < 0;
end
$$;
comment on function skills_taken(bigint, text, bigint[], date[]) is
    'Which items people take from an organisation with them, each on the day after the last, by level (0: without '
    'levels) and basis, from the entries of the ledger: what they held while they counted there. In plpgsql, planned '
    'for the organisation, as early_gains().';

create or replace function skill_holders(of_organisation bigint, day date, edition text, of_version bigint,
    units bigint[], worker_type text, rank text, role_profile bigint, whole boolean)
returns table (framework_item_id bigint, basis text, level smallint, people bigint)
language sql stable parallel safe rows 2000 as $$
    select standing.framework_item_id, standing.basis, standing.level, standing.people
    from skills_standing(case when whole then of_organisation end, day, edition) as standing
    join framework_item as item on item.framework_item_id = standing.framework_item_id
    where whole and (of_version is null or item.framework_version_id = of_version)
    union all
    select held.framework_item_id, held.basis, held.level, count(*)
    from people_on(case when not whole then of_organisation end, day, edition, units, worker_type, rank, role_profile)
        as place
    join held_on(case when not whole then of_organisation end, day, edition, of_version) as held
        on held.person_id = place.person_id
    where not whole
    group by held.framework_item_id, held.basis, held.level
$$;
comment on function skill_holders(bigint, date, text, bigint, bigint[], text, text, bigint, boolean) is
    'How many people of an organisation hold each item at each level on each basis on a day: from the balances of the '
    'whole, from the entries of those whom a report is narrowed to.';

create or replace function skill_retention_cells(of_organisation bigint, of_version bigint, first_day date,
    last_day date, edition text, units bigint[], of_worker_type text, of_rank text, of_role_profile bigint,
    whole boolean)
returns table (framework_item_id bigint, basis text, level smallint, holders bigint, holders_left bigint,
    holders_transferred bigint, strength bigint, people_left bigint, people_transferred bigint)
language sql stable parallel safe rows 2000 set work_mem = '64MB' set jit = off as $$
    with fact as materialized (
        select distinct on (fact.person_id, fact.measure) fact.person_id, fact.measure, fact.day + 1 as gone_on
        from retention_facts(of_organisation, first_day, last_day, edition, false) as fact
        where fact.measure in ('strength_at_start', 'leavers', 'transfers_out')
          and (units is null or fact.unit_id = any (units))
          and (of_worker_type is null or fact.worker_type = of_worker_type)
          and (of_rank is null or fact.rank = of_rank)
          and (of_role_profile is null or fact.role_profile_id = of_role_profile)
        order by fact.person_id, fact.measure, fact.starts_on desc, fact.posting_id desc
    ), total as (
        select count(*) filter (where fact.measure = 'strength_at_start') as strength,
               count(*) filter (where fact.measure = 'leavers') as people_left,
               count(*) filter (where fact.measure = 'transfers_out') as people_transferred
        from fact
    ), went as (
        select fact.measure, array_agg(fact.person_id) as people, array_agg(fact.gone_on) as days
        from fact
        where fact.measure <> 'strength_at_start'
        group by fact.measure
    ), counted as (
        select holding.framework_item_id, holding.basis, holding.level, holding.people as holders, 0 as holders_left,
               0 as holders_transferred
        from skill_holders(of_organisation, first_day - 1, edition, of_version, units, of_worker_type, of_rank,
            of_role_profile, whole) as holding
        union all
        select taken.framework_item_id, taken.basis, taken.level, 0, (went.measure = 'leavers')::int,
               (went.measure = 'transfers_out')::int
        from went
        cross join lateral skills_taken(of_organisation, edition, went.people, went.days) as taken
        join framework_item as item on item.framework_item_id = taken.framework_item_id
        where of_version is null or item.framework_version_id = of_version
    ), below as (
        -- Who holds a level is counted at those below it too, also where nobody holds just these.
        select distinct counted.framework_item_id, counted.basis, step.level
        from counted
        join framework_item as item on item.framework_item_id = counted.framework_item_id
        join level as step on step.level_scale_id = item.level_scale_id and step.level < counted.level
    ), filled as (
        select counted.framework_item_id, counted.basis, counted.level, counted.holders, counted.holders_left,
               counted.holders_transferred
        from counted
        union all
        select below.framework_item_id, below.basis, below.level, 0, 0, 0
        from below
    )
    select filled.framework_item_id, filled.basis, filled.level, sum(filled.holders)::bigint,
           sum(filled.holders_left), sum(filled.holders_transferred), min(total.strength), min(total.people_left),
           min(total.people_transferred)
    from filled
    cross join total
    group by filled.framework_item_id, filled.basis, filled.level
$$;
comment on function skill_retention_cells(bigint, bigint, date, date, text, bigint[], text, text, bigint, boolean) is
    'Who held each item at each level on each basis on the day before a period, and who left, or transferred, in it '
    'holding it on the last day, with the same of all people; with rows of nobody for the levels below one that is '
    'held. Leavers are those of retention_facts(), the last time of each.';

grant execute on function skills_taken(bigint, text, bigint[], date[]),
    skill_holders(bigint, date, text, bigint, bigint[], text, text, bigint, boolean),
    skill_retention_cells(bigint, bigint, date, date, text, bigint[], text, text, bigint, boolean)
    to skillsd_service;
