-- Retires an issuer: no token of it is accepted any more.
-- SPDX-License-Identifier: MIT
with held as (
    select issuer.issuer_id, issuer.version,
           case
               when :if_match not in ('*', issuer.version::text) then 'version_changed'
               when issuer.retired_at is not null then 'issuer_retired'
           end as problem
    from issuer
    where issuer.id = :issuer_id::uuid
      and (administers_nation() or issuer.managed_by = administered_organisation())
    for no key update
), retired as (
    update issuer
    set retired_at = now(), version = held.version + 1
    from held
    where issuer.issuer_id = held.issuer_id and held.problem is null
)
select case when held.problem is not null then issuer_problem_status(held.problem) end as _status,
       held.problem as _problem
from held
