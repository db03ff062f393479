-- Where the index by person is not what the events say: a reader could be hidden from whoever is read. At most 1,000.
-- SPDX-License-Identifier: MIT
select coalesce(told.sequence, found.sequence) as sequence,
       coalesce(told.person, found.person) as person
from (
    select distinct event.sequence, subject.person, event.happened_at, event.organisation_id
    from audit_event as event
    cross join unnest(event.people) as subject (person)
) as told
full join audit_subject as found
    on found.sequence = told.sequence and found.person = told.person and found.happened_at = told.happened_at
where told.person is null
   or found.person is null
   or told.organisation_id is distinct from found.organisation_id
order by sequence, person
limit 1000
