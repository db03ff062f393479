-- SPDX-License-Identifier: MIT
-- Matrices of a team: who holds what, and how each stands to what their role asks for. They name people, and are read
-- from the records as their caller sees them, not from the ledger, which line managers do not see. In an edition of it
-- they are as they were known then; but who may be read, and what of them, is decided by what the caller may see now.

create or replace function team_known(known_then boolean)
returns table (by_team boolean, status int, problem text)
language sql stable parallel safe rows 1 as $$
    select office.by_team,
           case when office.by_team and known_then then 422 end,
           case when office.by_team and known_then then 'team_known_now' end
    from (
        select not coalesce(
                   has_organisation_scope('workforce:read') or has_organisation_scope('competencies:assess'), false)
    ) as office (by_team)
$$;
comment on function team_known(boolean) is
    'Whether the caller reads people as line manager alone (posting_in_charge), and so as known now; or the problem. '
    'The team is that of today: of what was known before, the people who were in it then would be missing.';

create or replace function postings_then(edition text) returns setof counted_posting
language plpgsql stable parallel safe rows 5000 as $$
begin
    return query
    select posting.posting_id, posting.person_id, posting.organisation_id, posting.unit_id, posting.worker_type,
           posting.starts_on, posting.ends_before, posting.joiner_type, posting.leaver_type, posting.rank, posting.fte,
           posting.grade, posting.role_profile_id, posting.entry_route, posting.counts, posting.secondment
    from postings_known(app_acting(), postings_then.edition) as posting;
end
$$;
comment on function postings_then(text) is
    'postings_known() of the organisation that the request acts for. In plpgsql, so that a matrix of what is known '
    'now, which has no use for it, is not planned with it either.';

create or replace function postings_in_charge(edition text)
returns table (posting_id bigint, person_id bigint, staff_number text, unit_id bigint, worker_type text, rank text,
    role_profile_id bigint, starts_on date, ends_before date, counts boolean, secondment boolean)
language sql stable parallel safe as $$
    select posting.posting_id, posting.person_id, posting.staff_number, posting.unit_id, posting.worker_type,
           posting.rank, posting.role_profile_id, posting.starts_on, posting.ends_before, posting.counts,
           posting.secondment
    from posting_in_charge as posting
    where posting.organisation_id = app_acting() and postings_in_charge.edition is null
    union all
    select posting.posting_id, posting.person_id, present.staff_number, posting.unit_id, posting.worker_type,
           posting.rank, posting.role_profile_id, posting.starts_on, posting.ends_before, posting.counts,
           posting.secondment
    from postings_then(postings_in_charge.edition) as posting
    cross join lateral (
        select charge.staff_number
        from posting_in_charge as charge
        where charge.person_id = posting.person_id and charge.organisation_id = app_acting()
        order by charge.posting_id = posting.posting_id desc, charge.starts_on desc, charge.posting_id desc
        limit 1
    ) as present
    where postings_in_charge.edition is not null
$$;
comment on function postings_in_charge(text) is
    'The postings here that the caller reads by office, as they are or, in an edition of the ledger, as they were '
    'known then: of the people whom the caller reads by office now. The staff number, of which nothing is kept, is '
    'that of now: of the posting, or, where it is retracted, of the one begun last.';

create or replace function team_on(day date, edition text, units bigint[], worker_type text, rank text,
    role_profile bigint)
returns table (person_id bigint, staff_number text, unit_id bigint, rank text, role_profile_id bigint)
language sql stable parallel safe rows 500 as $$
    select distinct on (posting.person_id)
           posting.person_id, posting.staff_number, posting.unit_id, posting.rank, posting.role_profile_id
    from postings_in_charge(team_on.edition) as posting
    where posting.starts_on <= team_on.day
      and (posting.ends_before is null or posting.ends_before > team_on.day)
      and (team_on.units is null or posting.unit_id = any (team_on.units))
      and (team_on.worker_type is null or posting.worker_type = team_on.worker_type)
      and (team_on.rank is null or posting.rank = team_on.rank)
      and (team_on.role_profile is null or posting.role_profile_id = team_on.role_profile)
    order by posting.person_id, posting.counts desc, posting.secondment desc, posting.starts_on desc,
             posting.posting_id desc
$$;
comment on function team_on(date, text, bigint[], text, text, bigint) is
    'The people whom the caller reads by office, posted on a day as known in an edition (null: as now), once each, as '
    'report_cut() narrows them: of several postings that are asked for, the one that counts, a secondment first, the '
    'one begun last.';

create or replace function team_size_problem(day date, edition text, units bigint[], worker_type text, rank text,
    role_profile bigint)
returns table (status int, problem text) language sql stable parallel safe rows 1 as $$
    select case when crowd.people > 10000 then 422 end, case when crowd.people > 10000 then 'matrix_too_many_people' end
    from (
        select count(*) as people
        from team_on(team_size_problem.day, team_size_problem.edition, team_size_problem.units,
            team_size_problem.worker_type, team_size_problem.rank, team_size_problem.role_profile)
    ) as crowd
$$;
comment on function team_size_problem(date, text, bigint[], text, text, bigint) is
    'The problem with a matrix of more people than anybody reads by name; without one, nulls.';

create or replace function skill_matrix(day date, edition text, of_version bigint, items bigint[], units bigint[],
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
        from team_on(skill_matrix.day, skill_matrix.edition, units, of_worker_type, of_rank, of_role) as posted
    ), span as materialized (
        select spans.person_id, spans.framework_item_id, spans.basis, spans.level, spans.days
        from skill_spans(array(select team.person_id from team), array(
            select item.framework_item_id
            from framework_item as item
            where item.framework_version_id = of_version
              and (items is null or item.framework_item_id = any (items))), skill_matrix.edition) as spans
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
        join roles_ask_on(of_version, skill_matrix.day, skill_matrix.edition) as role
            on role.role_profile_id = team.role_profile_id
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
comment on function skill_matrix(date, text, bigint, bigint[], bigint[], text, text, bigint) is
    'What each of a team holds on a day, as known in an edition (null: as now), basis beside basis, since and until '
    'when at the highest level or above, without a break on whatever basis, and what the role profile of their posting '
    'asks for then; met by the item itself. A row without an item for who holds nothing and is asked for nothing.';

create or replace function training_matrix(day date, edition text, lapsing_days int, of_version bigint, items bigint[],
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
        from team_on(training_matrix.day, training_matrix.edition, units, of_worker_type, of_rank, of_role) as posted
    ), need as materialized (
        select team.person_id, role.framework_item_id, role.level, role.importance, role.alternative
        from team
        join roles_ask_on(of_version, training_matrix.day, training_matrix.edition) as role
            on role.role_profile_id = team.role_profile_id
    ), span as materialized (
        select spans.person_id, spans.framework_item_id, spans.basis, spans.level, spans.days
        from skill_spans(array(select distinct need.person_id from need),
            array(select distinct need.framework_item_id from need), training_matrix.edition) as spans
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
comment on function training_matrix(date, text, int, bigint, bigint[], bigint[], text, text, bigint) is
    'What the role profile of each of a team asks for on a day, as known in an edition (null: as now), and how they '
    'stand to it: the highest level held then, the strongest basis of it, since when they hold what is asked for, on '
    'whatever basis, and the last day of that, or of the last time. state: met; lapsing: met, and that ends within so '
    'many days; met_by_alternative: not held, but another of its group is; lapsed: was met before; below: held at a '
    'lower level; never_held: neither.';

grant execute on function team_known(boolean), postings_then(text), postings_in_charge(text),
    team_on(date, text, bigint[], text, text, bigint), team_size_problem(date, text, bigint[], text, text, bigint),
    skill_matrix(date, text, bigint, bigint[], bigint[], text, text, bigint),
    training_matrix(date, text, int, bigint, bigint[], bigint[], text, text, bigint)
    to skillsd_service;
