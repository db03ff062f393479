-- Forgets idempotency keys after their 24 hours.
-- SPDX-License-Identifier: MIT
-- every: 600 seconds
delete from idempotency_claim
where claimed_at < now() - interval '24 hours'
