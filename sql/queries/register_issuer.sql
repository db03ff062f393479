-- Registers an issuer with its organisations and roles, and wakes the clerk to fetch its keys.
-- SPDX-License-Identifier: MIT
with done as materialized (
    select written.problem, written.issuer_id
    from issuer_register(issuer_roles_placed(
             '{"person_claim": null, "role_claim": "roles", "national": false, "organisations": [], "roles": []}'
             || jsonb_strip_nulls(:body))) as written
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
       '/v1/issuers/' || told.id as _location,
       told.version::text as _etag
from done
left join lateral issuer_now(done.issuer_id) as told on true
