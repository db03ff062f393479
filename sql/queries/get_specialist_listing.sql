-- Who may find the caller as a specialist, from when, and all that the caller has said about it.
-- SPDX-License-Identifier: MIT
select told.reach,
       told.since,
       told.next_reach,
       told.next_on,
       told.statements,
       case when app_person() is null then 403 end as _status,
       case when app_person() is null then 'no_person' end as _problem
from specialist_listing_told(app_person()) as told
