-- The caller's own record as one list by day: activities, assertions, who may find the caller; no private reflection.
-- SPDX-License-Identifier: MIT
select entry.day,
       entry.kind,
       entry.id,
       entry.title,
       entry.learned,
       entry.effect,
       entry.type,
       entry.provider,
       entry.minutes,
       entry.stage,
       entry.reflection,
       entry.items,
       entry.level,
       entry.basis,
       entry.assessor,
       entry.evidence,
       entry.reason,
       entry.ends_on,
       entry.withdrawn_on,
       entry.succeeded_on,
       entry.recorded_at
from (
    select told.happened_on as day, 'activity' as kind, told.id, told.title, told.learned, told.effect, told.type,
           told.provider, told.minutes, told.stage,
           (select reflection.body
            from activity_reflection as reflection
            where reflection.activity_id = told.activity_id and reflection.version = told.version
              and reflection.tier <> 'private') as reflection,
           (select string_agg(item.framework || '/' || item.code || coalesce('@' || alignment.level, ''), ' '
                              order by item.framework, item.ordinal, item.code)
            from activity_alignment as alignment
            join item_named as item on item.framework_item_id = alignment.framework_item_id
            where alignment.activity_id = told.activity_id and alignment.version = told.version) as items,
           null::smallint as level, null as basis, null as assessor, null as evidence, null as reason,
           null::date as ends_on, null::date as withdrawn_on, null::date as succeeded_on, told.recorded_at
    from current_activity as told
    where told.person_id = app_person()
    union all
    select told.valid_from, 'assertion', told.id, told.title, null, null, null, null, null, null, null,
           told.framework || '/' || told.code || coalesce('@' || told.level, ''),
           told.level, told.basis, told.assessor, told.evidence, told.reason, told.valid_until, told.withdrawn_on,
           told.succeeded_on, told.recorded_at
    from assertion_told as told
    where told.person_id = app_person()
    union all
    select said.starts_on, 'listing', said.id, said.reach, null, null, null, null, null, null, null, null, null, null,
           null, null, null, null, null, null, said.recorded_at
    from specialist_listing as said
    where said.person_id = app_person()
) as entry
where (:from is null or entry.day >= :from::date)
  and (:until is null or entry.day <= :until::date)
order by entry.day, entry.kind, entry.id
