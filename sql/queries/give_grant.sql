-- Gives an account scopes for an organisation, units of it or the nation, by an administrator of it.
-- SPDX-License-Identifier: MIT
with given as (
    select body.account, body.organisation, body.unit,
           array(
               select distinct scope.name
               from jsonb_array_elements_text(body.scopes) as scope (name)
               order by 1) as scopes,
           coalesce(body.starts_on, london_today()) as starts_on, body.ends_on + 1 as ends_before, body.reason
    from jsonb_to_record(:body) as body (account uuid, organisation text, unit uuid, scopes jsonb, starts_on date,
                                         ends_on date, reason text)
), placed as (
    select holder.account_id, holder.closed_at, coalesce(holder.name, holder.title) as holder, holder.person,
           organisation.organisation_id, organisation.code as organisation, unit.unit_id, unit.code as unit_code
    from given
    left join account_told as holder on holder.id = given.account
    left join organisation
        on organisation.code = given.organisation or organisation.id::text = lower(given.organisation)
    left join unit on unit.id = given.unit and unit.organisation_id = organisation.organisation_id
), fault as (
    select case
               when given.organisation is not null and placed.organisation_id is null then 'grant_unknown_organisation'
               when given.unit is not null and given.organisation is null then 'grant_unit_without_organisation'
               when not may_administer(placed.organisation_id, given.scopes) then 'scope_not_granted'
               when given.unit is not null and placed.unit_id is null then 'grant_unknown_unit'
               when placed.account_id is null then 'grant_unknown_account'
               when account_is_own(placed.account_id) then 'own_account'
               when placed.closed_at is not null then 'account_closed'
               when not given.scopes <@ scopes_grantable(placed.organisation_id, placed.unit_id)
               then 'scope_not_grantable'
           end as problem
    from given, placed
), made as (
    insert into access_grant (account_id, organisation_id, unit_id, scopes, starts_on, ends_before, reason, granted_by,
                              granted_by_account)
    select placed.account_id, placed.organisation_id, placed.unit_id, given.scopes, given.starts_on, given.ends_before,
           given.reason, app_name(), app_account()
    from given, placed, fault
    where fault.problem is null
    returning id, scopes, starts_on, ends_before, reason, granted_by, recorded_at
)
select made.id,
       given.account,
       placed.holder,
       placed.organisation,
       given.unit,
       placed.unit_code,
       to_jsonb(made.scopes) as scopes,
       made.starts_on,
       made.ends_before - 1 as ends_on,
       grant_state(made.starts_on, made.ends_before, null) as state,
       made.reason,
       made.granted_by,
       made.recorded_at as granted_at,
       null::timestamptz as revoked_at,
       case when fault.problem in ('scope_not_granted', 'own_account') then 403
            when fault.problem is not null then 422
       end as _status,
       fault.problem as _problem,
       placed.person::text as _subject,
       '/v1/grants/' || made.id as _location,
       '1' as _etag
from given
cross join placed
cross join fault
left join made on true
