-- A unit, with those that it took over from and those that took over.
-- SPDX-License-Identifier: MIT
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
       told.etag as _etag
from unit_detail as told
where told.id = :unit_id::uuid
