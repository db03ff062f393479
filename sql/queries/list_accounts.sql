-- The accounts that the caller manages, by issuer and subject.
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
       jsonb_build_array(told.issuer, told.subject) as _cursor
from account_told as told
where (:issuer is null or told.issuer = :issuer)
  and (:subject is null or told.subject = :subject)
  and (:person is null or told.person = :person::uuid)
  and (:state = 'all' or (told.closed_at is null) = (:state = 'open'))
  and (:after is null or (told.issuer, told.subject) > (:after ->> 0, :after ->> 1))
order by told.issuer, told.subject
limit :limit
