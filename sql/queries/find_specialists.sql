-- People who are willing to be found by the caller, with the levels they hold of an item or framework on a day.
-- SPDX-License-Identifier: MIT
with asked as materialized (
    select wanted.day, moment.edition_then as edition, part.units, cut.role_profile_id,
           coalesce(case when fault.problem like '%unknown\_%' then 404 when fault.problem is not null then 422 end,
                    moment.status, cut.status) as status,
           coalesce(fault.problem, moment.problem, cut.problem) as problem,
           ledger_meta(
               'People who hold the item, or one below it, on the day, at the level asked for or above it, and are '
               'posted to the organisation, or to any in the service, that day: a row for each item and basis, the '
               'highest level first. Only those are in it who say themselves that they may be found, as of the moment '
               'of asking, whichever day is asked about, and nobody who is withheld by a sensitive posting, to '
               'whomever. Asked for what was known before, levels, postings and units are as they were known then; '
               'names, email and who may be found are those of now. Source: the records of skills, and what the '
               'people say about being found.',
               case when not has_national_scope('specialists:read') then app_acting() end, null, wanted.day,
               wanted.day, null, moment.edition, moment.known_at) - array['basis', 'pending'] as meta
    from ledger_known(:known_at::timestamptz, :edition) as moment
    cross join (select coalesce(:as_of::date, london_today())) as wanted (day)
    cross join lateral (select specialist_units(:unit::uuid, moment.edition_then)) as part (units)
    cross join report_cut(null, :worker_type, :rank, :role, null) as cut
    cross join lateral (
        select case
                   when :framework is null and :item is null
                   then 'specialists_of_what'
                   when :framework is not null and not framework_is_known(:framework)
                   then '?framework unknown_framework'
                   when :item is not null and not exists (
                       select
                       from item_named as item
                       where item.id = :item::uuid
                         and (:framework is null or of_framework(item.framework, item.version_id, :framework)))
                   then 'unknown_item'
                   when :organisation is not null and not exists (
                       select
                       from organisation as place
                       where place.code = :organisation or place.id::text = lower(:organisation))
                   then '?organisation unknown_organisation'
                   when :region is not null and not exists (
                       select from organisation as place where place.region = :region)
                   then 'unknown_region'
                   when :unit is not null and part.units is null
                   then '?unit unknown_unit'
                   when :level::int is not null and not exists (
                       select
                       from item_named as item
                       join level as step on step.level_scale_id = item.level_scale_id and step.level = :level::int
                       where (:framework is null or of_framework(item.framework, item.version_id, :framework))
                         and (:item is null
                              or item.framework_item_id in (select within.item
                                                            from items_within(:item::uuid) as within (item))))
                   then 'level_beyond_scale'
               end as problem
    ) as fault
)
select found.id,
       found.given_name,
       found.family_name,
       found.email,
       found.organisation_code,
       found.organisation_name,
       found.place_region as region,
       found.unit_name,
       found.worker_type,
       found.rank,
       found.grade,
       found.role_profile_title,
       found.held_item as item,
       found.held_framework as framework,
       found.code,
       found.title,
       found.level,
       found.level_title,
       found.basis,
       found.since,
       case
           when row_number() over (
                    order by coalesce(found.level, 0) desc, found.family_name, found.given_name, found.id,
                             found.held_item, found.basis) = 1
           then asked.meta
       end as _meta,
       asked.status as _status,
       asked.problem as _problem,
       case when found.person_id is distinct from app_person() then found.id::text end as _subject,
       jsonb_build_array(-coalesce(found.level, 0), found.family_name, found.given_name, found.id, found.held_item,
                         found.basis) as _cursor
from asked
left join lateral specialists_found(:framework, :item::uuid, :level::int, :basis, asked.day, asked.edition,
    :organisation, :region, asked.units, :worker_type, :rank, asked.role_profile_id, :after, :limit) as found
    on asked.problem is null
order by coalesce(found.level, 0) desc, found.family_name, found.given_name, found.id, found.held_item, found.basis
