-- Who asks, for what: turns a verified token into the transaction-local settings that the policies compare with, or refuses.
-- SPDX-License-Identifier: MIT
-- :scopes are the token's, :required those of which one must be in effect (both space-separated), :organisation the header Acting-Organisation.
-- Each lateral step reads settings that the step before has made: the policies of account and access_grant compare with them.
select set_config('app.account', coalesce(account.account_id::text, ''), true),
       set_config('app.person', coalesce(account.person_id::text, ''), true),
       set_config('app.organisation', coalesce(effect.organisation_id::text, ''), true),
       set_config('app.units', coalesce(effect.units::text, ''), true),
       set_config('app.scopes', effect.scopes::text, true),
       case
           when :required <> '' and not string_to_array(:required, ' ') && effect.scopes
           then refuse('SL403', case when effect.choice then 'organisation_not_chosen' else 'scope_not_granted' end)
       end
from (
    select set_config('app.issuer', coalesce(:issuer, ''), true) as issuer,
           set_config('app.subject', coalesce(:subject, ''), true) as subject,
           set_config('transaction_read_only', :read_only, true) as read_only,
           string_to_array(coalesce(:scopes, ''), ' ') as scopes
    offset 0
) as token
left join lateral (
    select account.account_id, account.person_id
    from account
    where account.issuer = token.issuer and account.subject = token.subject
    offset 0
) as account on true
cross join lateral (
    select acting.organisation_id, acting.units, acting.scopes, acting.choice
    from acting_scopes(account.account_id, account.person_id, token.scopes, :organisation) as acting
    offset 0
) as effect
