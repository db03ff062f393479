-- Retracts a posting that was recorded by mistake: it counts nowhere any more.
-- SPDX-License-Identifier: MIT
with done as materialized (
    select made.problem, made.person, made.retracted_at
    from retract_posting(:posting_id::uuid, :if_match, :body ->> 'reason') as made
)
select lower(:posting_id) as posting,
       done.person,
       :body ->> 'reason' as reason,
       done.retracted_at,
       workforce_status(done.problem) as _status,
       done.problem as _problem,
       case when done.problem is distinct from 'own_posting' then done.person::text end as _subject
from done
where done.problem is distinct from 'not_found'
