-- SPDX-License-Identifier: MIT
-- Standing skills are read from indexes alone: rows of one organisation and time are scattered over the tables, and
-- looking each up took three quarters of the time. What is folded changes rarely once its month is over, and entries
-- never do.

drop index skill_ledger_organisation;
create index skill_ledger_organisation on skill_ledger (organisation_id, effective_on)
    include (xid, framework_item_id, basis, level, delta, withheld);

alter table skill_month
    drop constraint skill_month_key,
    add constraint skill_month_key primary key (organisation_id, month, framework_item_id, basis, level, withheld)
        include (people);

alter table skill_balance
    drop constraint skill_balance_key,
    add constraint skill_balance_key primary key (organisation_id, year, framework_item_id, basis, level, withheld)
        include (people);
