-- Makes a unit of the acting organisation.
-- SPDX-License-Identifier: MIT
with done as materialized (
    select made.problem, made.faults, made.unit_uuid from create_unit(:body) as made
)
select told.id,
       told.organisation,
       told.code,
       told.name,
       told.parent,
       told.parent_code,
       told.starts_on,
       told.ends_on,
       told.sensitive,
       told.predecessors,
       told.successors,
       structure_problem_status(done.problem) as _status,
       done.problem as _problem,
       done.faults as _faults,
       '/v1/units/' || told.id as _location,
       told.etag as _etag
from done
left join lateral unit_now(done.unit_uuid) as told on true
