-- What the caller shares of the own record with which organisation, latest first.
-- SPDX-License-Identifier: MIT
select share.id,
       organisation.code as organisation,
       organisation.name as organisation_name,
       share.from_day as "from",
       share.until_day as until,
       share.shared_at,
       share.ended_at,
       jsonb_build_array(share.shared_at, share.id) as _cursor
from record_share as share
join organisation on organisation.organisation_id = share.organisation_id
where share.person_id = app_person()
  and (:after is null or (share.shared_at, share.id) < ((:after ->> 0)::timestamptz, (:after ->> 1)::uuid))
order by share.shared_at desc, share.id desc
limit :limit
