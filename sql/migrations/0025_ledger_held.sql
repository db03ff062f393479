-- SPDX-License-Identifier: MIT
-- Who holds an item, read in the order in which it is counted, from the index alone.

create index skill_ledger_held on skill_ledger (organisation_id, framework_item_id, person_id, basis, level)
    include (effective_on, xid, delta, withheld);
