-- A grant that the caller manages.
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
       told.etag as _etag
from grant_told as told
where told.id = :grant_id::uuid
