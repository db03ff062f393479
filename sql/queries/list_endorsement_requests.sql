-- The requests for endorsement that the caller has made and those made to the caller, latest first.
-- SPDX-License-Identifier: MIT
select told.id,
       case when told.asked_of_me then 'received' else 'made' end as direction,
       told.state,
       told.asker_name as asker,
       told.endorser_name as endorser,
       told.as_line_manager,
       told.message,
       told.assertion,
       told.item,
       told.framework,
       told.code,
       told.title,
       told.level,
       told.level_title,
       told.evidence,
       told.valid_from,
       told.valid_until,
       told.asked_at,
       told.answer_by,
       told.answered_at,
       told.comment,
       told.endorsement,
       told.endorsed_level,
       told.endorsed_level_title,
       case when told.asked_of_me then told.asker::text end as _subject,
       jsonb_build_array(told.asked_at, told.id) as _cursor
from endorsement_requests_told(null) as told
where (:direction = 'all' or (:direction = 'received') = told.asked_of_me)
  and (:state = 'all' or told.state = :state)
  and (:after is null or (told.asked_at, told.id) < ((:after ->> 0)::timestamptz, (:after ->> 1)::uuid))
order by told.asked_at desc, told.id desc
limit :limit
