-- Changes one of the caller's activities by a merge patch, as a new version; none is made when nothing changes.
-- SPDX-License-Identifier: MIT
with own as materialized (
    select own_record() as person_id
), held as (
    select activity.activity_id, activity.person_id
    from own
    join activity on activity.person_id = own.person_id
    where activity.id = :activity_id::uuid
    for no key update of activity
), present as (
    select held.activity_id, held.person_id, before.id, before.version, before.status, before.title, before.happened_on,
           before.learned, before.effect, before.type, before.provider, before.minutes, before.stage, before.alignments,
           before.reflection, before.source, before.recorded_at, before.changed_at
    from held
    cross join lateral activity_as_it_holds(held.activity_id) as before
), patch as (
    select body.title, body.happened_on, body.learned, body.effect, body.type, body.provider, body.minutes, body.stage,
           body.alignments, body.reflection, :body as given
    from jsonb_to_record(:body) as body (title text, happened_on date, learned text, effect text, type text,
                                         provider text, minutes numeric, stage text, alignments jsonb,
                                         reflection jsonb)
), wanted as (
    select coalesce(patch.title, present.title) as title,
           coalesce(patch.happened_on, present.happened_on) as happened_on,
           coalesce(patch.learned, present.learned) as learned,
           case when patch.given ? 'effect' then patch.effect else present.effect end as effect,
           case when patch.given ? 'type' then coalesce(patch.type, 'other') else present.type end as type,
           case when patch.given ? 'provider' then patch.provider else present.provider end as provider,
           case when patch.given ? 'minutes' then patch.minutes::int else present.minutes end as minutes,
           case when patch.given ? 'stage' then patch.stage else present.stage end as stage,
           case
               when patch.given ? 'alignments' then coalesce(patch.alignments, '[]')
               else present.alignments
           end as alignments,
           case
               when not patch.given ? 'reflection' then present.reflection
               when jsonb_typeof(patch.reflection) = 'object'
               then jsonb_build_object('tier', 'private')
                    || jsonb_strip_nulls(coalesce(present.reflection, '{}') || patch.reflection)
           end as reflection
    from present, patch
), alignment as (
    select item.framework_item_id, given.level::int as level,
           alignment_told(item.id, item.framework, item.code, item.title, given.level::int) as told
    from wanted, jsonb_to_recordset(wanted.alignments) as given (item uuid, level numeric), item_named as item
    where item.id = given.item
), after as (
    select wanted.title, wanted.happened_on, wanted.learned, wanted.effect, wanted.type, wanted.provider,
           wanted.minutes, wanted.stage, wanted.reflection,
           coalesce((
               select jsonb_agg(alignment.told order by alignment.framework_item_id)
               from alignment), '[]') as alignments,
           case
               when present.status = 'withdrawn' then 'already_withdrawn'
               when :if_match not in ('*', present.version::text) then 'version_changed'
               when not wanted.reflection ? 'body' then 'reflection_without_body'
               else activity_problem(wanted.happened_on, wanted.alignments)
           end as problem
    from present, wanted
), change as (
    select present.activity_id, present.person_id, present.version + 1 as version,
           organisations_seeing_new(present.person_id, after.happened_on, after.happened_on + 1) as seen_by
    from present, after
    where after.problem is null
      and (after.title, after.happened_on, after.learned, after.effect, after.type, after.provider, after.minutes,
           after.stage, after.alignments, after.reflection)
          is distinct from
          (present.title, present.happened_on, present.learned, present.effect, present.type, present.provider,
           present.minutes, present.stage, present.alignments, present.reflection)
), moved as (
    update activity
    set version = change.version, seen_by = change.seen_by
    from change
    where activity.activity_id = change.activity_id
), said as (
    insert into activity_version (activity_id, version, person_id, seen_by, title, happened_on, learned, effect, type,
                                  provider, minutes, stage, recorded_by)
    select change.activity_id, change.version, change.person_id, change.seen_by, after.title, after.happened_on,
           after.learned, after.effect, after.type, after.provider, after.minutes, after.stage, app_account()
    from change, after
    returning version, source, recorded_at
), aligned as (
    insert into activity_alignment (activity_id, version, person_id, seen_by, framework_item_id, level)
    select change.activity_id, change.version, change.person_id, change.seen_by, alignment.framework_item_id,
           alignment.level
    from change, alignment
), reflected as (
    insert into activity_reflection (activity_id, version, person_id, seen_by, tier, body)
    select change.activity_id, change.version, change.person_id, change.seen_by, after.reflection ->> 'tier',
           after.reflection ->> 'body'
    from change, after
    where after.reflection is not null
)
select present.id,
       coalesce(said.version, present.version) as version,
       present.status,
       after.title,
       after.happened_on,
       after.learned,
       after.effect,
       after.type,
       after.provider,
       after.minutes,
       after.stage,
       after.alignments,
       after.reflection,
       coalesce(said.source, present.source) as source,
       present.recorded_at,
       coalesce(said.recorded_at, present.changed_at) as changed_at,
       case after.problem
           when 'already_withdrawn' then 409
           when 'version_changed' then 412
           else case when after.problem is not null then 422 end
       end as _status,
       after.problem as _problem,
       coalesce(said.version, present.version)::text as _etag
from present
cross join after
left join said on true
