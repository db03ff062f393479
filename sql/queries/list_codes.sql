-- The code lists, or one of them, each in its order.
-- SPDX-License-Identifier: MIT
select code_list.list,
       code_list.code,
       code_list.title,
       code_list.ordinal,
       jsonb_build_array(code_list.list, code_list.ordinal, code_list.code) as _cursor
from code_list
where (:list is null or code_list.list = :list)
  and (:after is null
       or (code_list.list, code_list.ordinal, code_list.code) > (:after ->> 0, (:after ->> 1)::int, :after ->> 2))
order by code_list.list, code_list.ordinal, code_list.code
limit :limit
