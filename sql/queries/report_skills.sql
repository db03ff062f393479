-- How many people of the acting organisation hold each item at each level on a day, from the ledger.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.framework_version_id, moment.edition, wanted.day,
           coalesce(frame.status, moment.status) as status,
           coalesce(frame.problem, moment.problem) as problem,
           ledger_meta('People who count in the organisation on the day and hold the item at the level, or at it or above, on '
               'the basis. A person counts in one organisation a day. Not to be added up over items or bases, in which the '
               'same people are counted again.',
               frame.organisation_id, frame.framework_version_id, wanted.day, wanted.day, :basis, moment.edition,
               moment.known_at) as meta
    from report_frame(:framework, :item, null) as frame
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join (select coalesce(:as_of::date, london_today())) as wanted (day)
), cells as (
    select item.id as item,
           item.code as item_code,
           item.title as item_title,
           standing.basis,
           nullif(standing.level, 0) as level,
           step.title as level_title,
           standing.people,
           sum(standing.people) over (
               partition by standing.framework_item_id, standing.basis
               order by standing.level desc
           )::bigint as people_at_or_above,
           row_number() over (order by item.ordinal, item.code, basis.ordinal, standing.level) as place
    from asked
    cross join lateral skills_standing(asked.organisation_id, asked.day, asked.edition) as standing
    join framework_item as item
        on item.framework_item_id = standing.framework_item_id
           and item.framework_version_id = asked.framework_version_id
    join basis on basis.code = standing.basis
    left join level as step on step.level_scale_id = item.level_scale_id and step.level = standing.level
    where asked.problem is null
      and (:basis is null or standing.basis = :basis)
      and (:item is null or item.framework_item_id in (select items_within(:item::uuid)))
)
select cells.item,
       cells.item_code,
       cells.item_title,
       cells.basis,
       cells.level,
       cells.level_title,
       cells.people,
       cells.people_at_or_above,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       asked.status as _status,
       asked.problem as _problem
from asked
left join cells on true
order by cells.place
