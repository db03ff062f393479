-- The signed heads of the audit trail, latest first, for anyone to keep elsewhere.
-- SPDX-License-Identifier: MIT
select head.sequence,
       encode(head.chain, 'hex') as chain,
       head.sealed_at,
       head.kid,
       head.signature,
       jsonb_build_array(head.sequence) as _cursor
from audit_head as head
where :after is null or head.sequence < (:after ->> 0)::bigint
order by head.sequence desc
limit :limit
