-- Registers a new person with a first posting to the organisation that the caller writes for, or names every fault.
-- SPDX-License-Identifier: MIT
with done as materialized (
    select made.problem, made.faults, made.registered from register_person(:body) as made
)
select told.id,
       told.given_name,
       told.family_name,
       told.email,
       told.synthetic,
       told.postings,
       workforce_status(done.problem) as _status,
       done.problem as _problem,
       done.faults as _faults,
       told.id::text as _subject,
       '/v1/people/' || told.id as _location,
       told.etag as _etag
from done
left join lateral person_told(done.registered) as told on true
