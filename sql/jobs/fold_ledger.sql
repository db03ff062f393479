-- Adds the ledger's new entries to flows and balances.
-- SPDX-License-Identifier: MIT
-- every: 1 second
select fold_ledger()
