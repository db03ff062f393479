-- A person whom the caller reads by office, with the postings that the caller may see, latest first.
-- SPDX-License-Identifier: MIT
select told.id,
       told.given_name,
       told.family_name,
       told.email,
       told.synthetic,
       told.postings,
       case when person.person_id is distinct from app_person() then told.id::text end as _subject,
       told.etag as _etag
from person
cross join lateral person_told(person.person_id) as told
where person.id = :person_id::uuid and app_in_charge_of(person.person_id)
