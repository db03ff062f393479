-- SPDX-License-Identifier: MIT
-- A ledger that nobody has written in yet ticks, so that every edition that it tells is of after its first tick,
-- however long another transaction keeps the first fold waiting. Others have ticked, or will when they are folded.

with first_tick as (
    insert into ledger_tick (tick_at, below_xid)
    select clock_timestamp(), pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    from ledger_mark as mark
    where mark.cluster = 0
    returning below_xid
)
update ledger_mark
set mark = first_tick.below_xid, cluster = (select system_identifier from pg_control_system())
from first_tick;
