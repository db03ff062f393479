-- The cells of the national figures of a quarter that are asked for, rounded, and why others have no figure.
-- SPDX-License-Identifier: MIT
with framed as materialized (
    select frame.national_edition_id, frame.quarter_end, frame.number, frame.reason, frame.made_at,
           frame.framework_version_id, frame.item_id, frame.organisation_id, frame.status, frame.problem,
           :measure as measure
    from national_frame(:measure, :quarter_end::date, :edition::int, :framework, :item, :organisation, :worker_type)
        as frame
), kinds as (
    select framed.measure, item.framework_item_id, bases.basis, step.level, null::int as joined_year,
           row_number() over (order by item.ordinal, item.code, bases.basis, step.level) as place
    from framed
    join framework_item as item
        on item.framework_version_id = framed.framework_version_id
           and (framed.item_id is null or item.framework_item_id = framed.item_id)
    left join (values ('held', 'any'), ('held', 'assessed')) as bases (measure, basis) on bases.measure = framed.measure
    left join level as step on step.level_scale_id = item.level_scale_id and framed.measure = 'held'
    where framed.problem is null
    union all
    select framed.measure, null, null, null, years.year, row_number() over (order by years.year desc)
    from framed
    left join lateral generate_series(
        extract(year from framed.quarter_end - interval '3 months')::int - 3,
        extract(year from framed.quarter_end - interval '3 months')::int + 1) as years (year)
        on framed.measure = 'joined'
    where framed.problem is null and framed.measure not in ('held', 'developed')
), places as (
    select named.organisation_id, named.id, named.code, named.name
    from framed
    cross join national_organisations(
        case
            when framed.measure = 'leavers'
            then (framed.quarter_end - interval '1 year')::date + 1
            else framed.quarter_end
        end,
        framed.quarter_end) as named
    where :organisation is null or named.organisation_id = coalesce(framed.organisation_id, 0)
), types as (
    select known.code, known.ordinal
    from (
        select worker_type.code, worker_type.ordinal
        from worker_type
        union all
        select 'all', 0
    ) as known
    where :worker_type is null or known.code = :worker_type
), asked as materialized (
    select framed.national_edition_id, framed.quarter_end,
           coalesce(framed.status, fault.status) as status,
           coalesce(framed.problem, fault.problem) as problem,
           national_meta(definition.text, framed.framework_version_id, framed.quarter_end, framed.number, framed.reason,
               framed.made_at) as meta, (
               select earlier.national_edition_id
               from national_edition as earlier
               where earlier.made_at is not null
                 and earlier.quarter_end = case
                                               when framed.measure = 'leavers'
                                               then (framed.quarter_end + 1 - interval '1 year')::date - 1
                                               else framed.quarter_end
                                           end
                 and (framed.measure = 'leavers' or earlier.number = framed.number)
               order by earlier.number desc
               limit 1
           ) as strength_edition_id
    from framed
    join (
        values ('strength', 'People who serve on the last day of the quarter, by headcount after the Home Office''s '
                'police workforce statistics.'),
               ('held', 'People who serve on the last day of the quarter and then hold the item at the level or above, '
                'on any basis, or assessed or accredited; of an item without levels, who hold it.'),
               ('developed', 'People who serve on the last day of the quarter and recorded CPD aligned to the item in '
                'the year to that day.'),
               ('joined', 'People who serve on the last day of the quarter and joined policing in the year to 31 March '
                'shown, transfers between forces apart. They count where they serve now.'),
               ('leavers', 'People who left policing in the year to the last day of the quarter and do not serve on '
                'that day, transfers between forces apart, by where they left from.')
    ) as definition (measure, text) on definition.measure = framed.measure
    left join (
        select 422 as status, 'grid_too_large' as problem
        where (select count(*) from kinds) * (select count(*) from places) * (select count(*) from types) > 100000
    ) as fault on true
), cells as (
    select kinds.measure, kinds.framework_item_id, kinds.basis, kinds.level, kinds.joined_year,
           places.organisation_id, places.id, places.code, places.name, types.code as worker_type,
           figure.people, figure.national_edition_id is not null as shown, strength.people as strength,
           row_number() over (
               order by kinds.place, places.organisation_id = 0 desc, places.code, types.ordinal, types.code
           ) as place
    from asked
    cross join kinds
    cross join places
    cross join types
    left join national_figure as figure
        on figure.national_edition_id = asked.national_edition_id
           and figure.measure = kinds.measure
           and coalesce(figure.framework_item_id, 0) = coalesce(kinds.framework_item_id, 0)
           and coalesce(figure.basis, '') = coalesce(kinds.basis, '')
           and coalesce(figure.level, 0) = coalesce(kinds.level, 0)
           and coalesce(figure.joined_year, 0) = coalesce(kinds.joined_year, 0)
           and coalesce(figure.organisation_id, 0) = places.organisation_id
           and coalesce(figure.worker_type, 'all') = types.code
    left join national_figure as strength
        on strength.national_edition_id = asked.strength_edition_id
           and strength.measure = 'strength'
           and kinds.measure <> 'strength'
           and coalesce(strength.organisation_id, 0) = places.organisation_id
           and coalesce(strength.worker_type, 'all') = types.code
    where asked.problem is null
)
select asked.quarter_end,
       cells.measure,
       item.id as item,
       item.code as item_code,
       item.title as item_title,
       cells.basis,
       cells.level,
       cells.joined_year,
       cells.id as organisation,
       cells.code as organisation_code,
       cells.name as organisation_name,
       cells.worker_type,
       cells.people,
       case
           when cells.people is not null then null
           when cells.shown then 'withheld'
           when cells.organisation_id = 0 or cells.worker_type = 'all' or cells.measure = 'joined'
           then 'fewer than 10, or withheld'
           else 'fewer than 10'
       end as marker,
       round(100.0 * cells.people / cells.strength, 1) as percent,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       asked.status as _status,
       asked.problem as _problem
from asked
left join cells on true
left join framework_item as item on item.framework_item_id = cells.framework_item_id
order by cells.place
