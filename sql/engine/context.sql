-- Who asks, for what: turns a verified token into the transaction-local settings that the policies compare with, or refuses.
-- SPDX-License-Identifier: MIT
-- :scopes are the token's, :required those of which one must be in effect (both space-separated), :organisation the header Acting-Organisation,
-- :roles the values of the issuer's role claim (a JSON array), :person_claim that of the claim which names a person, both null without one.
-- Each lateral step reads settings that the step before has made: the policies of account and access_grant compare with them.
-- Most callers have no grant, and for them acting_scopes() is not called.
select account.setting as account,
       set_config('app.person', coalesce(asker.person_id::text, ''), true) as person,
       set_config('app.organisation', coalesce(whole.organisation_id::text, ''), true) as organisation,
       set_config('app.units', coalesce(effect.units::text, ''), true) as units,
       set_config('app.cleared_units', coalesce(effect.cleared_units::text, ''), true) as cleared_units,
       set_config('app.acting', coalesce(effect.acting_id::text, ''), true) as acting,
       set_config('app.scopes', coalesce(whole.scopes::text, ''), true) as scopes,
       case
           when :required <> '' and (string_to_array(:required, ' ') && whole.scopes) is not true
           then refuse('SL403', case when effect.choice then 'organisation_not_chosen' else 'scope_not_granted' end)
       end as refused,
       set_config('app.organisation_scopes', coalesce(effect.organisation_scopes::text, ''), true) as organisation_scopes,
       set_config('app.unit_scopes', coalesce(effect.unit_scopes::text, ''), true) as unit_scopes,
       set_config('app.national_scopes', coalesce(effect.national_scopes::text, ''), true) as national_scopes,
       set_config('app.cleared_organisation', coalesce(whole.cleared_organisation_id::text, ''), true) as cleared_organisation
from (
    select set_config('app.issuer', coalesce(:issuer, ''), true) as issuer,
           set_config('app.subject', coalesce(:subject, ''), true) as subject,
           set_config('transaction_read_only', :read_only, true) as read_only,
           string_to_array(coalesce(:scopes, ''), ' ') as scopes
    offset 0
) as token
left join lateral (
    select issuer.issuer_id, issuer.person_claim is not null as names_people
    from issuer
    where issuer.url = token.issuer
    offset 0
) as registered on true
cross join lateral (
    select set_config('app.account', coalesce(max(account.account_id) filter (where account.closed_at is null)::text, ''), true)
               as setting,
           max(account.account_id) filter (where account.closed_at is null) as account_id,
           max(account.person_id) filter (where account.closed_at is null) as person_id,
           count(account.closed_at) > 0 as closed
    from account
    where account.issuer = token.issuer and account.subject = token.subject
    offset 0
) as account
cross join lateral (
    select case
               when account.closed then '{}'
               when registered.issuer_id is null then token.scopes
               else issuer_scopes(registered.issuer_id, token.scopes, :roles::jsonb)
           end as scopes,
           case
               when account.person_id is null and registered.names_people and not account.closed
               then person_named(registered.issuer_id, :person_claim)
               else account.person_id
           end as person_id
    offset 0
) as asker
left join lateral (
    select granted.acting_id, granted.choice, granted.units, granted.cleared_units, granted.unit_scopes,
           granted.organisation_scopes, granted.national_scopes
    from acting_scopes(account.account_id, registered.issuer_id, asker.scopes, :roles::jsonb, :organisation) as granted
    where exists (select from grant_in_effect as held where held.account_id = account.account_id)
       or (registered.issuer_id is not null and :roles is not null and not account.closed)
    offset 0
) as effect on true
cross join lateral (
    select case
               when effect.organisation_scopes && array['workforce:read', 'reports:organisation', 'competencies:assess']
               then effect.acting_id
           end as organisation_id,
           case when 'sensitive:read' = any (effect.organisation_scopes) then -effect.acting_id end as cleared_organisation_id,
           own.scopes || effect.unit_scopes || effect.organisation_scopes || effect.national_scopes as scopes
    from (
        select case when asker.person_id is not null and 'record:read' = any (asker.scopes) then array['record:read'] end
               || case when asker.person_id is not null and 'record:write' = any (asker.scopes) then array['record:write'] end
                   as scopes
    ) as own
    offset 0
) as whole
