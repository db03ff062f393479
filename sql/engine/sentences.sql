-- Constraints that a request can run into and that have no sentence for the reader. No row is expected.
-- SPDX-License-Identifier: MIT
select 'constraint ' || con.conname || ' on ' || con.conrelid::regclass as object,
       'its comment must be ''<pointer> <code>: <sentence>''' as fault
from pg_constraint as con
join pg_namespace as namespace on namespace.oid = con.connamespace
where namespace.nspname = 'skills'
  and con.contype in ('c', 'u', 'p', 'f', 'x')
  and (has_any_column_privilege(con.conrelid, 'insert') or has_any_column_privilege(con.conrelid, 'update'))
  and coalesce(obj_description(con.oid, 'pg_constraint'), '') !~ '^(/[^ ]*)? ?[a-z0-9_]+: .+'
order by 1
