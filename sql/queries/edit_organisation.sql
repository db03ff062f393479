-- Changes an organisation.
-- SPDX-License-Identifier: MIT
with done as materialized (
    select written.problem, written.faults, written.organisation_uuid
    from write_organisation(:organisation, :if_match, :body) as written
)
select told.id,
       told.code,
       told.name,
       told.kind,
       told.nation,
       told.region,
       told.ons_code,
       told.stats19_code,
       told.starts_on,
       told.ends_on,
       told.predecessors,
       told.successors,
       structure_problem_status(done.problem) as _status,
       done.problem as _problem,
       done.faults as _faults,
       told.etag as _etag
from done
left join lateral organisation_now(done.organisation_uuid) as told on true
where done.problem is distinct from 'not_found'
