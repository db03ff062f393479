-- The units of an organisation, by code, each with the unit above it; on a day, or all that ever were.
-- SPDX-License-Identifier: MIT
select unit.id,
       unit.code,
       unit.name,
       parent.id as parent,
       parent.code as parent_code,
       unit.starts_on,
       unit.ends_before - 1 as ends_on,
       case when asked.organisation_id is null then 404 end as _status,
       case when asked.organisation_id is null then ':organisation unknown_organisation' end as _problem,
       jsonb_build_array(unit.code) as _cursor
from (
    select (
        select organisation.organisation_id
        from organisation
        where organisation.code = :organisation or organisation.id::text = lower(:organisation)) as organisation_id
) as asked
left join unit
    on unit.organisation_id = asked.organisation_id
    and (:as_of is null
         or (unit.starts_on <= :as_of::date and (unit.ends_before is null or unit.ends_before > :as_of::date)))
    and (:after is null or unit.code > :after ->> 0)
left join unit as parent on parent.unit_id = unit.parent_id
where asked.organisation_id is null or unit.unit_id is not null
order by unit.code
limit :limit
