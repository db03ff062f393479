-- Shares days of the caller's own record with an organisation that the caller is posted to, or will be.
-- SPDX-License-Identifier: MIT
with given as (
    select body.organisation, body."from" as from_day, coalesce(body.until, london_today()) as until_day
    from jsonb_to_record(:body) as body (organisation text, "from" date, until date)
), fault as (
    select case
               when app_person() is null then 'no_person'
               when given.until_day < given.from_day then 'share_days_reversed'
               when given.until_day > london_today() then 'share_in_future'
               when not exists (
                   select
                   from organisation
                   join posting on posting.organisation_id = organisation.organisation_id
                   where (organisation.code = given.organisation or organisation.id::text = lower(given.organisation))
                     and posting.person_id = app_person()
                     and (posting.ends_before is null or posting.ends_before > london_today()))
               then 'share_without_posting'
           end as problem
    from given
), made as (
    select share_record(given.organisation, given.from_day, given.until_day) as record_share_id
    from given, fault
    where fault.problem is null
)
select shared.id,
       shared.organisation,
       shared.organisation_name,
       shared."from",
       shared.until,
       shared.shared_at,
       shared.ended_at,
       case when fault.problem = 'no_person' then 403 when fault.problem is not null then 422 end as _status,
       fault.problem as _problem,
       '/v1/shares/' || shared.id as _location
from fault
left join made on true
left join lateral share_as_made(made.record_share_id) as shared on true
