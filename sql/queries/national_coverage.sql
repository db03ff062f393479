-- People at or above each level of an item at the end of each month, by organisation; small cells withheld.
-- SPDX-License-Identifier: MIT
with framed as materialized (
    select frame.framework_version_id, frame.item_id, frame.organisation_id, months.from_month,
           least(months.before_month, (date_trunc('month', london_today()) + interval '1 month')::date) as before_month,
           coalesce(frame.status, months.status) as status,
           coalesce(frame.problem, months.problem) as problem
    from national_frame(:framework, :item, :organisation) as frame
    cross join report_months(:from, :until, 1, 24) as months
), months as (
    select starts.month::date as month
    from framed
    cross join generate_series(framed.from_month::timestamp, framed.before_month::timestamp - interval '1 month',
        interval '1 month') as starts (month)
    where framed.problem is null
), steps as (
    select step.row_item_id, step.level
    from framed
    cross join item_steps(framed.framework_version_id, framed.item_id) as step
    where framed.problem is null
), organisations as (
    select named.organisation_id, named.id, named.code, named.name
    from framed
    cross join national_organisations(framed.organisation_id, framed.from_month, framed.before_month - 1) as named
), asked as materialized (
    select framed.framework_version_id,
           coalesce(framed.status, fault.status) as status,
           coalesce(framed.problem, fault.problem) as problem,
           national_meta('People posted on the last day of the month, today in the month that lasts, who then hold '
               'the item, or one below it, at the level or above; without a level, who hold it at all.',
               framed.framework_version_id, framed.from_month, framed.before_month - 1)
               || jsonb_build_object('basis', :basis) as meta
    from framed
    left join national_problem(framed.from_month,
        (select count(*) from months) * (select count(*) from steps) * (select count(*) from organisations)) as fault
        on true
), cells as (
    select item.id as item,
           item.code as item_code,
           coalesce(item.title, 'Any item') as item_title,
           organisations.id as organisation,
           organisations.code as organisation_code,
           organisations.name as organisation_name,
           to_char(months.month, 'YYYY-MM') as month,
           steps.level,
           figure.people,
           case when figure.people is null then 'fewer than 10' end as withheld,
           row_number() over (
               order by item.ordinal nulls first, item.code nulls first, organisations.code, months.month,
                        steps.level nulls first
           ) as place
    from asked
    cross join months
    cross join steps
    cross join organisations
    left join framework_item as item on item.framework_item_id = steps.row_item_id
    left join national_coverage as figure
        on figure.framework_version_id = asked.framework_version_id
           and figure.organisation_id = organisations.organisation_id
           and figure.month = months.month
           and coalesce(figure.framework_item_id, -figure.framework_version_id) = steps.row_item_id
           and coalesce(figure.level, 0) = coalesce(steps.level, 0)
           and coalesce(figure.basis, 'any') = :basis
    where asked.problem is null
)
select cells.item,
       cells.item_code,
       cells.item_title,
       cells.organisation,
       cells.organisation_code,
       cells.organisation_name,
       cells.month,
       cells.level,
       cells.people,
       cells.withheld,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       asked.status as _status,
       asked.problem as _problem
from asked
left join cells on true
order by cells.place
