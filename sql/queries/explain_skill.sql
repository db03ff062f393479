-- Why the caller has which level of an item on a day: what decides, what does not, and what is asked for.
-- SPDX-License-Identifier: MIT
select told.id as item,
       told.framework,
       told.code,
       told.title,
       told.kind,
       told.as_of,
       told.highest,
       told.highest_title,
       told.required,
       told.bases,
       told.assertions
from skill_explained(app_person(), :item::uuid, coalesce(:as_of::date, london_today())) as told
