-- The issuers that the caller may manage, by URL.
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
       jsonb_build_array(told.url) as _cursor
from issuer_told as told
where ((select administers_nation()) or told.managed_by = (select administered_organisation()))
  and (coalesce(:state, 'in_use') = 'all' or (told.retired_at is not null) = (:state = 'retired'))
  and (:after is null or told.url > :after ->> 0)
order by told.url
limit :limit
