-- A person whom the caller reads by office, with the postings that the caller may see, latest first.
-- SPDX-License-Identifier: MIT
select told.id,
       told.given_name,
       told.family_name,
       told.synthetic,
       told.postings,
       case when not told.own then told.id::text end as _subject,
       md5(told::text) as _etag
from (
    select person.id,
           person.given_name,
           person.family_name,
           person.synthetic,
           person.person_id is not distinct from app_person() as own,
           coalesce((
               select jsonb_agg(posting_told(posting.posting_id)
                                order by posting.starts_on desc, posting.posting_id desc)
               from posting_in_charge as posting
               where posting.person_id = person.person_id), '[]') as postings
    from person
    where person.id = :person_id::uuid and app_in_charge_of(person.person_id)
) as told
