-- The caller's own assertions on a day, latest first.
-- SPDX-License-Identifier: MIT
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
       assertion_state(told.valid_from, told.valid_before, told.withdrawn_on, told.succeeded_on, asked.day) as state,
       told.withdrawn_on,
       told.withdrawal_reason,
       told.succeeds,
       told.succeeded_by,
       told.recorded_at,
       jsonb_build_array(told.valid_from, told.id) as _cursor
from (select coalesce(:as_of::date, london_today()) as day) as asked
join assertion_told as told on told.person_id = app_person()
where (:state = 'all'
       or assertion_state(told.valid_from, told.valid_before, told.withdrawn_on, told.succeeded_on, asked.day) = :state)
  and (:basis is null or told.basis = :basis)
  and (:framework is null or of_framework(told.framework, told.version_id, :framework))
  and (:item is null or told.framework_item_id in (select items_within(:item::uuid)))
  and (:after is null or (told.valid_from, told.id) < ((:after ->> 0)::date, (:after ->> 1)::uuid))
order by told.valid_from desc, told.id desc
limit :limit
