-- row: ImportAssertionRow
-- SPDX-License-Identifier: MIT
-- A file of assertions of others: who, what, which level, on what basis, from when. A good row is recorded, a bad one
-- reported with every fault it has; the same file again changes nothing.
-- (The rules: sql/domain/67_import_assertions*.sql.)
--   Who: person_id, or organisation and staff number.
--   What: an item by identifier, or by its code in a framework (in its current version, or in the version given).
--   Once: by the organisation's own reference of it or, without one, by saying the same of the same person.
--   Withdrawn: withdrawn_on withdraws what is recorded already, or records it with its withdrawal.

select judge_assertions();
select record_assertions();
select leave_import();

select line, column_name, reason
from (
    select line, column_name, reason, 0 as ordinal
    from fault
    union all
    select null, null, format('%s: %s added, %s changed, %s unchanged', what, added, changed, of - added - changed), 1
    from tally
    union all
    select null, null, format('rows: %s read, %s bad', count(*), (select count(distinct line) from fault)), 2
    from plan
) as report
order by line nulls last, ordinal, column_name, reason;
