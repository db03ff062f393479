-- Revokes a grant that the caller manages: it is not in effect from the next request on.
-- SPDX-License-Identifier: MIT
with held as (
    select held.access_grant_id, held.revoked_at, held.account_id, account_is_own(held.account_id) as own,
           case when held.revoked_at is null then '1' else '2' end as etag
    from access_grant as held
    where held.id = :grant_id::uuid and may_administer(held.organisation_id, held.scopes)
), judged as (
    select held.access_grant_id, held.account_id,
           case
               when held.own then 'own_account'
               when held.revoked_at is not null then 'already_revoked'
               when :if_match not in ('*', held.etag) then 'version_changed'
           end as problem
    from held
), revoked as (
    update access_grant
    set revoked_at = now(), revoked_by = app_account()
    from judged
    where access_grant.access_grant_id = judged.access_grant_id
      and judged.problem is null
      and access_grant.revoked_at is null
    returning access_grant.access_grant_id
), outcome as (
    -- Nothing to judge, and yet nothing revoked: another request has just done it, and this one has waited for that.
    select judged.account_id,
           coalesce(judged.problem, case when revoked.access_grant_id is null then 'already_revoked' end) as problem
    from judged
    left join revoked on true
)
select case outcome.problem
           when 'own_account' then 403
           when 'already_revoked' then 409
           when 'version_changed' then 412
       end as _status,
       outcome.problem as _problem,
       holder.person::text as _subject
from outcome
left join account_told as holder on holder.account_id = outcome.account_id
