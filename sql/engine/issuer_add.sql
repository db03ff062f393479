-- Registers an issuer as the owner of the schema, with its first administrator of the nation where one is named; tells
-- what it did.
-- SPDX-License-Identifier: MIT
-- :organisations are codes and :scopes scopes, both JSON arrays; :national is true or false; :administrator is a
-- subject, or null.
with named as (
    select given.code, organisation.organisation_id
    from jsonb_array_elements_text(:organisations::jsonb) as given (code)
    left join organisation on organisation.code = lower(given.code)
), fault as (
    select (select min(named.code) from named where named.organisation_id is null) as unknown_organisation,
           exists (select from issuer where issuer.url = :url) as known,
           (select min(given.scope)
            from jsonb_array_elements_text(:scopes::jsonb) as given (scope)
            where given.scope <> all (array['record:read', 'record:write'] || scopes_grantable(1, 1)
                                      || scopes_grantable(1, null) || scopes_grantable(null, null))) as unknown_scope
), added as (
    insert into issuer (url, title, audience, scopes, national, managed_by)
    select :url, :title, :audience, sorted_texts(:scopes::jsonb), :national::boolean,
           case
               when not :national::boolean and not :scopes::jsonb ? 'reports:national'
               then (select min(named.organisation_id) from named having count(distinct named.organisation_id) = 1)
           end
    from fault
    where fault.unknown_organisation is null and not fault.known and fault.unknown_scope is null
    returning issuer_id, id, url
), placed as (
    insert into issuer_organisation (issuer_id, organisation_id)
    select distinct added.issuer_id, named.organisation_id
    from added, named
), administrator as (
    insert into account (issuer, subject, title)
    select added.url, :administrator, 'Administrator'
    from added
    where :administrator is not null
    on conflict (issuer, subject) do update
    set subject = excluded.subject
    returning account_id
), granted as (
    insert into access_grant (account_id, scopes, granted_by)
    select administrator.account_id, '{administration}', 'skillsd issuer'
    from administrator
), noticed as (
    select pg_notify('skillsd_keys', '') from added
)
select (select added.id from added) as id,
       fault.unknown_organisation,
       fault.known,
       fault.unknown_scope,
       (select count(*) from noticed) as noticed
from fault
