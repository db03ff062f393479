-- Withdraws one of the caller's activities: a last version that repeats what it said, without the reflection.
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
    select held.activity_id, held.person_id, before.version, before.title, before.happened_on, before.learned,
           before.effect, before.type, before.provider, before.minutes, before.stage, before.alignments,
           organisations_seeing_new(held.person_id, before.happened_on, before.happened_on + 1) as seen_by,
           case
               when before.status = 'withdrawn' then 'already_withdrawn'
               when :if_match not in ('*', before.version::text) then 'version_changed'
           end as problem
    from held
    cross join lateral activity_as_it_holds(held.activity_id) as before
), moved as (
    update activity
    set version = present.version + 1, seen_by = present.seen_by
    from present
    where activity.activity_id = present.activity_id and present.problem is null
), said as (
    insert into activity_version (activity_id, version, person_id, seen_by, withdrawn, title, happened_on, learned,
                                  effect, type, provider, minutes, stage, recorded_by)
    select present.activity_id, present.version + 1, present.person_id, present.seen_by, true, present.title,
           present.happened_on, present.learned, present.effect, present.type, present.provider, present.minutes,
           present.stage, app_account()
    from present
    where present.problem is null
), aligned as (
    insert into activity_alignment (activity_id, version, person_id, seen_by, framework_item_id, level)
    select present.activity_id, present.version + 1, present.person_id, present.seen_by, item.framework_item_id,
           alignment.level
    from present, jsonb_to_recordset(present.alignments) as alignment (item uuid, level int), framework_item as item
    where present.problem is null and item.id = alignment.item
)
select case present.problem
           when 'already_withdrawn' then 409
           when 'version_changed' then 412
       end as _status,
       present.problem as _problem
from present
