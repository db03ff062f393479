-- The signed heads as their rows tell them.
-- SPDX-License-Identifier: MIT
select sequence,
       encode(chain, 'hex') as chain,
       to_char(sealed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as sealed_at,
       signature,
       kid
from audit_head
order by sequence
