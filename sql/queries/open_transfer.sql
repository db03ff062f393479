-- Offers another organisation somebody posted to the one that the caller writes for, for good or on loan.
-- SPDX-License-Identifier: MIT
with done as materialized (
    select made.problem, made.faults, made.opened from open_transfer(:body) as made
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
       told.person::text as _subject,
       '/v1/transfers/' || told.id as _location,
       told.etag as _etag
from done
left join lateral transfer_now(done.opened) as told on true
