-- Changes an issuer by a merge patch; organisations, roles and scopes are replaced as a whole.
-- SPDX-License-Identifier: MIT
with done as materialized (
    select written.problem, written.issuer_id from issuer_edit(:issuer_id::uuid, :if_match, :body) as written
)
select told.id,
       told.url,
       told.title,
       told.audience,
       told.person_claim,
       told.role_claim,
       told.scopes,
       told.national,
       told.organisations,
       told.roles,
       told.keys,
       told.registered_at,
       told.retired_at,
       case when done.problem is not null then issuer_problem_status(done.problem) end as _status,
       done.problem as _problem,
       told.version::text as _etag
from done
left join lateral issuer_now(done.issuer_id) as told on true
where done.problem is distinct from 'not_found'
