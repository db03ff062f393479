-- The caller's own record over a period by framework item or stage of the cycle; counted, not summed.
-- SPDX-License-Identifier: MIT
with period as (
    select coalesce(:from::date, '-infinity') as from_day, coalesce(:until::date, london_today()) as last_day
), activity_counted as (
    select told.activity_id, told.version, told.happened_on, told.minutes, told.stage
    from period
    join current_activity as told
        on told.person_id = app_person() and told.happened_on between period.from_day and period.last_day
), assertion_counted as (
    select held.assertion_id, held.framework_item_id
    from period
    join assertion_held as held
        on held.person_id = app_person() and held.valid_from between period.from_day and period.last_day
    where held.withdrawn_on is null or held.withdrawn_on > period.last_day
), level_held as (
    select known.framework_item_id,
           max(known.level) filter (where known.basis = 'self') as self,
           max(known.level) filter (where known.basis = 'endorsed') as endorsed,
           max(known.level) filter (where known.basis = 'assessed') as assessed,
           max(known.level) filter (where known.basis = 'accredited') as accredited,
           string_agg(known.basis, ' ' order by basis.ordinal) as held_on
    from period, level_on(period.last_day) as known
    join basis on basis.code = known.basis
    where known.person_id = app_person() and :by = 'item'
    group by known.framework_item_id
), activity_of_row as (
    select distinct closure.ancestor_id as framework_item_id, null as stage, activity.activity_id, activity.happened_on,
           activity.minutes
    from activity_counted as activity
    left join activity_alignment as alignment
        on alignment.activity_id = activity.activity_id and alignment.version = activity.version
    left join framework_item_ancestor as closure on closure.framework_item_id = alignment.framework_item_id
    where :by = 'item'
    union all
    select null, activity.stage, activity.activity_id, activity.happened_on, activity.minutes
    from activity_counted as activity
    where :by = 'stage'
), assertion_of_row as (
    select closure.ancestor_id as framework_item_id, assertion.assertion_id
    from assertion_counted as assertion
    join framework_item_ancestor as closure on closure.framework_item_id = assertion.framework_item_id
    where :by = 'item'
    union all
    select null, assertion.assertion_id
    from assertion_counted as assertion
    where :by = 'stage'
), counted as (
    select framework_item_id, stage, count(*) as activities, sum(minutes) as minutes, min(happened_on) as first_on,
           max(happened_on) as last_on
    from activity_of_row
    group by framework_item_id, stage
), asserted as (
    select framework_item_id, count(*) as assertions
    from assertion_of_row
    group by framework_item_id
), place as (
    select framework_item_id, stage from counted
    union
    select framework_item_id, null from asserted
    union
    select framework_item_id, null from level_held
), cell as (
    select place.framework_item_id, place.stage, item.id, item.framework, coalesce(item.code, stage.code) as code,
           coalesce(item.title, stage.title) as title, coalesce(item.framework, '') as framework_key,
           coalesce(item.valid_from, '-infinity') as version_key, coalesce(item.ordinal, stage.ordinal, 0) as ordinal,
           coalesce(item.id::text, stage.code, '') as row_key
    from place
    left join item_named as item on item.framework_item_id = place.framework_item_id
    left join cycle_stage as stage on stage.code = place.stage
)
select cell.id as item,
       cell.framework,
       cell.code,
       cell.title,
       coalesce(counted.activities, 0) as activities,
       counted.minutes,
       counted.first_on,
       counted.last_on,
       coalesce(asserted.assertions, 0) as assertions,
       level_held.self,
       level_held.endorsed,
       level_held.assessed,
       level_held.accredited,
       level_held.held_on,
       jsonb_build_array(cell.framework_key, cell.version_key, cell.ordinal, cell.row_key) as _cursor
from cell
left join counted
    on counted.framework_item_id is not distinct from cell.framework_item_id
    and counted.stage is not distinct from cell.stage
left join asserted on asserted.framework_item_id is not distinct from cell.framework_item_id and cell.stage is null
left join level_held on level_held.framework_item_id = cell.framework_item_id
where :after is null
   or (cell.framework_key, cell.version_key, cell.ordinal, cell.row_key)
      > (:after ->> 0, (:after ->> 1)::date, (:after ->> 2)::int, :after ->> 3)
order by cell.framework_key, cell.version_key, cell.ordinal, cell.row_key
limit :limit
