-- The reply that was stored with an idempotency key, and whether it was for the same request.
-- SPDX-License-Identifier: MIT
select claim.body_hash = :body_hash as same,
       claim.status,
       claim.content_type,
       claim.location,
       claim.etag,
       claim.reply
from skills.idempotency_claim as claim
where claim.issuer = current_setting('app.issuer')
  and claim.subject = current_setting('app.subject')
  and claim.operation = :operation
  and claim.key = :key
