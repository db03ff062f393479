-- Colleagues of the caller's own organisation today, by the beginning of the name: name, unit and rank alone.
-- SPDX-License-Identifier: MIT
select found.id,
       found.given_name,
       found.family_name,
       found.organisation,
       found.unit_name,
       found.rank
from colleagues_named(:name) as found
