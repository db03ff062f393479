-- Records an assertion that takes the place of one of the same person, item and basis, from its first day on.
-- SPDX-License-Identifier: MIT
with given as (
    select body.level, body.evidence, body.reason, coalesce(body.valid_from, london_today()) as valid_from,
           body.valid_until + 1 as valid_before, body.assessor
    from jsonb_to_record(:body) as body (level numeric, assessor text, evidence text, reason text, valid_from date,
                                         valid_until date)
), present as (
    select told.assertion_id, told.person_id, told.framework_item_id, told.item, told.basis, told.withdrawn_on,
           told.succeeded_by, told.etag, told.person_id is not distinct from app_person() as own,
           organisations_seeing_new(told.person_id, given.valid_from, given.valid_before) as seen_by
    from given
    cross join assertion_told as told
    where told.id = :assertion_id::uuid
      and (told.person_id = app_person() or app_in_charge_of(told.person_id))
), judged as (
    select case
               when present.own <> (present.basis = 'self') then 'not_yours_to_succeed'
               when case
                        when present.own then has_scope('record:write')
                        else may_assess(present.person_id, array[app_acting(), -app_acting()])
                    end is not true
               then 'scope_not_granted'
               when present.withdrawn_on is not null then 'already_withdrawn'
               when present.succeeded_by is not null then 'already_succeeded'
               when :if_match not in ('*', present.etag) then 'version_changed'
               when not present.own and may_assess(present.person_id, present.seen_by) is not true
               then 'not_posted_then'
               when present.own and given.assessor is not null then 'claim_without_assessor'
               else item_level_problem(present.item, given.level, true)
           end as problem
    from given, present
), recorded as (
    insert into assertion (person_id, seen_by, framework_item_id, level, basis, assessor, evidence, reason, valid_from,
                           valid_before, succeeds, recorded_by)
    select present.person_id, present.seen_by, present.framework_item_id, given.level, present.basis,
           case when not present.own then coalesce(given.assessor, left(app_name(), 200)) end, given.evidence,
           given.reason, given.valid_from, given.valid_before, present.assertion_id, app_account()
    from given, present, judged
    where judged.problem is null
    returning assertion_id, person_id, framework_item_id
), posted as materialized (
    select recorded.assertion_id, post_skills(recorded.person_id, recorded.framework_item_id, 'assertion') as entries
    from recorded
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
       case
           when judged.problem in ('not_yours_to_succeed', 'scope_not_granted') then 403
           when judged.problem in ('already_withdrawn', 'already_succeeded') then 409
           when judged.problem = 'version_changed' then 412
           when judged.problem is not null then 422
       end as _status,
       judged.problem as _problem,
       case
           when not present.own
           then (select person.id::text from person where person.person_id = present.person_id)
       end as _subject,
       '/v1/assertions/' || told.id as _location,
       told.etag as _etag
from present
cross join judged
left join posted on true
left join lateral assertion_now(posted.assertion_id) as told on true
