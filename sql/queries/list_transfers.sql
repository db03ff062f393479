-- Transfers and secondments from and to the organisation that the caller acts for, latest offer first.
-- SPDX-License-Identifier: MIT
select told.id,
       told.kind,
       told.direction,
       told.person,
       told.given_name,
       told.family_name,
       told.staff_number,
       told.from_organisation,
       told.to_organisation,
       told.starts_on,
       told.ends_on,
       told.state,
       told.posting,
       told.reason,
       told.opened_at,
       told.settled_at,
       case when transfer.person_id is distinct from app_person() then told.person::text end as _subject,
       jsonb_build_array(told.opened_at, told.id) as _cursor
from transfer_told as told
join transfer on transfer.transfer_id = told.transfer_id
where (:direction in ('all', told.direction))
  and (:state in ('all', told.state))
  and (:after is null or (told.opened_at, told.id) < ((:after ->> 0)::timestamptz, (:after ->> 1)::uuid))
order by told.opened_at desc, told.id desc
limit :limit
