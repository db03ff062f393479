-- Adds links to the chain: :links is a JSON array of sequence, and digest and chain in hex.
-- SPDX-License-Identifier: MIT
insert into audit_link (sequence, digest, chain)
select link.sequence, decode(link.digest, 'hex'), decode(link.chain, 'hex')
from jsonb_to_recordset(:links::jsonb) as link (sequence bigint, digest text, chain text)
