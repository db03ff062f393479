-- How far an import is, and what it did.
-- SPDX-License-Identifier: MIT
select told.id,
       told.kind,
       told.format,
       told.mode,
       told.dry_run,
       told.title,
       told.organisation,
       told.state,
       told.reason,
       told.made_by,
       told.parts,
       told.bytes,
       told.created_at,
       told.queued_at,
       told.started_at,
       told.ended_at,
       told.rows_read,
       told.rows_good,
       told.rows_bad,
       told.added,
       told.changed,
       told.unchanged,
       told.people_touched,
       told.people_posted
from import_told as told
where told.id = :import_id::uuid
