-- Records that the caller claims a level of an item (basis self).
-- SPDX-License-Identifier: MIT
with given as (
    select body.item, body.level, body.evidence, body.reason, coalesce(body.valid_from, london_today()) as valid_from,
           body.valid_until + 1 as valid_before
    from jsonb_to_record(:body) as body (item uuid, level numeric, evidence text, reason text, valid_from date,
                                         valid_until date)
), fault as (
    select case when app_person() is null then 403 else 422 end as status,
           case
               when app_person() is null then 'no_person'
               else item_level_problem(given.item, given.level, true)
           end as problem
    from given
), claimed as (
    insert into assertion (person_id, seen_by, framework_item_id, level, basis, evidence, reason, valid_from,
                           valid_before, recorded_by)
    select app_person(), organisations_seeing_new(app_person(), given.valid_from, given.valid_before),
           item.framework_item_id, given.level, 'self', given.evidence, given.reason, given.valid_from,
           given.valid_before, app_account()
    from given, fault, framework_item as item
    where fault.problem is null and item.id = given.item
    returning assertion_id, person_id, framework_item_id
), posted as materialized (
    select claimed.assertion_id, post_skills(claimed.person_id, claimed.framework_item_id, 'assertion') as entries
    from claimed
)
select told.id,
       told.item,
       told.framework,
       told.code,
       told.title,
       told.level,
       told.level_title,
       told.basis,
       told.assessor,
       told.evidence,
       told.reason,
       told.valid_from,
       told.valid_until,
       assertion_state(told.valid_from, told.valid_before, told.withdrawn_on, told.succeeded_on,
                       london_today()) as state,
       told.withdrawn_on,
       told.withdrawal_reason,
       told.succeeds,
       told.succeeded_by,
       told.recorded_at,
       case when fault.problem is not null then fault.status end as _status,
       fault.problem as _problem,
       '/v1/assertions/' || told.id as _location,
       told.etag as _etag
from fault
left join posted on true
left join lateral assertion_now(posted.assertion_id) as told on true
