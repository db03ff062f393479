-- Who gained and who lost skills in the acting organisation, month by month and by cause, from the ledger.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.framework_version_id, moment.edition, months.from_month, months.before_month,
           coalesce(frame.status, months.status, moment.status) as status,
           coalesce(frame.problem, months.problem, moment.problem) as problem,
           ledger_meta('Gains and losses of an item at a level on a basis, each by its cause. Joined, left, transferred, seconded and '
               'merged: the person came with the level, or went with it. Assessed, renewed, superseded, lapsed and withdrawn: the '
               'level changed. The other level is the one before a gain, or after a loss, in the organisation.',
               frame.organisation_id, frame.framework_version_id, months.from_month, months.before_month - 1, :basis,
               moment.edition, moment.known_at) as meta
    from report_frame(:framework, :item, null) as frame
    cross join report_months(:from, :until, 12, 120) as months
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
), span as (
    select asked.organisation_id, asked.framework_version_id, asked.edition, starts.month::date as from_day,
           least(starts.month + make_interval(months => case :by when 'month' then 1 else 1200 end),
                 asked.before_month)::date as before_day
    from asked
    cross join lateral generate_series(
        asked.from_month::timestamp, asked.before_month - interval '1 day',
        make_interval(months => case :by when 'month' then 1 else 1200 end)) as starts (month)
    where asked.problem is null
), cells as (
    select item.id as item,
           item.code as item_code,
           item.title as item_title,
           case :by when 'month' then to_char(span.from_day, 'YYYY-MM') end as month,
           flow.basis,
           case when flow.gain then 'gained' else 'lost' end as change,
           flow.cause,
           nullif(flow.level, 0) as level,
           nullif(flow.other_level, 0) as other_level,
           abs(flow.people) as people,
           row_number() over (
               order by item.ordinal, item.code, span.from_day, basis.ordinal, flow.gain desc, flow.cause, flow.level,
                        flow.other_level nulls first
           ) as place
    from span
    cross join lateral skills_flow(span.organisation_id, span.from_day, span.before_day, span.edition) as flow
    join framework_item as item
        on item.framework_item_id = flow.framework_item_id
           and item.framework_version_id = span.framework_version_id
    join basis on basis.code = flow.basis
    where (:basis is null or flow.basis = :basis)
      and (:item is null or item.framework_item_id in (select items_within(:item::uuid)))
), size as (
    select count(*) > 100000 as too_large
    from cells
)
select cells.item,
       cells.item_code,
       cells.item_title,
       cells.month,
       cells.basis,
       cells.change,
       cells.cause,
       cells.level,
       cells.other_level,
       cells.people,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       case when size.too_large then 422 else asked.status end as _status,
       case when size.too_large then 'grid_too_large' else asked.problem end as _problem
from asked
cross join size
left join cells on not size.too_large
order by cells.place
