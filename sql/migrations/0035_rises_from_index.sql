-- SPDX-License-Identifier: MIT
-- Who rose by a level is one entry in fifty: those of two years are found by themselves, and the others not read.

create index skill_ledger_rise on skill_ledger (organisation_id, effective_on)
    where gain and other_level > 0;
