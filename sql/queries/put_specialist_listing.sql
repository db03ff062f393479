-- Records who may find the caller as a specialist from a day on; what says nothing new is not recorded again.
-- SPDX-License-Identifier: MIT
with given as materialized (
    select own_record() as person_id, body.reach, coalesce(body.starts_on, london_today()) as starts_on
    from jsonb_to_record(:body) as body (reach text, starts_on date)
), fault as (
    select case
               when given.person_id is null then 'no_person'
               when given.starts_on < london_today() then 'listing_day_past'
           end as problem
    from given
), latest as (
    -- Read under the lock, so that of two at once the second sees what the first has said.
    select told.statements -> 0 ->> 'reach' as reach, (told.statements -> 0 ->> 'starts_on')::date as starts_on
    from given
    cross join lateral specialist_listing_told(given.person_id) as told
), made as (
    insert into specialist_listing (person_id, reach, starts_on, recorded_by)
    select given.person_id, given.reach, given.starts_on, app_account()
    from given
    cross join fault
    where fault.problem is null
      and not exists (
          select
          from latest
          where latest.reach = given.reach
            and greatest(latest.starts_on, london_today()) = given.starts_on)
    returning person_id
), written as materialized (
    select given.person_id, (select count(*) from made) as made
    from given
)
select told.reach,
       told.since,
       told.next_reach,
       told.next_on,
       told.statements,
       case fault.problem when 'no_person' then 403 when 'listing_day_past' then 422 end as _status,
       fault.problem as _problem
from written
cross join fault
cross join lateral specialist_listing_told(written.person_id) as told
where written.made >= 0
