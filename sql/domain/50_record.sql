-- SPDX-License-Identifier: MIT
-- The record as people read and write it: items by name, activities as told, assertions as told, and what may not
-- be written.

create or replace view item_named with (security_invoker) as
select item.framework_item_id, item.id, item.framework_version_id, version.id as version_id,
       framework.code as framework, version.version, version.valid_from, item.code, item.title, item.kind,
       item.level_scale_id, item.ordinal
from framework_item as item
join framework_version as version on version.framework_version_id = item.framework_version_id
join framework on framework.framework_id = version.framework_id;
comment on view item_named is 'Framework items with the names of their framework and version.';

create or replace function of_framework(framework text, version_id uuid, named text) returns boolean
    language sql immutable parallel safe
    return framework = named or version_id::text = lower(named);
comment on function of_framework(text, uuid, text) is
    'Whether a framework, in any version, or one version of it is the one named by code or identifier: what is '
    'recorded in a version stays with it.';

create or replace function framework_is_known(named text) returns boolean language sql stable parallel safe as $$
    select exists (
        select
        from framework_version as version
        join framework on framework.framework_id = version.framework_id
        where of_framework(framework.code, version.id, named))
$$;
comment on function framework_is_known(text) is
    'Whether a framework, in any version, or a version of one has this code or identifier.';

create or replace function items_within(item uuid) returns setof bigint language sql stable parallel safe rows 20 as $$
    select closure.framework_item_id
    from framework_item as top
    join framework_item_ancestor as closure on closure.ancestor_id = top.framework_item_id
    where top.id = items_within.item
$$;
comment on function items_within(uuid) is 'An item and all below it.';

create or replace function alignment_told(item uuid, framework text, code text, title text, level int) returns jsonb
language sql stable parallel safe
    return jsonb_build_object('item', item, 'framework', framework, 'code', code, 'title', title, 'level', level);
comment on function alignment_told(uuid, text, text, text, int) is 'One alignment of an activity, as a reader gets it.';

create or replace function reflection_told(tier text, body text) returns jsonb language sql stable parallel safe
    return case when body is not null then jsonb_build_object('tier', tier, 'body', body) end;
comment on function reflection_told(text, text)
    is 'The reflection on an activity as its reader gets it; null for none.';

create or replace view activity_told with (security_invoker) as
select a.activity_id, a.id, v.person_id, v.version, v.version = a.version as holds,
       case when v.withdrawn then 'withdrawn' else 'recorded' end as status, v.title, v.happened_on, v.learned,
       v.effect, v.type, v.provider, v.minutes, v.stage,
       coalesce((
           select jsonb_agg(alignment_told(item.id, item.framework, item.code, item.title, l.level)
                            order by l.framework_item_id)
           from activity_alignment as l
           join item_named as item on item.framework_item_id = l.framework_item_id
           where l.activity_id = v.activity_id and l.version = v.version), '[]') as alignments,
       (select reflection_told(r.tier, r.body)
        from activity_reflection as r
        where r.activity_id = v.activity_id and r.version = v.version) as reflection,
       v.source, a.recorded_at, v.recorded_at as changed_at
from activity as a
join activity_version as v on v.activity_id = a.activity_id;
comment on view activity_told is
    'Every version of every activity with its alignments and the reflection that the reader may see; the version that '
    'holds is marked.';

create or replace function activity_as_it_holds(which bigint) returns setof activity_told
    language sql volatile rows 1 as $$
    select activity_id, id, person_id, version, holds, status, title, happened_on, learned, effect, type, provider,
           minutes, stage, alignments, reflection, source, recorded_at, changed_at
    from activity_told
    where activity_id = which and holds
$$;
comment on function activity_as_it_holds(bigint) is
    'An activity as it holds at the moment of the call. Volatile, so that it reads with a snapshot of its own: a '
    'statement that has waited for the activity''s lock sees by it the version that it waited for, which the '
    'statement''s snapshot does not have.';

create or replace function item_level_problem(item uuid, level numeric, required boolean) returns text
language sql stable parallel safe as $$
    select case
               when found.framework_item_id is null then 'item_not_found'
               when found.level_scale_id is null and item_level_problem.level is not null then 'item_without_levels'
               when found.level_scale_id is not null and item_level_problem.level is null and required
               then 'level_required'
               when item_level_problem.level is not null and not exists (
                   select
                   from level as step
                   where step.level_scale_id = found.level_scale_id and step.level = item_level_problem.level)
               then 'level_not_on_scale'
           end
    from (select) as asked
    left join framework_item as found on found.id = item_level_problem.item
$$;
comment on function item_level_problem(uuid, numeric, boolean) is
    'Why a level of an item cannot be recorded, as a problem code; null if it can. An item with a scale takes a level '
    'of its scale, any other none.';

create or replace function activity_problem(happened_on date, alignments jsonb) returns text
    language sql stable parallel safe as $$
    with alignment as (
        select given.item, given.ordinality,
               case
                   when count(*) over (partition by given.item) > 1 then 'item_repeated'
                   else item_level_problem(given.item, given.level, false)
               end as problem
        from rows from (jsonb_to_recordset(alignments) as (item uuid, level numeric))
             with ordinality as given (item, level, ordinality)
    )
    select coalesce(
        case when happened_on > london_today() then 'day_in_future' end,
        (select 'alignment_' || problem from alignment where problem is not null order by ordinality limit 1))
$$;
comment on function activity_problem(date, jsonb) is
    'Why an activity cannot be recorded, as a problem code: its day is in the future, or the first alignment that is '
    'at fault; null if it can.';

create or replace function assertion_state(valid_from date, valid_before date, withdrawn_on date, succeeded_on date,
    day date) returns text
language sql immutable parallel safe
    return case
        when withdrawn_on <= day then 'withdrawn'
        when succeeded_on <= day then 'succeeded'
        when valid_from > day then 'future'
        when valid_before <= day then 'ended'
        else 'held'
    end;
comment on function assertion_state(date, date, date, date, date)
    is 'What an assertion is on a day: held, withdrawn, succeeded, ended or future.';

create or replace view assertion_told with (security_invoker) as
select held.assertion_id, held.id, held.person_id, held.seen_by, item.framework_item_id, item.id as item,
       item.framework, item.version_id, item.code, item.title, held.level, step.title as level_title, held.basis,
       held.assessor, held.evidence, held.reason, held.valid_from, held.valid_before,
       held.valid_before - 1 as valid_until, held.holds_before, held.withdrawn_on, held.withdrawal_reason,
       (select earlier.id from assertion as earlier where earlier.assertion_id = held.succeeds) as succeeds,
       (select later.id from assertion as later where later.assertion_id = held.succeeded_by) as succeeded_by,
       held.succeeded_on, held.recorded_at,
       (1 + case when held.withdrawn_on is null then 0 else 1 end
          + case when held.succeeded_by is null then 0 else 2 end)::text as etag
from assertion_held as held
join item_named as item on item.framework_item_id = held.framework_item_id
left join level as step on step.level_scale_id = item.level_scale_id and step.level = held.level;
comment on view assertion_told is
    'Assertions with the names of item and level, the last day as readers know it, what they take the place of and '
    'what takes theirs, and the tag of their version: 1, and 1 more once withdrawn, and 2 more once succeeded.';

create or replace function assertion_now(which bigint) returns setof assertion_told language sql volatile rows 1 as $$
    select assertion_id, id, person_id, seen_by, framework_item_id, item, framework, version_id, code, title, level,
           level_title, basis, assessor, evidence, reason, valid_from, valid_before, valid_until, holds_before,
           withdrawn_on, withdrawal_reason, succeeds, succeeded_by, succeeded_on, recorded_at, etag
    from assertion_told
    where assertion_id = which
$$;
comment on function assertion_now(bigint) is
    'An assertion at the moment of the call. Volatile, so that the statement that has recorded it, or its withdrawal, '
    'sees it.';

create or replace view posting_in_charge with (security_invoker) as
select posting.posting_id, posting.id, posting.person_id, posting.organisation_id, posting.staff_number,
       posting.unit_id, posting.worker_type, posting.rank, posting.grade, posting.role_profile_id,
       posting.science_category, posting.fte, posting.starts_on, posting.ends_before, posting.joiner_type,
       posting.leaver_type, posting.counts, posting.secondment
from posting
where ((select has_organisation_scope('workforce:read') or has_organisation_scope('competencies:assess'))
       and posting.organisation_id = (select app_organisation())
       and (not posting.withheld or (select app_cleared_organisation()) is not null))
   or (posting.unit_id = any ((select app_units())::bigint[])
       and (not posting.withheld or posting.unit_id = any ((select app_cleared_units())::bigint[])));
comment on view posting_in_charge is
    'Postings that the caller reads by office, as HR, assessor or line manager: not one''s own as such, and not for '
    'the sake of reports alone, nor one that is withheld from the caller.';

create or replace function app_in_charge_of(whose bigint) returns boolean language sql stable parallel safe as $$
    select app_manages(whose)
        or ((has_organisation_scope('workforce:read') or has_organisation_scope('competencies:assess'))
            and exists (
                select
                from posting
                where posting.person_id = whose
                  and posting.organisation_id = app_organisation()
                  and (not posting.withheld or app_cleared_organisation() is not null)))
$$;
comment on function app_in_charge_of(bigint) is
    'Whether the caller reads the person by office: a line manager today, HR or an assessor of an organisation with a '
    'posting of theirs.';

create or replace function app_posting() returns bigint language sql stable parallel safe as $$
    select posting.posting_id
    from posting
    where posting.person_id = app_person()
      and posting.starts_on <= london_today()
      and (posting.ends_before is null or posting.ends_before > london_today())
    order by posting.starts_on desc, posting.posting_id desc
    limit 1
$$;
comment on function app_posting()
    is 'The caller''s own posting today, the latest begun if there are several; null for none.';

create or replace function posting_told(which bigint) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
               'id', posting.id,
               'staff_number', posting.staff_number,
               'organisation', jsonb_build_object('id', organisation.id, 'code', organisation.code,
                                                  'name', organisation.name),
               'unit', case
                           when unit.unit_id is not null
                           then jsonb_build_object('id', unit.id, 'code', unit.code, 'name', unit.name)
                       end,
               'worker_type', posting.worker_type,
               'rank', posting.rank,
               'grade', posting.grade,
               'role_profile', case
                                   when profile.role_profile_id is not null
                                   then jsonb_build_object('id', profile.id, 'code', profile.code,
                                                           'title', profile.title)
                               end,
               'starts_on', posting.starts_on,
               'ends_on', posting.ends_before - 1)
    from posting
    join organisation on organisation.organisation_id = posting.organisation_id
    left join unit on unit.unit_id = posting.unit_id
    left join role_profile as profile on profile.role_profile_id = posting.role_profile_id
    where posting.posting_id = which
$$;
comment on function posting_told(bigint) is 'A posting as a reader gets it; null for one that the caller may not see.';

grant execute on function of_framework(text, uuid, text), framework_is_known(text), items_within(uuid),
    alignment_told(uuid, text, text, text, int), reflection_told(text, text), activity_as_it_holds(bigint),
    item_level_problem(uuid, numeric, boolean), activity_problem(date, jsonb),
    assertion_state(date, date, date, date, date), assertion_now(bigint), app_in_charge_of(bigint), app_posting(),
    posting_told(bigint)
    to skillsd_service;
grant select on item_named, activity_told, assertion_told, posting_in_charge to skillsd_service;
