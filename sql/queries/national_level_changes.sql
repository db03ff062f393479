-- People whose level of an item changed in a year to 31 March, by organisation; small cells withheld.
-- SPDX-License-Identifier: MIT
with framed as materialized (
    select frame.framework_version_id, frame.item_id, frame.organisation_id, year.year, year.first_day, year.last_day,
           coalesce(frame.status, year.status) as status,
           coalesce(frame.problem, year.problem) as problem
    from national_frame(:framework, :item, :organisation) as frame
    cross join report_year(:year_ending::int) as year
), items as (
    select distinct rows.row_item_id
    from framed
    cross join item_rows(framed.framework_version_id, framed.item_id) as rows
    where framed.problem is null
), changes as (
    select change.name, change.ordinal
    from (values ('gained', 1), ('rose', 2), ('fell', 3), ('lost', 4)) as change (name, ordinal)
), organisations as (
    select named.organisation_id, named.id, named.code, named.name
    from framed
    cross join national_organisations(framed.organisation_id, framed.first_day, framed.last_day) as named
), asked as materialized (
    select framed.framework_version_id, framed.year,
           coalesce(framed.status, fault.status) as status,
           coalesce(framed.problem, fault.problem) as problem,
           national_meta('People posted both on the day before the year and on its last day, or today while it lasts, '
               'whose highest level of the item, or of those below it, on any basis, differs between the two. Gained: '
               'not held, then held. Lost: held, then not.',
               framed.framework_version_id, framed.first_day, framed.last_day) as meta
    from framed
    left join national_problem(framed.first_day,
        (select count(*) from items) * (select count(*) from changes) * (select count(*) from organisations)) as fault
        on true
), cells as (
    select item.id as item,
           item.code as item_code,
           coalesce(item.title, 'Any item') as item_title,
           organisations.id as organisation,
           organisations.code as organisation_code,
           organisations.name as organisation_name,
           asked.year as year_ending,
           changes.name as change,
           figure.people,
           case when figure.people is null then 'fewer than 10' end as withheld,
           row_number() over (
               order by item.ordinal nulls first, item.code nulls first, organisations.code, changes.ordinal
           ) as place
    from asked
    cross join items
    cross join changes
    cross join organisations
    left join framework_item as item on item.framework_item_id = items.row_item_id
    left join national_level_changes as figure
        on figure.framework_version_id = asked.framework_version_id
           and figure.organisation_id = organisations.organisation_id
           and figure.year_ending = asked.year
           and figure.change = changes.name
           and coalesce(figure.framework_item_id, -figure.framework_version_id) = items.row_item_id
    where asked.problem is null
)
select cells.item,
       cells.item_code,
       cells.item_title,
       cells.organisation,
       cells.organisation_code,
       cells.organisation_name,
       cells.year_ending,
       cells.change,
       cells.people,
       cells.withheld,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       asked.status as _status,
       asked.problem as _problem
from asked
left join cells on true
order by cells.place
