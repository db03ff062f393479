-- An account that the caller manages.
-- SPDX-License-Identifier: MIT
select told.id,
       told.issuer,
       told.subject,
       told.title,
       told.person,
       told.name,
       told.organisation,
       told.registered_at,
       told.closed_at,
       told.etag as _etag
from account_told as told
where told.id = :account_id::uuid
