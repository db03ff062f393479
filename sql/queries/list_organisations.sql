-- Police organisations, by code.
-- SPDX-License-Identifier: MIT
select organisation.id,
       organisation.code,
       organisation.name,
       organisation.kind,
       organisation.nation,
       organisation.region,
       organisation.ons_code,
       organisation.stats19_code,
       organisation.starts_on,
       organisation.ends_before - 1 as ends_on,
       jsonb_build_array(organisation.code) as _cursor
from organisation
where (:kind is null or organisation.kind = :kind)
  and (:nation is null or lower(organisation.nation) = lower(:nation))
  and (:after is null or organisation.code > :after ->> 0)
order by organisation.code
limit :limit
