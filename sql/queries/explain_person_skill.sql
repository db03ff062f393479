-- Why a person whom the caller reads by office has which level of an item on a day: what decides, what does not.
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
       told.assertions,
       case when subject.person_id is distinct from app_person() then subject.id::text end as _subject
from person as subject
cross join lateral skill_explained(subject.person_id, :item::uuid, coalesce(:as_of::date, london_today())) as told
where subject.id = :person_id::uuid and app_in_charge_of(subject.person_id)
