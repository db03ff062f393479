-- Queues a reorganisation of organisations, which the clerk does.
-- SPDX-License-Identifier: MIT
with done as materialized (
    select reorganisation_ask(:body) as reorganisation_id
)
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
       '/v1/reorganisations/' || told.id as _location
from done
cross join lateral reorganisation_now(done.reorganisation_id) as told
