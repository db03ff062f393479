-- Endorses the claim that the caller has been asked about, at its level or another, or declines to.
-- SPDX-License-Identifier: MIT
with done as materialized (
    select answer_endorsement_request(
               :endorsement_request_id::uuid, body.answer, body.level, body.comment) as problem
    from jsonb_to_record(:body) as body (answer text, level numeric, comment text)
)
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
       endorsement_problem_status(done.problem) as _status,
       done.problem as _problem,
       case when told.asked_of_me then told.asker::text end as _subject,
       md5(told::text) as _etag
from done
left join lateral endorsement_requests_told(:endorsement_request_id::uuid) as told on done.problem is null
