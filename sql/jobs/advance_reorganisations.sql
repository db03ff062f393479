-- Merges and splits the organisations as asked, a step at a time.
-- SPDX-License-Identifier: MIT
-- every: 1 second
select advance_reorganisations()
