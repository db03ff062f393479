-- The issuer in use whose keys are to be fetched next, and in how many seconds.
-- SPDX-License-Identifier: MIT
select issuer.url,
       coalesce(extract(epoch from key_set.due_at - clock_timestamp()), 0)::float8 as seconds
from issuer
left join issuer_key_set as key_set on key_set.issuer_id = issuer.issuer_id
where issuer.retired_at is null
order by key_set.due_at nulls first
limit 1
