-- SPDX-License-Identifier: MIT
-- Length of service in years, of those who leave as in the Home Office's table JL6 (officers, year to March 2025), and
-- of those who serve, in thousandths; and what kinds of worker there are.

create temporary table demo_service on commit drop as
select how, share, years, span
from (
    values ('left', 930, 0, 1), ('left', 1011, 1, 1), ('left', 637, 2, 1), ('left', 446, 3, 1), ('left', 407, 4, 1),
           ('left', 839, 5, 5), ('left', 372, 10, 5), ('left', 760, 15, 5), ('left', 1235, 20, 5),
           ('left', 1202, 25, 5),
           ('left', 1148, 30, 3),
           ('serving', 64, 0, 1), ('serving', 64, 1, 1), ('serving', 70, 2, 1), ('serving', 75, 3, 1),
           ('serving', 70, 4, 1),
           ('serving', 200, 5, 5), ('serving', 100, 10, 5), ('serving', 130, 15, 5), ('serving', 140, 20, 5),
           ('serving', 72, 25, 5), ('serving', 15, 30, 3)
) as known (how, share, years, span);

-- The same as slices of the numbers from 0 to 1.
create temporary table demo_service_slice on commit drop as
select how, years, span,
       (sum(share) over upto - share)::double precision / sum(share) over whole as at_least,
       sum(share) over upto::double precision / sum(share) over whole as below
from demo_service
window whole as (partition by how), upto as (partition by how order by years);
analyze demo_service, demo_service_slice;

create or replace function pg_temp.worker_type(draw double precision) returns text language sql immutable as $$
    select case
               when draw < 0.51 then 'police_officer'
               when draw < 0.91 then 'police_staff'
               when draw < 0.95 then 'pcso'
               when draw < 0.96 then 'designated_officer'
               when draw < 0.98 then 'special_constable'
               else 'police_support_volunteer'
           end
$$;
