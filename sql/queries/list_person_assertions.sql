-- The assertions of a person whom the caller reads by office, on a day, latest first.
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
       case
           when told.assertion_id is not null
           then assertion_state(told.valid_from, told.valid_before, told.withdrawn_on, told.succeeded_on, asked.day)
       end as state,
       told.withdrawn_on,
       told.withdrawal_reason,
       told.succeeds,
       told.succeeded_by,
       told.recorded_at,
       case when subject.person_id is null then 404 end as _status,
       case when subject.person_id is null then 'not_found' end as _problem,
       case when subject.person_id is distinct from app_person() then subject.id::text end as _subject,
       jsonb_build_array(told.valid_from, told.id) as _cursor
from (select coalesce(:as_of::date, london_today()) as day) as asked
left join person as subject on subject.id = :person_id::uuid and app_in_charge_of(subject.person_id)
left join assertion_told as told
    on told.person_id = subject.person_id
    and (:state = 'all'
         or assertion_state(told.valid_from, told.valid_before, told.withdrawn_on, told.succeeded_on, asked.day)
            = :state)
    and (:basis is null or told.basis = :basis)
    and (:framework is null or of_framework(told.framework, told.version_id, :framework))
    and (:item is null or told.framework_item_id in (select items_within(:item::uuid)))
    and (:after is null or (told.valid_from, told.id) < ((:after ->> 0)::date, (:after ->> 1)::uuid))
order by told.valid_from desc, told.id desc
limit :limit
