-- Accepts a transfer or secondment to the organisation that the caller writes for, by the posting there.
-- SPDX-License-Identifier: MIT
with done as materialized (
    select made.problem, made.faults, made.settled from accept_transfer(:transfer_id::uuid, :if_match, :body) as made
)
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
       workforce_status(done.problem) as _status,
       done.problem as _problem,
       done.faults as _faults,
       case when done.problem is distinct from 'own_posting' then told.person::text end as _subject,
       told.etag as _etag
from done
left join lateral transfer_now(done.settled) as told on true
where done.problem is distinct from 'not_found'
