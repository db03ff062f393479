-- Registers an organisation.
-- SPDX-License-Identifier: MIT
with done as materialized (
    select made.problem, made.faults, made.organisation_uuid from write_organisation(null, null, :body) as made
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
       '/v1/organisations/' || told.code as _location,
       told.etag as _etag
from done
left join lateral organisation_now(done.organisation_uuid) as told on true
