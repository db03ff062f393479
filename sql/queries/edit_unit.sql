-- Renames, moves, ends or marks a unit of the acting organisation.
-- SPDX-License-Identifier: MIT
with done as materialized (
    select written.problem, written.faults from edit_unit(:unit_id::uuid, :if_match, :body) as written
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
       told.etag as _etag
from done
left join lateral unit_now(:unit_id::uuid) as told on done.problem is null
where done.problem is distinct from 'not_found'
