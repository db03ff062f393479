-- A transfer from or to the organisation that the caller acts for.
-- SPDX-License-Identifier: MIT
select told.id,
       told.kind,
       told.direction,
       told.person,
       told.given_name,
       told.family_name,
       told.staff_number,
       told.from_organisation,
       told.to_organisation,
       told.starts_on,
       told.ends_on,
       told.state,
       told.posting,
       told.reason,
       told.opened_at,
       told.settled_at,
       case when transfer.person_id is distinct from app_person() then told.person::text end as _subject,
       told.etag as _etag
from transfer
cross join lateral transfer_now(transfer.transfer_id) as told
where transfer.id = :transfer_id::uuid
