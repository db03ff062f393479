-- Every version of one of the caller's own activities, latest first.
-- SPDX-License-Identifier: MIT
select told.id,
       told.version,
       told.status,
       told.title,
       told.happened_on,
       told.learned,
       told.effect,
       told.type,
       told.provider,
       told.minutes,
       told.stage,
       told.alignments,
       told.reflection,
       told.source,
       told.recorded_at,
       told.changed_at,
       case when own.activity_id is null then 404 end as _status,
       case when own.activity_id is null then 'not_found' end as _problem,
       jsonb_build_array(told.version) as _cursor
from (select) as asked
left join activity as own on own.id = :activity_id::uuid and own.person_id = app_person()
left join activity_told as told
    on told.activity_id = own.activity_id and (:after is null or told.version < (:after ->> 0)::int)
where own.activity_id is null or told.activity_id is not null
order by told.version desc
limit :limit
