-- Who of a team holds which item on a day, on which basis, beside what their role asks for: a row a person and item.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select frame.organisation_id, frame.framework_version_id, wanted.day, cut.units, cut.worker_type, cut.rank,
           cut.role_profile_id, moment.edition_then as edition,
           case
               when :item is not null
               then array(select within.item from items_within(:item::uuid) as within (item))
           end as items,
           coalesce(frame.status, moment.status, cut.status, team.status, crowd.status) as status,
           coalesce(frame.problem, moment.problem, cut.problem, team.problem, crowd.problem) as problem,
           ledger_meta('The levels that each person posted on the day holds of each item, basis beside basis and never '
               'averaged; since and until say how long, without a break on whatever basis, they have held the highest '
               'level or one above it, as far as is known. Required is what the role profile of their posting asks '
               'for that day, met whether the item by itself is held so; an item that nobody holds has a row for '
               'those whose role asks for it. Who holds nothing and is asked for nothing has a row without an item. '
               'From the records, as far as the reader may see them: assertions whose time overlaps a posting here. A '
               'line manager gets, of those posted on the day to the units managed, the people managed today. Asked '
               'for what was known before, it is as it was known then: assertions, withdrawals, postings, units and '
               'role profiles. But whose record is read, and which assertions, is decided by what the reader may see '
               'now; names and staff numbers are those of now.',
               frame.organisation_id, frame.framework_version_id, wanted.day, wanted.day, null, moment.edition,
               moment.known_at)
               - array['basis', 'pending'] - case when team.by_team then 'edition' else '' end as meta
    from report_frame(:framework, :item, :unit) as frame
    cross join ledger_known(:known_at::timestamptz, :edition) as moment
    cross join (select coalesce(:as_of::date, london_today())) as wanted (day)
    cross join lateral report_cut(:unit, :worker_type, :rank, :role, moment.edition_then) as cut
    cross join team_known(moment.edition_then is not null) as team
    cross join lateral team_size_problem(wanted.day, moment.edition_then, cut.units, cut.worker_type, cut.rank,
        cut.role_profile_id) as crowd
), cells as (
    select person.id as person,
           cell.staff_number,
           person.given_name,
           person.family_name,
           unit.id as unit,
           unit.code as unit_code,
           unit.name as unit_name,
           cell.rank,
           profile.title as role_profile_title,
           item.id as item,
           item.code as item_code,
           item.title as item_title,
           cell.self,
           cell.endorsed,
           cell.assessed,
           cell.accredited,
           cell.held_on,
           cell.highest,
           step.title as highest_title,
           cell.since,
           cell.until_day as until,
           cell.asked as required_level,
           aim.title as required_title,
           cell.importance,
           cell.alternative,
           cell.met,
           case when cell.person_id is distinct from app_person() then person.id::text end as subject,
           coalesce(item.ordinal, 0) as ordinal
    from asked
    cross join lateral skill_matrix(asked.day, asked.edition, asked.framework_version_id, asked.items, asked.units,
        asked.worker_type, asked.rank, asked.role_profile_id) as cell
    join person on person.person_id = cell.person_id
    left join unit on unit.unit_id = cell.unit_id
    left join role_profile as profile on profile.role_profile_id = cell.role_profile_id
    left join framework_item as item on item.framework_item_id = cell.framework_item_id
    left join level as step on step.level_scale_id = item.level_scale_id and step.level = cell.highest
    left join level as aim on aim.level_scale_id = item.level_scale_id and aim.level = cell.asked
    where asked.problem is null
), size as (
    select count(*) > 100000 as too_large
    from cells
)
select cells.person,
       cells.staff_number,
       cells.given_name,
       cells.family_name,
       cells.unit,
       cells.unit_code,
       cells.unit_name,
       cells.rank,
       cells.role_profile_title,
       cells.item,
       cells.item_code,
       cells.item_title,
       cells.self,
       cells.endorsed,
       cells.assessed,
       cells.accredited,
       cells.held_on,
       cells.highest,
       cells.highest_title,
       cells.since,
       cells.until,
       cells.required_level,
       cells.required_title,
       cells.importance,
       cells.alternative,
       cells.met,
       cells.subject as _subject,
       case
           when row_number() over (
                    order by cells.family_name, cells.given_name, cells.person,
                             cells.ordinal, coalesce(cells.item_code, '')) = 1
           then asked.meta
       end as _meta,
       case when size.too_large then 422 else asked.status end as _status,
       case when size.too_large then 'grid_too_large' else asked.problem end as _problem,
       jsonb_build_array(cells.family_name, cells.given_name, cells.person,
                         cells.ordinal, coalesce(cells.item_code, '')) as _cursor
from asked
cross join size
left join cells
    on not size.too_large
       and (:after is null
            or (cells.family_name, cells.given_name, cells.person,
                cells.ordinal, coalesce(cells.item_code, ''))
               > (:after ->> 0, :after ->> 1, (:after ->> 2)::uuid, (:after ->> 3)::int,
                  :after ->> 4))
order by cells.family_name, cells.given_name, cells.person, cells.ordinal, coalesce(cells.item_code, '')
limit :limit
