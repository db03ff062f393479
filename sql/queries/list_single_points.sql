-- Who holds an item alone, or with few others, in their unit, of the people whom the caller reads by office.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.unit_id, moment.edition, wanted.day, cut.units, cut.worker_type, cut.rank,
           cut.role_profile_id, team.of_today as by_team,
           items_asked(frame.framework_version_id, :item::uuid) as items,
           coalesce(frame.status, moment.status, cut.status, team.status,
                    case when beyond.problem is not null then 422 end) as status,
           coalesce(frame.problem, moment.problem, cut.problem, team.problem, beyond.problem) as problem,
           ledger_meta(
               'People who hold the item, at the level or above it, alone or with few others of those posted on '
               'the day to the unit with those below it: so many hold it there, each named in a row. An item counts '
               'by itself: who holds one above or below it in the framework holds that one. On the '
               'basis any the level is the highest that somebody holds on any basis. A line manager is told of '
               'the units managed, as they are today. Source: the ledger of skills; for a line manager the '
               'assertions, which say the same of today.',
               frame.organisation_id, frame.framework_version_id, wanted.day, wanted.day, :basis, moment.edition,
               moment.known_at)
               - case when team.of_today then array['edition', 'pending'] else '{}' end as meta
    from report_frame(:framework, :item, null) as frame
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join report_cut(:unit, :worker_type, :rank, :role, moment.edition) as cut
    cross join (select coalesce(:as_of::date, london_today())) as wanted (day)
    cross join lateral team_of_today(wanted.day, moment.edition_then is not null) as team
    left join lateral (
        select 'level_beyond_scale' as problem
        where level_is_beyond(items_asked(frame.framework_version_id, :item::uuid), :level::int)
    ) as beyond on true
), holding as (
    select held.row_unit_id, held.framework_item_id, held.person_id, held.posting_id, step.level, held.level as held,
           count(*) over (partition by held.row_unit_id, held.framework_item_id, step.level) as holders
    from asked
    cross join lateral holders_on(asked.organisation_id, asked.items, asked.day, asked.edition, :basis, true,
        asked.units, asked.worker_type, asked.rank, asked.role_profile_id,
        (select place.unit_id from unit as place where place.id = :unit::uuid)) as held
    join framework_item as item on item.framework_item_id = held.framework_item_id
    cross join lateral item_levels(item.level_scale_id) as step
    where asked.problem is null
      and held.row_unit_id <> 0
      and held.level >= step.level
      and (:level::int is null or step.level = :level::int)
), cells as (
    select unit.id as unit,
           unit.code as unit_code,
           unit.name as unit_name,
           item.id as item,
           item.code as item_code,
           item.title as item_title,
           nullif(holding.level, 0) as level,
           step.title as level_title,
           holding.holders,
           person.id as person,
           person.given_name,
           person.family_name,
           posting.staff_number,
           posting.worker_type,
           posting.rank,
           nullif(holding.held, 0) as held_level,
           case when person.person_id is distinct from app_person() then person.id::text end as subject,
           jsonb_build_array(unit.name, unit.id, item.ordinal, item.id, holding.level, person.family_name,
                             person.given_name, person.id) as cursor,
           row_number() over (
               order by unit.name, unit.id, item.ordinal, item.id, holding.level, person.family_name,
                        person.given_name, person.id
           ) as place
    from asked
    cross join holding
    join posting_in_charge as posting on posting.posting_id = holding.posting_id
    join person on person.person_id = holding.person_id
    join unit on unit.unit_id = holding.row_unit_id
    join framework_item as item on item.framework_item_id = holding.framework_item_id
    left join level as step on step.level_scale_id = item.level_scale_id and step.level = holding.level
    where holding.holders <= :most::int
      and (not asked.by_team or holding.row_unit_id = any (app_units()))
      and (:after is null
           or (unit.name, unit.id, item.ordinal, item.id, holding.level, person.family_name, person.given_name,
               person.id)
              > (:after ->> 0, (:after ->> 1)::uuid, (:after ->> 2)::int, (:after ->> 3)::uuid, (:after ->> 4)::int,
                 :after ->> 5, :after ->> 6, (:after ->> 7)::uuid))
)
select cells.unit,
       cells.unit_code,
       cells.unit_name,
       cells.item,
       cells.item_code,
       cells.item_title,
       cells.level,
       cells.level_title,
       cells.holders,
       cells.person,
       cells.given_name,
       cells.family_name,
       cells.staff_number,
       cells.worker_type,
       cells.rank,
       cells.held_level,
       cells.subject as _subject,
       cells.cursor as _cursor,
       case when coalesce(cells.place, 1) = 1 then asked.meta end as _meta,
       asked.status as _status,
       asked.problem as _problem
from asked
left join cells on true
order by cells.place
limit :limit
