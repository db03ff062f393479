-- Withdraws an assertion from a day on: one's own claim, or an assessor's line by somebody else with that scope.
-- SPDX-License-Identifier: MIT
with given as (
    select coalesce(body.withdrawn_on, london_today()) as withdrawn_on, body.reason
    from jsonb_to_record(:body) as body (withdrawn_on date, reason text)
), present as (
    select told.assertion_id, told.person_id, told.framework_item_id, told.seen_by, told.basis, told.valid_from,
           told.valid_before, told.withdrawn_on, told.etag, told.person_id is not distinct from app_person() as own
    from assertion_told as told
    where told.id = :assertion_id::uuid
      and (told.person_id = app_person() or app_in_charge_of(told.person_id))
), judged as (
    select case
               when present.own <> (present.basis = 'self') then 'not_yours_to_withdraw'
               when case
                        when present.own then has_scope('record:write')
                        else may_assess(present.person_id, present.seen_by)
                    end is not true
               then 'scope_not_granted'
               when present.withdrawn_on is not null then 'already_withdrawn'
               when :if_match not in ('*', present.etag) then 'version_changed'
               when given.withdrawn_on > london_today() then 'withdrawal_in_future'
           end as problem
    from given, present
), withdrawn as (
    insert into assertion_withdrawal (assertion_id, person_id, seen_by, withdrawn_on, reason, recorded_by)
    select present.assertion_id, present.person_id,
           organisations_seeing_new(present.person_id, present.valid_from, present.valid_before),
           given.withdrawn_on, given.reason, app_account()
    from given, present, judged
    where judged.problem is null
    returning assertion_id, person_id
), posted as materialized (
    select withdrawn.assertion_id, post_skills(withdrawn.person_id, present.framework_item_id, 'withdrawal') as entries
    from withdrawn, present
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
       case judged.problem
           when 'not_yours_to_withdraw' then 403
           when 'scope_not_granted' then 403
           when 'already_withdrawn' then 409
           when 'version_changed' then 412
           when 'withdrawal_in_future' then 422
       end as _status,
       judged.problem as _problem,
       case
           when not present.own
           then (select person.id::text from person where person.person_id = present.person_id)
       end as _subject,
       told.etag as _etag
from present
cross join judged
left join posted on true
left join lateral assertion_now(posted.assertion_id) as told on true
