-- A reorganisation, how far it is and what it did.
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
       told.ended_at
from reorganisation_told as told
where told.id = :reorganisation_id::uuid
