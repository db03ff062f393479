-- The grants that the caller manages, latest first.
-- SPDX-License-Identifier: MIT
select told.id,
       told.account,
       told.holder,
       told.organisation,
       told.unit,
       told.unit_code,
       to_jsonb(told.scopes) as scopes,
       told.starts_on,
       told.ends_on,
       told.state,
       told.reason,
       told.granted_by,
       told.granted_at,
       told.revoked_at,
       jsonb_build_array(told.granted_at, told.id) as _cursor
from grant_told as told
where (:account is null or told.account = :account::uuid)
  and (:organisation is null
       or told.organisation = :organisation
       or told.organisation_uuid::text = lower(:organisation))
  and (:scope is null or :scope = any (told.scopes))
  and (:state = 'all' or told.state = :state)
  and (:after is null or (told.granted_at, told.id) < ((:after ->> 0)::timestamptz, (:after ->> 1)::uuid))
order by told.granted_at desc, told.id desc
limit :limit
