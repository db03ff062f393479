-- What was wrong with a file, by line and column.
-- SPDX-License-Identifier: MIT
with present as (
    select import.import_id
    from import
    where import.id = :import_id::uuid
), found as (
    select fault.ordinal, fault.line, fault.column_name, fault.reason
    from present
    join import_fault as fault on fault.import_id = present.import_id
    where :after is null or fault.ordinal > (:after ->> 0)::bigint
    order by fault.ordinal
    limit :limit
)
select found.line,
       found.column_name as "column",
       found.reason,
       jsonb_build_array(found.ordinal) as _cursor,
       case when not exists (select from present) then 404 end as _status,
       case when not exists (select from present) then 'not_found' end as _problem
from (select) as asked
left join found on true
where found.ordinal is not null or not exists (select from present)
order by found.ordinal
