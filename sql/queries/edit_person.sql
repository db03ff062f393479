-- Changes the names and the email of a person by a merge patch, for the organisation that keeps them.
-- SPDX-License-Identifier: MIT
with done as materialized (
    select made.problem, made.edited from edit_person(:person_id::uuid, :if_match, :body) as made
)
select told.id,
       told.given_name,
       told.family_name,
       told.email,
       told.synthetic,
       told.postings,
       workforce_status(done.problem) as _status,
       done.problem as _problem,
       case when done.problem is distinct from 'own_posting' then told.id::text end as _subject,
       told.etag as _etag
from done
left join lateral person_told(done.edited) as told on true
where done.problem is distinct from 'not_found'
