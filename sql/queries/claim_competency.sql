-- Records that the caller claims a level of an item (basis self).
-- SPDX-License-Identifier: MIT
with given as (
    select body.item, body.level, body.evidence, coalesce(body.valid_from, london_today()) as valid_from,
           body.valid_until + 1 as valid_before
    from jsonb_to_record(:body) as body (item uuid, level numeric, evidence text, valid_from date, valid_until date)
), fault as (
    select case when app_person() is null then 403 else 422 end as status,
           case
               when app_person() is null then 'no_person'
               else item_level_problem(given.item, given.level, true)
           end as problem
    from given
), claimed as (
    insert into assertion (person_id, seen_by, framework_item_id, level, basis, evidence, valid_from, valid_before,
                           recorded_by)
    select app_person(), organisations_seeing(app_person(), given.valid_from, given.valid_before),
           item.framework_item_id, given.level, 'self', given.evidence, given.valid_from, given.valid_before,
           app_account()
    from given, fault, framework_item as item
    where fault.problem is null and item.id = given.item
    returning id, framework_item_id, level, basis, assessor, evidence, valid_from, valid_before, recorded_at
)
select claimed.id,
       item.id as item,
       item.framework,
       item.code,
       item.title,
       claimed.level,
       step.title as level_title,
       claimed.basis,
       claimed.assessor,
       claimed.evidence,
       claimed.valid_from,
       claimed.valid_before - 1 as valid_until,
       assertion_state(claimed.valid_from, claimed.valid_before, null, london_today()) as state,
       null::date as withdrawn_on,
       null::text as withdrawal_reason,
       claimed.recorded_at,
       case when fault.problem is not null then fault.status end as _status,
       fault.problem as _problem,
       '/v1/assertions/' || claimed.id as _location,
       '1' as _etag
from fault
left join claimed on true
left join item_named as item on item.framework_item_id = claimed.framework_item_id
left join level as step on step.level_scale_id = item.level_scale_id and step.level = claimed.level
