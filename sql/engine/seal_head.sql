-- Keeps a signed head.
-- SPDX-License-Identifier: MIT
insert into audit_head (sequence, chain, sealed_at, signature, kid)
values (:sequence::bigint, decode(:chain, 'hex'), :sealed_at::timestamptz, :signature, :kid)
