-- SPDX-License-Identifier: MIT
-- Matrices of a team: who holds what, and how each stands to what their role asks for. They name people, and are read
-- from the records as their caller sees them, not from the ledger, which line managers do not see.

create or replace function team_on(day date, units bigint[], worker_type text, rank text, role_profile bigint)
returns table (person_id bigint, staff_number text, unit_id bigint, rank text, role_profile_id bigint)
language sql stable parallel safe rows 500 as $$
    select distinct on (posting.person_id)
           posting.person_id, posting.staff_number, posting.unit_id, posting.rank, posting.role_profile_id
    from posting_in_charge as posting
    where posting.organisation_id = app_acting()
      and posting.starts_on <= team_on.day
      and (posting.ends_before is null or posting.ends_before > team_on.day)
      and (team_on.units is null or posting.unit_id = any (team_on.units))
      and (team_on.worker_type is null or posting.worker_type = team_on.worker_type)
      and (team_on.rank is null or posting.rank = team_on.rank)
      and (team_on.role_profile is null or posting.role_profile_id = team_on.role_profile)
    order by posting.person_id, posting.counts desc, posting.secondment desc, posting.starts_on desc,
             posting.posting_id desc
$$;
comment on function team_on(date, bigint[], text, text, bigint) is
    'The people whom the caller reads by office, posted on a day, once each, as report_cut() narrows them: of several '
    'postings that are asked for, the one that counts, a secondment first, the one begun last.';

create or replace function team_size_problem(day date, units bigint[], worker_type text, rank text,
    role_profile bigint)
returns table (status int, problem text) language sql stable parallel safe rows 1 as $$
    select case when crowd.people > 10000 then 422 end, case when crowd.people > 10000 then 'matrix_too_many_people' end
    from (
        select count(*) as people
        from team_on(team_size_problem.day, team_size_problem.units, team_size_problem.worker_type,
            team_size_problem.rank, team_size_problem.role_profile)
    ) as crowd
$$;
comment on function team_size_problem(date, bigint[], text, text, bigint) is
    'The problem with a matrix of more people than anybody reads by name; without one, nulls.';

create or replace function skill_spans(people bigint[], items bigint[])
returns table (person_id bigint, framework_item_id bigint, basis text, level smallint, days daterange)
language plpgsql stable parallel safe rows 20000
set plan_cache_mode = force_custom_plan set enable_nestloop = on as $$
begin
    return query
    with held as materialized (
        select known.person_id, known.framework_item_id, known.basis, coalesce(known.level, 0::smallint) as level,
               known.assertion_id, known.valid_from, known.holds_before
        from assertion_held as known
        where known.person_id = any (people)
          and (known.holds_before is null or known.holds_before > known.valid_from)
          and (items is null or known.framework_item_id = any (items))
    ), turn as (
        select distinct on (edge.person_id, edge.framework_item_id, edge.basis, edge.day)
               edge.person_id, edge.framework_item_id, edge.basis, edge.day, held.level
        from (
            select distinct held.person_id, held.framework_item_id, held.basis, bound.day
            from held
            cross join lateral (values (held.valid_from), (held.holds_before)) as bound (day)
            where bound.day is not null
        ) as edge
        left join held
            on held.person_id = edge.person_id
               and held.framework_item_id = edge.framework_item_id
               and held.basis = edge.basis
               and held.valid_from <= edge.day
               and (held.holds_before is null or held.holds_before > edge.day)
        order by edge.person_id, edge.framework_item_id, edge.basis, edge.day, held.valid_from desc,
                 held.assertion_id desc
    ), span as (
        select turn.person_id, turn.framework_item_id, turn.basis, turn.level,
               daterange(turn.day, lead(turn.day) over (
                   partition by turn.person_id, turn.framework_item_id, turn.basis order by turn.day)) as days
        from turn
    )
    select span.person_id, span.framework_item_id, span.basis, span.level, span.days
    from span
    where span.level is not null;
end
$$;
comment on function skill_spans(bigint[], bigint[]) is
    'The days on which people hold which level (0: without levels) of items (null: of all) on a basis, as far as the '
    'caller sees assertions: level_on() of every day, past and to come. Planned for as many people as are given.';

create or replace function days_around(spans datemultirange, day date) returns daterange
language sql immutable parallel safe as $$
    select span from unnest(spans) as span where span @> days_around.day
$$;
comment on function days_around(datemultirange, date) is
    'The days without a break around a day, of many; null for none.';

create or replace function skill_matrix(day date, of_version bigint, items bigint[], units bigint[],
    of_worker_type text, of_rank text, of_role bigint)
returns table (person_id bigint, staff_number text, unit_id bigint, rank text, role_profile_id bigint,
    framework_item_id bigint, self smallint, endorsed smallint, assessed smallint, accredited smallint,
    highest smallint, held_on text, since date, until_day date, asked smallint, importance text,
    alternative smallint, met boolean)
language plpgsql stable parallel safe
set plan_cache_mode = force_custom_plan set enable_nestloop = off set work_mem = '32MB' set jit = off as $$
begin
    return query
    with team as materialized (
        select posted.person_id, posted.staff_number, posted.unit_id, posted.rank, posted.role_profile_id
        from team_on(skill_matrix.day, units, of_worker_type, of_rank, of_role) as posted
    ), span as materialized (
        select spans.person_id, spans.framework_item_id, spans.basis, spans.level, spans.days
        from skill_spans(array(select team.person_id from team), array(
            select item.framework_item_id
            from framework_item as item
            where item.framework_version_id = of_version
              and (items is null or item.framework_item_id = any (items)))) as spans
    ), held as (
        select span.person_id, span.framework_item_id,
               max(span.level) filter (where span.basis = 'self') as self,
               max(span.level) filter (where span.basis = 'endorsed') as endorsed,
               max(span.level) filter (where span.basis = 'assessed') as assessed,
               max(span.level) filter (where span.basis = 'accredited') as accredited,
               max(span.level) as highest,
               string_agg(span.basis, ' ' order by basis.ordinal) as held_on
        from span
        join basis on basis.code = span.basis
        where span.days @> skill_matrix.day
        group by span.person_id, span.framework_item_id
    ), known as (
        select held.person_id, held.framework_item_id, held.self, held.endorsed, held.assessed, held.accredited,
               held.highest, held.held_on, days_around(range_agg(span.days), skill_matrix.day) as days
        from held
        join span
            on span.person_id = held.person_id
               and span.framework_item_id = held.framework_item_id
               and span.level >= held.highest
        group by held.person_id, held.framework_item_id, held.self, held.endorsed, held.assessed, held.accredited,
                 held.highest, held.held_on
    ), need as (
        select team.person_id, role.framework_item_id, role.level, role.importance, role.alternative
        from team
        join roles_ask_on(of_version, skill_matrix.day, null) as role on role.role_profile_id = team.role_profile_id
        where items is null or role.framework_item_id = any (items)
    ), cell as (
        select coalesce(known.person_id, need.person_id) as person_id,
               coalesce(known.framework_item_id, need.framework_item_id) as framework_item_id,
               known.self, known.endorsed, known.assessed, known.accredited, known.highest, known.held_on, known.days,
               need.level as asked, need.importance, need.alternative
        from known
        full join need on need.person_id = known.person_id and need.framework_item_id = known.framework_item_id
    )
    select team.person_id, team.staff_number, team.unit_id, team.rank, team.role_profile_id, cell.framework_item_id,
           nullif(cell.self, 0), nullif(cell.endorsed, 0), nullif(cell.assessed, 0), nullif(cell.accredited, 0),
           nullif(cell.highest, 0), cell.held_on, lower(cell.days), upper(cell.days) - 1, cell.asked, cell.importance,
           cell.alternative,
           case when cell.importance is not null then coalesce(cell.highest >= coalesce(cell.asked, 0), false) end
    from team
    left join cell on cell.person_id = team.person_id;
end
$$;
comment on function skill_matrix(date, bigint, bigint[], bigint[], text, text, bigint) is
    'What each of a team holds on a day, basis beside basis, since and until when at the highest level or above, '
    'without a break on whatever basis, and what the role profile of their posting asks for then; met by the item '
    'itself. A row without an item for who holds nothing and is asked for nothing.';

create or replace function training_matrix(day date, lapsing_days int, of_version bigint, items bigint[],
    units bigint[], of_worker_type text, of_rank text, of_role bigint)
returns table (person_id bigint, staff_number text, unit_id bigint, rank text, role_profile_id bigint,
    framework_item_id bigint, asked smallint, importance text, alternative smallint, level smallint, basis text,
    since date, expires_on date, state text)
language plpgsql stable parallel safe
set plan_cache_mode = force_custom_plan set enable_nestloop = off set work_mem = '32MB' set jit = off as $$
begin
    return query
    with team as materialized (
        select posted.person_id, posted.staff_number, posted.unit_id, posted.rank, posted.role_profile_id
        from team_on(training_matrix.day, units, of_worker_type, of_rank, of_role) as posted
    ), need as materialized (
        select team.person_id, role.framework_item_id, role.level, role.importance, role.alternative
        from team
        join roles_ask_on(of_version, training_matrix.day, null) as role on role.role_profile_id = team.role_profile_id
    ), span as materialized (
        select spans.person_id, spans.framework_item_id, spans.basis, spans.level, spans.days
        from skill_spans(array(select distinct need.person_id from need),
            array(select distinct need.framework_item_id from need)) as spans
    ), told as (
        select need.person_id, need.framework_item_id, need.level as asked, need.importance, need.alternative,
               (array_agg(span.level order by span.level desc, basis.ordinal desc)
                    filter (where span.days @> training_matrix.day))[1] as level,
               (array_agg(span.basis order by span.level desc, basis.ordinal desc)
                    filter (where span.days @> training_matrix.day))[1] as basis,
               range_agg(span.days) filter (where span.level >= coalesce(need.level, 0)) as met_days
        from need
        left join span on span.person_id = need.person_id and span.framework_item_id = need.framework_item_id
        left join basis on basis.code = span.basis
        group by need.person_id, need.framework_item_id, need.level, need.importance, need.alternative
    ), run as (
        select told.person_id, told.framework_item_id, told.asked, told.importance, told.alternative, told.level,
               told.basis, around.days,
               coalesce(upper(around.days) - 1, (
                   select max(upper(past) - 1)
                   from unnest(told.met_days) as past
                   where around.days is null and upper(past) <= training_matrix.day)) as expires_on,
               told.alternative is not null and bool_or(around.days is not null) over (
                   partition by told.person_id, told.alternative) as by_group
        from told
        cross join lateral (select days_around(told.met_days, training_matrix.day)) as around (days)
    )
    select team.person_id, team.staff_number, team.unit_id, team.rank, team.role_profile_id, run.framework_item_id,
           run.asked, run.importance, run.alternative, nullif(run.level, 0), run.basis, lower(run.days), run.expires_on,
           case
               when run.days is not null and run.expires_on - training_matrix.day <= lapsing_days then 'lapsing'
               when run.days is not null then 'met'
               when run.by_group then 'met_by_alternative'
               when run.expires_on is not null then 'lapsed'
               when run.basis is not null then 'below'
               else 'never_held'
           end
    from run
    join team on team.person_id = run.person_id
    where items is null or run.framework_item_id = any (items);
end
$$;
comment on function training_matrix(date, int, bigint, bigint[], bigint[], text, text, bigint) is
    'What the role profile of each of a team asks for on a day, and how they stand to it: the highest level held then, '
    'the strongest basis of it, since when they hold what is asked for, on whatever basis, and the last day of that, '
    'or of the last time. state: met; lapsing: met, and that ends within so many days; met_by_alternative: not held, '
    'but another of its group is; lapsed: was met before; below: held at a lower level; never_held: neither.';

grant execute on function team_on(date, bigint[], text, text, bigint),
    team_size_problem(date, bigint[], text, text, bigint), skill_spans(bigint[], bigint[]),
    days_around(datemultirange, date),
    skill_matrix(date, bigint, bigint[], bigint[], text, text, bigint),
    training_matrix(date, int, bigint, bigint[], bigint[], text, text, bigint)
    to skillsd_service;
