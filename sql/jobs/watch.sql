-- What operators watch: each column is a gauge of /metrics, skillsd_<column>.
-- SPDX-License-Identifier: MIT
-- every: 5 seconds
-- gauges: every column
select watch.ledger_unfolded_entries, watch.ledger_behind_seconds, watch.ledger_waiting_people,
       (select count(*) from audit_pending) as audit_unsealed_events
from ledger_watch() as watch
