-- Registers who signs in as whom: issuer and subject of a token, and the person or the system behind them.
-- SPDX-License-Identifier: MIT
with given as (
    select body.issuer, body.subject, body.person, body.title,
           case when has_organisation_scope('administration') then app_acting() end as organisation_id
    from jsonb_to_record(:body) as body (issuer text, subject text, person uuid, title text)
), placed as (
    select given.issuer, given.subject, given.person, given.title, given.organisation_id, person.person_id
    from given
    left join person
        on person.id = given.person and given.organisation_id is not null
        and (person_is_posted(person.person_id) or person.person_id = app_person())
), fault as (
    select case
               when num_nonnulls(placed.person, placed.title) <> 1 then 'account_person_or_title'
               when placed.person is not null and placed.person_id is null then 'account_person_not_found'
               when placed.person_id = app_person() then 'own_account'
               when not issuer_serves(placed.issuer, placed.organisation_id) then 'issuer_not_registered'
           end as problem
    from placed
), registered as (
    insert into account (issuer, subject, person_id, title, registered_for, registered_by)
    select placed.issuer, placed.subject, placed.person_id, placed.title, placed.organisation_id, app_account()
    from placed, fault
    where fault.problem is null
    returning id, issuer, subject, title, person_id, registered_for, recorded_at
)
select registered.id,
       registered.issuer,
       registered.subject,
       registered.title,
       person.id as person,
       person.given_name || ' ' || person.family_name as name,
       organisation.code as organisation,
       registered.recorded_at as registered_at,
       null::timestamptz as closed_at,
       case when fault.problem = 'own_account' then 403 when fault.problem is not null then 422 end as _status,
       fault.problem as _problem,
       person.id::text as _subject,
       '/v1/accounts/' || registered.id as _location,
       '1' as _etag
from fault
left join registered on true
left join person on person.person_id = registered.person_id
left join organisation on organisation.organisation_id = registered.registered_for
