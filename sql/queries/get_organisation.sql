-- A police organisation, by identifier or code, with those that it took over from and those that took over.
-- SPDX-License-Identifier: MIT
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
       told.etag as _etag
from organisation_detail as told
where told.organisation_id = organisation_named(:organisation)
