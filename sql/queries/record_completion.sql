-- Records that somebody completed a course, as the provider or learning system that gave it tells.
-- SPDX-License-Identifier: MIT
with given as (
    select body.organisation, body.staff_number, body.reference, body.title, body.happened_on, body.learned,
           coalesce(body.type, 'course') as type, body.minutes::int as minutes,
           coalesce(body.alignments, '[]') as alignments
    from jsonb_to_record(:body) as body (organisation text, staff_number text, reference text, title text,
                                         happened_on date, learned text, type text, minutes numeric, alignments jsonb)
)
select made.id,
       given.reference,
       made.recorded_at,
       case made.problem
           when 'scope_not_granted' then 403
           when 'own_completion' then 403
           when 'completion_known' then 409
           else case when made.problem is not null then 422 end
       end as _status,
       made.problem as _problem,
       made.person::text as _subject
from given
cross join lateral record_completion(given.organisation, given.staff_number, given.reference, given.title,
    given.happened_on, given.learned, given.type, given.minutes, given.alignments) as made
