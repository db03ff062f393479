-- Asks a colleague, by identifier or as the line manager, to endorse a claim of the caller's own.
-- SPDX-License-Identifier: MIT
with done as materialized (
    select written.request, written.problem
    from jsonb_to_record(:body) as body (assertion uuid, endorser uuid, line_manager boolean, message text)
    cross join lateral request_endorsement(
        body.assertion, body.endorser, coalesce(body.line_manager, false), body.message) as written
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
       '/v1/endorsement-requests/' || told.id as _location,
       md5(told::text) as _etag
from done
left join lateral endorsement_requests_told(done.request) as told on done.problem is null
