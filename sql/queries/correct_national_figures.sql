-- Asks for a new edition of the national figures of a quarter, which the clerk makes.
-- SPDX-License-Identifier: MIT
with body as (
    select sent.quarter_end, sent.reason from jsonb_to_record(:body) as sent (quarter_end date, reason text)
), judged as materialized (
    select body.quarter_end, body.reason,
           case
               when not coalesce(has_national_scope('administration'), false) then 'scope_not_granted'
               else correction_problem(body.quarter_end)
           end as problem
    from body
), made as (
    insert into national_edition (quarter_end, number, reason, requested_by)
    select judged.quarter_end, 1 + (
               select max(edition.number)
               from national_edition as edition
               where edition.quarter_end = judged.quarter_end),
           judged.reason, app_account()
    from judged
    where judged.problem is null
    returning quarter_end, number, reason, requested_at, made_at
)
select made.quarter_end,
       made.number,
       made.reason,
       made.requested_at,
       made.made_at,
       case judged.problem
           when 'scope_not_granted' then 403
           when '/quarter_end quarter_without_figures' then 404
           when 'edition_waits' then 409
           when 'editions_used_up' then 409
           else 201
       end as _status,
       judged.problem as _problem
from judged
left join made on true
