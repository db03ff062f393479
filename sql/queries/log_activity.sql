-- Records an activity of the caller as its first version, with alignments and reflection.
-- SPDX-License-Identifier: MIT
with given as (
    select body.title, body.happened_on, body.learned, body.effect, coalesce(body.type, 'other') as type, body.provider,
           body.minutes::int as minutes, body.stage, coalesce(body.alignments, '[]') as alignments,
           coalesce(body.reflection ->> 'tier', 'private') as tier, body.reflection ->> 'body' as reflection
    from jsonb_to_record(:body) as body (title text, happened_on date, learned text, effect text, type text,
                                         provider text, minutes numeric, stage text, alignments jsonb,
                                         reflection jsonb)
), fault as (
    select case when app_person() is null then 403 else 422 end as status,
           case
               when app_person() is null then 'no_person'
               else activity_problem(given.happened_on, given.alignments)
           end as problem
    from given
), logged as (
    insert into activity (person_id, seen_by)
    select app_person(), organisations_seeing_new(app_person(), given.happened_on, given.happened_on + 1)
    from given, fault
    where fault.problem is null
    returning activity_id, id, version, person_id, seen_by, recorded_at
), said as (
    insert into activity_version (activity_id, version, person_id, seen_by, title, happened_on, learned, effect, type,
                                  provider, minutes, stage, recorded_by)
    select logged.activity_id, logged.version, logged.person_id, logged.seen_by, given.title, given.happened_on,
           given.learned, given.effect, given.type, given.provider, given.minutes, given.stage, app_account()
    from logged, given
    returning title, happened_on, learned, effect, type, provider, minutes, stage, source, recorded_at
), aligned as (
    insert into activity_alignment (activity_id, version, person_id, seen_by, framework_item_id, level)
    select logged.activity_id, logged.version, logged.person_id, logged.seen_by, item.framework_item_id, alignment.level
    from logged, given, jsonb_to_recordset(given.alignments) as alignment (item uuid, level numeric),
         framework_item as item
    where item.id = alignment.item
    returning framework_item_id, level
), reflected as (
    insert into activity_reflection (activity_id, version, person_id, seen_by, tier, body)
    select logged.activity_id, logged.version, logged.person_id, logged.seen_by, given.tier, given.reflection
    from logged, given
    where given.reflection is not null
    returning tier, body
)
select logged.id,
       logged.version,
       'recorded' as status,
       said.title,
       said.happened_on,
       said.learned,
       said.effect,
       said.type,
       said.provider,
       said.minutes,
       said.stage,
       coalesce((
           select jsonb_agg(alignment_told(item.id, item.framework, item.code, item.title, aligned.level)
                            order by aligned.framework_item_id)
           from aligned
           join item_named as item on item.framework_item_id = aligned.framework_item_id), '[]') as alignments,
       (select reflection_told(reflected.tier, reflected.body) from reflected) as reflection,
       said.source,
       logged.recorded_at,
       said.recorded_at as changed_at,
       case when fault.problem is not null then fault.status end as _status,
       fault.problem as _problem,
       '/v1/activities/' || logged.id as _location,
       logged.version::text as _etag
from fault
left join logged on true
left join said on true
