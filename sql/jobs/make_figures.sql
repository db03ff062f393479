-- Makes the national figures of a quarter that is due, or a correction that was asked for: one in a run.
-- SPDX-License-Identifier: MIT
-- every: 60 seconds
select make_figures()
