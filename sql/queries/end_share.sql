-- Ends a share of the caller's own record: the organisation sees its own window again, and no more.
-- SPDX-License-Identifier: MIT
select case when not act.done then 409 end as _status,
       case when not act.done then 'share_ended' end as _problem
from record_share as share
cross join lateral (
    select end_share(share.id) as done
    offset 0
) as act
where share.id = :share_id::uuid and share.person_id = app_person()
