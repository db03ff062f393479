-- One issuer that the caller may manage, with the state of its key set.
-- SPDX-License-Identifier: MIT
select told.id,
       told.url,
       told.title,
       told.audience,
       told.person_claim,
       told.role_claim,
       told.scopes,
       told.national,
       told.organisations,
       told.roles,
       told.keys,
       told.registered_at,
       told.retired_at,
       told.version::text as _etag
from issuer_told as told
where told.id = :issuer_id::uuid
  and (administers_nation() or told.managed_by = administered_organisation())
