-- Forgets the heads of past days but for the last of each day (UTC).
-- SPDX-License-Identifier: MIT
delete from audit_head as head
using audit_head as later
where head.sealed_at < date_trunc('day', now(), 'UTC')
  and later.sequence > head.sequence
  and date_trunc('day', later.sealed_at, 'UTC') = date_trunc('day', head.sealed_at, 'UTC')
