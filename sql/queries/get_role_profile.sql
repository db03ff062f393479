-- A role profile with the items that it asks for on a day, the level of each, and its versions.
-- SPDX-License-Identifier: MIT
select told.id,
       told.framework,
       told.code,
       told.family,
       told.role,
       told.role_level,
       told.title,
       told.version,
       told.valid_from,
       told.requirements,
       told.versions,
       told.etag as _etag
from role_profile as profile
cross join lateral role_profile_at(profile.role_profile_id, coalesce(:as_of::date, london_today())) as told
where profile.id = :role_profile::uuid
