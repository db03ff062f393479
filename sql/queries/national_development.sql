-- CPD by framework item, organisation and month; small cells withheld.
-- SPDX-License-Identifier: MIT
with framed as materialized (
    select frame.framework_version_id, frame.item_id, frame.organisation_id, months.from_month,
           least(months.before_month, (date_trunc('month', london_today()) + interval '1 month')::date) as before_month,
           coalesce(frame.status, months.status) as status,
           coalesce(frame.problem, months.problem) as problem
    from national_frame(:framework, :item, :organisation) as frame
    cross join report_months(:from, :until, 3, 24) as months
), months as (
    select starts.month::date as month
    from framed
    cross join generate_series(framed.from_month::timestamp, framed.before_month::timestamp - interval '1 month',
        interval '1 month') as starts (month)
    where framed.problem is null
), items as (
    select distinct rows.row_item_id
    from framed
    cross join item_rows(framed.framework_version_id, framed.item_id) as rows
    where framed.problem is null
), organisations as (
    select named.organisation_id, named.id, named.code, named.name
    from framed
    cross join national_organisations(framed.organisation_id, framed.from_month, framed.before_month - 1) as named
), asked as materialized (
    select framed.framework_version_id,
           coalesce(framed.status, fault.status) as status,
           coalesce(framed.problem, fault.problem) as problem,
           national_meta('People with an activity aligned to the item or to one below it, activities, and the minutes '
               'given for them, by the organisation of the posting on the day of the activity. Minutes are withheld '
               'by themselves where fewer than ten people gave any.',
               framed.framework_version_id, framed.from_month, framed.before_month - 1) as meta
    from framed
    left join national_problem(framed.from_month,
        (select count(*) from months) * (select count(*) from items) * (select count(*) from organisations)) as fault
        on true
), cells as (
    select item.id as item,
           item.code as item_code,
           coalesce(item.title, 'Any item') as item_title,
           organisations.id as organisation,
           organisations.code as organisation_code,
           organisations.name as organisation_name,
           to_char(months.month, 'YYYY-MM') as month,
           figure.people,
           figure.activities,
           figure.minutes,
           case when figure.people is null then 'fewer than 10' end as withheld,
           row_number() over (
               order by item.ordinal nulls first, item.code nulls first, organisations.code, months.month
           ) as place
    from asked
    cross join months
    cross join items
    cross join organisations
    left join framework_item as item on item.framework_item_id = items.row_item_id
    left join national_development as figure
        on figure.framework_version_id = asked.framework_version_id
           and figure.organisation_id = organisations.organisation_id
           and figure.month = months.month
           and coalesce(figure.framework_item_id, -figure.framework_version_id) = items.row_item_id
    where asked.problem is null
)
select cells.item,
       cells.item_code,
       cells.item_title,
       cells.organisation,
       cells.organisation_code,
       cells.organisation_name,
       cells.month,
       cells.people,
       cells.activities,
       cells.minutes,
       cells.withheld,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       asked.status as _status,
       asked.problem as _problem
from asked
left join cells on true
order by cells.place
