-- An assertion, withdrawn or not: one's own, or that of a person whom the caller reads by office.
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
       assertion_state(told.valid_from, told.valid_before, told.withdrawn_on, told.succeeded_on,
                       london_today()) as state,
       told.withdrawn_on,
       told.withdrawal_reason,
       told.succeeds,
       told.succeeded_by,
       told.recorded_at,
       case
           when told.person_id is distinct from app_person()
           then (select person.id::text from person where person.person_id = told.person_id)
       end as _subject,
       told.etag as _etag
from assertion_told as told
where told.id = :assertion_id::uuid
  and ((told.person_id = app_person() and has_scope('record:read')) or app_in_charge_of(told.person_id))
