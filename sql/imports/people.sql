-- row: ImportPersonRow
-- SPDX-License-Identifier: MIT
-- A file of postings, one a row, from an organisation's HR system. A good row is loaded, a bad one reported with every
-- fault it has; the same file again changes nothing. (The rules: sql/domain/66_import_people*.sql.)
--   Who: person_id if given (a new one makes a person), else the person known by organisation and staff number, here or
--   in the file, else a new person. The row of a person's latest posting gives the names and email; a changed name
--   updates the person.
--   Which posting: organisation, staff number and starts_on name it; a row for a known one corrects it. An optional
--   column without a single value in the file says nothing and leaves what is recorded (ends_on and leaver_type
--   go together); otherwise an empty cell means that there is none.
--   Codes: code lists by code or title in any case; role_profile by code (in the newest version with role
--   profiles) or identifier. Days are YYYY-MM-DD or DD/MM/YYYY, and ends_on is the last day.
--   Units: unknown ones are made below parent_unit, which is made too if unknown; a unit_name renames a known unit, but
--   an import does not move one.
--   Subject: an account at the issuer in setting import.issuer, managed by the organisation of the person's latest row.
--   Sensitive: yes for a covert or counter-terrorism posting, and unit_sensitive: yes for such a unit, which makes all
--   below it, and the postings to them, sensitive. An empty cell leaves the mark of a posting, which only a no lifts;
--   an import marks units and does not lift their mark.

select judge_people();
select record_people();
select leave_import();

select line, column_name, reason
from (
    select line, column_name, reason, 0 as ordinal
    from fault
    union all
    select null, null, format('%s: %s added, %s changed, %s unchanged', what, added, changed, of - added - changed),
           array_position(array['people', 'postings', 'units', 'accounts'], what)
    from tally
    union all
    select null, null, format('rows: %s read, %s bad', count(*), (select count(distinct line) from fault)), 5
    from cell
) as report
order by line nulls last, ordinal, column_name, reason;
