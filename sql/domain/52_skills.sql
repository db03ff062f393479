-- SPDX-License-Identifier: MIT
-- Where somebody stands: the levels held on a day, beside what a role asks for, and why they are what they are.

create or replace function role_profile_version_on(which bigint, day date, edition text) returns int
language sql stable parallel safe as $$
    select version.version
    from role_profile_version as version
    cross join edition_bounds(role_profile_version_on.edition) as given
    where version.role_profile_id = which and in_edition(version.known_from, given.xmin, given.xmax, given.running)
    order by version.valid_from <= day desc, abs(version.valid_from - day), version.version desc
    limit 1
$$;
comment on function role_profile_version_on(bigint, date, text) is
    'The version of a role profile that says on a day what it asks for, as known in an edition of the ledger (null: as '
    'now); the first to begin before that.';

create or replace function role_profile_at(which bigint, day date)
returns table (id uuid, framework jsonb, code text, family text, role text, role_level text, title text, version int,
               valid_from date, requirements jsonb, versions jsonb, etag text)
language sql volatile rows 1 as $$
    select profile.id,
           jsonb_build_object('id', edition.id, 'code', framework.code, 'version', edition.version),
           profile.code,
           profile.family,
           profile.role,
           profile.role_level,
           profile.title,
           shown.version,
           shown.valid_from,
           coalesce((
               select jsonb_agg(
                          jsonb_build_object('item', item.id, 'code', item.code, 'title', item.title,
                                             'level', requirement.level, 'level_title', step.title,
                                             'importance', requirement.importance,
                                             'alternative', requirement.alternative)
                          order by item.ordinal, item.code)
               from role_requirement as requirement
               join framework_item as item on item.framework_item_id = requirement.framework_item_id
               left join level as step on step.level_scale_id = item.level_scale_id and step.level = requirement.level
               where requirement.role_profile_id = profile.role_profile_id
                 and requirement.version = shown.version), '[]'),
           (select jsonb_agg(jsonb_build_object('version', each.version, 'valid_from', each.valid_from)
                             order by each.version)
            from role_profile_version as each
            where each.role_profile_id = profile.role_profile_id),
           (select max(each.version)
            from role_profile_version as each
            where each.role_profile_id = profile.role_profile_id) || '-' || shown.version
    from role_profile as profile
    join framework_version as edition on edition.framework_version_id = profile.framework_version_id
    join framework on framework.framework_id = edition.framework_id
    join role_profile_version as shown
        on shown.role_profile_id = profile.role_profile_id
           and shown.version = role_profile_version_on(profile.role_profile_id, day, null)
    where profile.role_profile_id = which
$$;
comment on function role_profile_at(bigint, date) is
    'A role profile with what it asks for on a day, at the moment of the call. Volatile, so that the statement that '
    'has recorded a version, or has waited for another that did, sees it. The tag says the last version and the one '
    'shown.';

create or replace function role_profile_faults(of_version bigint, requirements jsonb) returns jsonb
language sql stable parallel safe as $$
    with requirement as (
        select given.item, given.level, coalesce(given.importance, 'essential') as importance, given.alternative,
               given.place - 1 as place
        from rows from (jsonb_to_recordset(requirements)
                            as (item uuid, level numeric, importance text, alternative int))
             with ordinality as given (item, level, importance, alternative, place)
    ), fault as (
        select requirement.place, 1 as part, 'item' as member,
               case
                   when item.framework_item_id is null then 'requirement_item_not_found'
                   when row_number() over (partition by requirement.item order by requirement.place) > 1
                   then 'requirement_item_repeated'
               end as code
        from requirement
        left join framework_item as item on item.id = requirement.item and item.framework_version_id = of_version
        union all
        select requirement.place, 2, 'level', item_level_problem(requirement.item, requirement.level, true)
        from requirement
        join framework_item as item on item.id = requirement.item and item.framework_version_id = of_version
        union all
        select requirement.place, 3, 'importance',
               case
                   when requirement.importance
                        <> first_value(requirement.importance)
                               over (partition by requirement.alternative order by requirement.place)
                   then 'alternative_importance_differs'
               end
        from requirement
        where requirement.alternative is not null
        union all
        select requirement.place, 4, 'alternative',
               case when count(*) over (partition by requirement.alternative) = 1 then 'alternative_alone' end
        from requirement
        where requirement.alternative is not null
    )
    select jsonb_agg(
               jsonb_build_object('pointer', format('/requirements/%s/%s', fault.place, fault.member),
                                  'code', fault.code)
               order by fault.place, fault.part)
    from fault
    where fault.code is not null
$$;
comment on function role_profile_faults(bigint, jsonb) is
    'What is wrong with the requirements of a role profile of a framework version, each with its place; or null.';

create or replace function role_profile_of(whose bigint, day date, edition text) returns bigint
language plpgsql stable parallel safe as $$
begin
    return (
        select posting.role_profile_id
        from posting_version as posting
        cross join edition_bounds(role_profile_of.edition) as given
        where posting.person_id = whose
          and posting.starts_on <= day
          and (posting.ends_before is null or posting.ends_before > day)
          and version_known(posting.known_from, posting.known_before, given.xmin, given.xmax, given.running)
        order by posting.starts_on desc, posting.posting_id desc
        limit 1);
end
$$;
comment on function role_profile_of(bigint, date, text) is
    'The role profile of the posting of somebody on a day, as far as the caller sees it, as known in an edition of the '
    'ledger (null: as now); of several postings the one that began last. In plpgsql, which keeps the plan.';

create or replace function levels_of(whose bigint, day date, edition text)
returns table (framework_item_id bigint, basis text, level smallint)
language sql stable parallel safe rows 10 as $$
    select known.framework_item_id, known.basis, known.level
    from level_on(levels_of.day) as known
    where known.person_id = whose and levels_of.edition is null
    union all
    select span.framework_item_id, span.basis, nullif(span.level, 0)
    from skill_spans(array[whose], null, levels_of.edition) as span
    where span.days @> levels_of.day and levels_of.edition is not null
$$;
comment on function levels_of(bigint, date, text) is
    'The levels that somebody holds on a day, by basis, as far as the caller sees assertions: level_on() of one; in an '
    'edition of the ledger as known then.';

create or replace function skills_beside(whose bigint, day date, edition text, profile bigint)
returns table (framework_item_id bigint, self smallint, endorsed smallint, assessed smallint, accredited smallint,
               highest smallint, held_on text, required_level smallint, importance text, alternative smallint,
               met boolean, gap int)
language sql stable parallel safe as $$
    with held as (
        select known.framework_item_id,
               max(known.level) filter (where known.basis = 'self') as self,
               max(known.level) filter (where known.basis = 'endorsed') as endorsed,
               max(known.level) filter (where known.basis = 'assessed') as assessed,
               max(known.level) filter (where known.basis = 'accredited') as accredited,
               max(known.level) as highest,
               string_agg(known.basis, ' ' order by basis.ordinal) as held_on
        from levels_of(whose, skills_beside.day, skills_beside.edition) as known
        join basis on basis.code = known.basis
        group by known.framework_item_id
    ), required as (
        select requirement.framework_item_id, requirement.level, requirement.importance, requirement.alternative
        from role_requirement as requirement
        where requirement.role_profile_id = profile
          and requirement.version = (
              select role_profile_version_on(profile, skills_beside.day, skills_beside.edition))
    ), skill as (
        select framework_item_id, held.self, held.endorsed, held.assessed, held.accredited, held.highest, held.held_on,
               required.level as required_level, required.importance, required.alternative,
               case
                   when required.framework_item_id is null then null
                   when required.level is null then case when held.framework_item_id is null then 1 else 0 end
                   else greatest(required.level - coalesce(held.highest, 0), 0)
               end as own_gap
        from held
        full join required using (framework_item_id)
    )
    select skill.framework_item_id, skill.self, skill.endorsed, skill.assessed, skill.accredited, skill.highest,
           skill.held_on, skill.required_level, skill.importance, skill.alternative, skill.own_gap = 0,
           case
               when skill.alternative is null then skill.own_gap
               else min(skill.own_gap) over (partition by skill.alternative)
           end
    from skill
$$;
comment on function skills_beside(bigint, date, text, bigint) is
    'The levels that somebody holds on a day, basis beside basis, and what a role profile (null: none) asks for then, '
    'as known in an edition of the ledger (null: as now). met: by the item itself; gap: of the item, or, of one in a '
    'group of alternatives, the smallest in the group.';

create or replace function skill_bases(whose bigint, item bigint, day date) returns jsonb language sql stable as $$
    select coalesce(
        jsonb_agg(
            jsonb_build_object('basis', known.basis, 'level', known.level, 'level_title', step.title,
                               'assertion', giving.id, 'since', known.valid_from, 'until', ending.day - 1,
                               'next_level', following.level, 'next_assertion', follower.id)
            order by basis.ordinal),
        '[]')
    from level_on(skill_bases.day) as known
    join basis on basis.code = known.basis
    join assertion as giving on giving.assertion_id = known.assertion_id
    join framework_item as named on named.framework_item_id = known.framework_item_id
    left join level as step on step.level_scale_id = named.level_scale_id and step.level = known.level
    cross join lateral (
        select least(known.holds_before, min(later.valid_from)) as day
        from assertion_held as later
        where later.person_id = whose
          and later.framework_item_id = skill_bases.item
          and later.basis = known.basis
          and later.valid_from > skill_bases.day
          and (later.holds_before is null or later.holds_before > later.valid_from)
    ) as ending
    left join lateral level_on(ending.day) as following
        on following.person_id = whose
           and following.framework_item_id = skill_bases.item
           and following.basis = known.basis
    left join assertion as follower on follower.assertion_id = following.assertion_id
    where known.person_id = whose and known.framework_item_id = skill_bases.item
$$;
comment on function skill_bases(bigint, bigint, date) is
    'For each basis on which somebody holds an item on a day: the level, the assertion that gives it, the last day on '
    'which that one does, and what follows.';

create or replace function skill_assertions(whose bigint, item bigint, day date) returns jsonb language sql stable as $$
    select coalesce(
        jsonb_agg(
            jsonb_build_object(
                'id', told.id, 'basis', told.basis, 'level', told.level, 'level_title', told.level_title,
                'assessor', told.assessor, 'evidence', told.evidence, 'reason', told.reason,
                'valid_from', told.valid_from, 'valid_until', told.valid_until, 'withdrawn_on', told.withdrawn_on,
                'withdrawal_reason', told.withdrawal_reason, 'succeeds', told.succeeds,
                'succeeded_by', told.succeeded_by,
                'decides', told.assertion_id is not distinct from deciding.assertion_id,
                'why', case
                           when told.assertion_id = deciding.assertion_id then 'latest'
                           when state.name = 'held' then 'overtaken'
                           else state.name
                       end,
                'overtaken_by', case
                                    when state.name = 'held' and told.assertion_id <> deciding.assertion_id
                                    then deciding.id
                                end)
            order by told.valid_from desc, told.assertion_id desc),
        '[]')
    from assertion_told as told
    left join (
        select known.basis, known.assertion_id, giving.id
        from level_on(skill_assertions.day) as known
        join assertion as giving on giving.assertion_id = known.assertion_id
        where known.person_id = whose and known.framework_item_id = skill_assertions.item
    ) as deciding on deciding.basis = told.basis
    cross join lateral (
        select assertion_state(told.valid_from, told.valid_before, told.withdrawn_on, told.succeeded_on,
                               skill_assertions.day) as name
    ) as state
    where told.person_id = whose and told.framework_item_id = skill_assertions.item
$$;
comment on function skill_assertions(bigint, bigint, date) is
    'All assertions of an item of somebody, as far as the caller sees them, each with why it decides the level of its '
    'basis on a day (latest) or why not: withdrawn, succeeded, ended, future, or overtaken by a later one that holds.';

create or replace function skill_asked(whose bigint, item bigint, day date) returns jsonb language sql stable as $$
    select jsonb_build_object(
               'role_profile', jsonb_build_object('id', profile.id, 'code', profile.code, 'title', profile.title),
               'level', skill.required_level, 'level_title', step.title, 'importance', skill.importance,
               'alternative', skill.alternative, 'met', skill.met, 'gap', skill.gap)
    from role_profile as profile
    cross join lateral skills_beside(whose, skill_asked.day, null, profile.role_profile_id) as skill
    join framework_item as named on named.framework_item_id = skill.framework_item_id
    left join level as step on step.level_scale_id = named.level_scale_id and step.level = skill.required_level
    where profile.role_profile_id = (select role_profile_of(whose, skill_asked.day, null))
      and skill.framework_item_id = skill_asked.item
      and skill.importance is not null
$$;
comment on function skill_asked(bigint, bigint, date) is
    'What the role profile of somebody''s posting on a day asks of an item; null where it asks nothing.';

create or replace function skill_explained(whose bigint, item uuid, day date)
returns table (id uuid, framework text, code text, title text, kind text, as_of date, highest smallint,
               highest_title text, required jsonb, bases jsonb, assertions jsonb)
language sql stable rows 1 as $$
    select named.id, named.framework, named.code, named.title, named.kind, skill_explained.day, best.level, step.title,
           skill_asked(whose, named.framework_item_id, skill_explained.day),
           skill_bases(whose, named.framework_item_id, skill_explained.day),
           skill_assertions(whose, named.framework_item_id, skill_explained.day)
    from item_named as named
    cross join lateral (
        select max(known.level) as level
        from level_on(skill_explained.day) as known
        where known.person_id = whose and known.framework_item_id = named.framework_item_id
    ) as best
    left join level as step on step.level_scale_id = named.level_scale_id and step.level = best.level
    where named.id = skill_explained.item
$$;
comment on function skill_explained(bigint, uuid, date) is
    'An item with the levels that somebody holds of it on a day and all that they rest on; no row for an item that is '
    'in no framework.';

-- Role profiles are written by those who keep frameworks for the nation.
create policy nation_creates on role_profile for insert to skillsd_service
    with check ((select has_national_scope('frameworks:write')));
create policy nation_renames on role_profile for update to skillsd_service
    using ((select has_national_scope('frameworks:write')));
create policy nation_adds on role_profile_version for insert to skillsd_service
    with check ((select has_national_scope('frameworks:write')));
create policy nation_asks on role_requirement for insert to skillsd_service
    with check ((select has_national_scope('frameworks:write')));
grant insert (framework_version_id, code, family, role, role_level, title) on role_profile to skillsd_service;
grant update (family, role, role_level, title) on role_profile to skillsd_service;
grant insert (role_profile_id, version, valid_from, recorded_by) on role_profile_version to skillsd_service;
grant insert (role_profile_id, version, framework_item_id, level, importance, alternative) on role_requirement
    to skillsd_service;

grant execute on function role_profile_version_on(bigint, date, text), role_profile_at(bigint, date),
    role_profile_faults(bigint, jsonb), role_profile_of(bigint, date, text), levels_of(bigint, date, text),
    skills_beside(bigint, date, text, bigint),
    skill_bases(bigint, bigint, date), skill_assertions(bigint, bigint, date), skill_asked(bigint, bigint, date),
    skill_explained(bigint, uuid, date)
    to skillsd_service;
