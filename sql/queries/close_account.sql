-- Closes an account that the caller manages: nothing is in effect for it from the next request on.
-- SPDX-License-Identifier: MIT
with held as (
    select account.account_id, account.closed_at, case when account.closed_at is null then '1' else '2' end as etag,
           account_is_own(account.account_id) as own,
           case
               when account.registered_for is null
               then has_national_scope('administration') and account.person_id is null
               else has_organisation_scope('administration') and account.registered_for = app_acting()
           end as managed
    from account
    where account.id = :account_id::uuid
), judged as (
    select held.account_id,
           case
               when held.own then 'own_account'
               when held.managed is not true then 'account_of_others'
               when held.closed_at is not null then 'already_closed'
               when :if_match not in ('*', held.etag) then 'version_changed'
           end as problem
    from held
), closed as (
    update account
    set closed_at = now()
    from judged
    where account.account_id = judged.account_id
      and judged.problem is null
      and account.closed_at is null
    returning account.account_id
), outcome as (
    -- Nothing to judge, and yet nothing closed: another request has just done it, and this one has waited for that.
    select judged.account_id,
           coalesce(judged.problem, case when closed.account_id is null then 'already_closed' end) as problem
    from judged
    left join closed on true
)
select case outcome.problem
           when 'own_account' then 403
           when 'account_of_others' then 403
           when 'already_closed' then 409
           when 'version_changed' then 412
       end as _status,
       outcome.problem as _problem,
       holder.person::text as _subject
from outcome
left join account_told as holder on holder.account_id = outcome.account_id
