-- The code lists, or one of them, each in its order; on a day, or all that ever were.
-- SPDX-License-Identifier: MIT
select code_list.list,
       code_list.code,
       code_list.title,
       code_list.ordinal,
       code_list.valid_from,
       code_list.valid_before - 1 as valid_until,
       jsonb_build_array(code_list.list, code_list.ordinal, code_list.code) as _cursor
from code_list
where (:list is null or code_list.list = :list)
  and (:on is null or code_valid_on(code_list.valid_from, code_list.valid_before, :on::date))
  and (:after is null
       or (code_list.list, code_list.ordinal, code_list.code) > (:after ->> 0, (:after ->> 1)::int, :after ->> 2))
order by code_list.list, code_list.ordinal, code_list.code
limit :limit
