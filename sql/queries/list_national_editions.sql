-- The editions of the national figures, the last quarter first.
-- SPDX-License-Identifier: MIT
select edition.quarter_end,
       edition.number,
       edition.reason,
       edition.requested_at,
       edition.made_at,
       jsonb_build_array(edition.quarter_end, edition.number) as _cursor
from national_edition as edition
where :after is null
   or (edition.quarter_end, edition.number) < ((:after ->> 0)::date, (:after ->> 1)::int)
order by edition.quarter_end desc, edition.number desc
limit :limit
