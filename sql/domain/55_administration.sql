-- SPDX-License-Identifier: MIT
-- Accounts, grants and shares as those who manage them read them, and who may manage what.

create or replace function app_name() returns text language sql stable parallel safe as $$
    select coalesce(
        (select me.given_name || ' ' || me.family_name from person as me where me.person_id = app_person()),
        (select account.title from account where account.account_id = app_account()),
        current_setting('app.subject', true))
$$;
comment on function app_name() is 'The name of who asks: the person''s, the system''s, or the subject of the token.';

create or replace function may_administer(organisation_id bigint, scopes text[]) returns boolean
language sql stable parallel safe
    return case
        when may_administer.organisation_id is null then coalesce(has_national_scope('administration'), false)
        else coalesce(has_organisation_scope('administration')
                          and may_administer.organisation_id = app_acting(), false)
             or coalesce(has_national_scope('administration') and scopes = array['administration'], false)
    end;
comment on function may_administer(bigint, text[]) is
    'Whether the caller may give and revoke such a grant: an administrator of the organisation, or of the nation for '
    'what concerns no one organisation and for making administrators of one.';

create or replace view account_told with (security_invoker) as
select account.account_id, account.id, account.issuer, account.subject, account.title, person.id as person,
       person.given_name || ' ' || person.family_name as name, organisation.code as organisation,
       account.recorded_at as registered_at, account.closed_at,
       case when account.closed_at is null then '1' else '2' end as etag
from account
left join person on person.person_id = account.person_id
left join organisation on organisation.organisation_id = account.registered_for;
comment on view account_told is 'Accounts with the names of the person and of the organisation that registered them.';

create or replace function grant_state(starts_on date, ends_before date, revoked_at timestamptz) returns text
language sql stable parallel safe
    return case
        when revoked_at is not null then 'revoked'
        when starts_on > london_today() then 'future'
        when ends_before <= london_today() then 'ended'
        else 'in_effect'
    end;
comment on function grant_state(date, date, timestamptz) is
    'What a grant is today: in_effect, revoked, ended or future.';

create or replace view grant_told with (security_invoker) as
select held.access_grant_id, held.id, holder.id as account, coalesce(holder.name, holder.title) as holder,
       organisation.organisation_id, organisation.id as organisation_uuid, organisation.code as organisation,
       unit.id as unit, unit.code as unit_code, held.scopes, held.starts_on, held.ends_before - 1 as ends_on,
       grant_state(held.starts_on, held.ends_before, held.revoked_at) as state, held.reason, held.granted_by,
       held.recorded_at as granted_at, held.revoked_at,
       case when held.revoked_at is null then '1' else '2' end as etag
from access_grant as held
left join account_told as holder on holder.account_id = held.account_id
left join organisation on organisation.organisation_id = held.organisation_id
left join unit on unit.unit_id = held.unit_id
where may_administer(held.organisation_id, held.scopes);
comment on view grant_told is
    'Grants that the caller may manage, with names; whose account the caller may not see stays unnamed.';

create or replace function share_as_made(which bigint)
returns table (id uuid, organisation text, organisation_name text, "from" date, until date, shared_at timestamptz,
               ended_at timestamptz)
language sql volatile rows 1 as $$
    select share.id, organisation.code, organisation.name, share.from_day, share.until_day, share.shared_at,
           share.ended_at
    from record_share as share
    join organisation on organisation.organisation_id = share.organisation_id
    where share.record_share_id = which
$$;
comment on function share_as_made(bigint) is
    'A share of the caller''s own record. Volatile, so that the statement that has made it sees it.';

grant execute on function share_as_made(bigint), app_name(), may_administer(bigint, text[]),
    grant_state(date, date, timestamptz)
    to skillsd_service;
grant select on account_told, grant_told to skillsd_service;
