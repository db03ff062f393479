-- Asks the clerk to fetch the keys of an issuer soon, because a token named one that is not known; and lets nobody
-- hurry it more than is decent.
-- SPDX-License-Identifier: MIT
with decent as (
    select issuer.issuer_id,
           greatest(now(), key_set.tried_at
                           + case
                                 when key_set.fault is null then interval '3 seconds'
                                 else interval '15 seconds'
                             end) as due_at
    from issuer
    join issuer_key_set as key_set on key_set.issuer_id = issuer.issuer_id
    where issuer.url = :url and issuer.retired_at is null
), hurried as (
    update issuer_key_set as key_set
    set due_at = decent.due_at
    from decent
    where key_set.issuer_id = decent.issuer_id and key_set.due_at > decent.due_at
    returning 1
)
select pg_notify('skillsd_keys', '') from hurried
