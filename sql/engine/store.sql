-- Keeps the reply with the idempotency key that the same transaction has claimed.
-- SPDX-License-Identifier: MIT
with stored as (
    update skills.idempotency_claim as claim
    set status = :status::int,
        content_type = :content_type,
        location = :location,
        etag = :etag,
        reply = :reply
    where claim.issuer = current_setting('app.issuer')
      and claim.subject = current_setting('app.subject')
      and claim.operation = :operation
      and claim.key = :key
    returning 1
)
select skills.refuse('SL500', 'claim_lost')
where not exists (select from stored)
