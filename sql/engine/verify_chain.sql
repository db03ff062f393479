-- The last link of the chain that is not after :sequence.
-- SPDX-License-Identifier: MIT
select sequence, encode(chain, 'hex') as chain
from audit_link
where sequence <= :sequence::bigint
order by sequence desc
limit 1
