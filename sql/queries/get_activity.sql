-- One of the caller's own activities as its current version tells it, a withdrawn one too.
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
       told.version::text as _etag
from activity_told as told
where told.id = :activity_id::uuid and told.person_id = app_person() and told.holds
