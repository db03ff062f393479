-- Ends a share of the caller's own record: the organisation sees its own window again, and no more.
-- SPDX-License-Identifier: MIT
select case when not end_share(share.id) then 409 end as _status,
       case when share.ended_at is not null then 'share_ended' end as _problem
from record_share as share
where share.id = :share_id::uuid and share.person_id = app_person()
