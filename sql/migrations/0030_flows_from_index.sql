-- SPDX-License-Identifier: MIT
-- Flows are read from an index alone, as balances are (0019): a year of the nation is scattered over the table, and
-- looking each row up took nine tenths of the time.

alter table skill_flow
    drop constraint skill_flow_key,
    add constraint skill_flow_key unique nulls not distinct
        (organisation_id, month, framework_item_id, basis, cause, gain, level, other_level, withheld) include (people);
