-- What the constraints of the domain, and its unique indexes, say to the reader: '<pointer> <code>: <sentence>'.
-- SPDX-License-Identifier: MIT
select coalesce(relation.relname, type.typname, '')::text as relation,
       constraint_.conname::text as name,
       obj_description(constraint_.oid, 'pg_constraint') as comment
from pg_constraint as constraint_
left join pg_class as relation on relation.oid = constraint_.conrelid
left join pg_type as type on type.oid = constraint_.contypid
where constraint_.connamespace = 'skills'::regnamespace
  and obj_description(constraint_.oid, 'pg_constraint') is not null
union all
select relation.relname::text, index_class.relname::text, obj_description(index_class.oid, 'pg_class')
from pg_index as index_
join pg_class as index_class on index_class.oid = index_.indexrelid
join pg_class as relation on relation.oid = index_.indrelid
where index_class.relnamespace = 'skills'::regnamespace
  and index_.indisunique
  and obj_description(index_class.oid, 'pg_class') is not null
order by relation, name
