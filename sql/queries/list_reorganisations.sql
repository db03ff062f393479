-- Reorganisations of organisations, the last asked for first.
-- SPDX-License-Identifier: MIT
select told.id,
       told.happened_on,
       told.dry_run,
       told.state,
       told.fault,
       told.moves,
       told.people,
       told.postings_continued,
       told.postings_moved,
       told.postings_ended,
       told.units,
       told.waiting,
       told.requested_at,
       told.started_at,
       told.ended_at,
       jsonb_build_array(told.reorganisation_id) as _cursor
from reorganisation_told as told
where :after is null or told.reorganisation_id < (:after ->> 0)::bigint
order by told.reorganisation_id desc
limit :limit
