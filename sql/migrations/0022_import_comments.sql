-- SPDX-License-Identifier: MIT
-- What the columns of an import promise that did not say so.

comment on column import.kind is 'What a row is: a posting of somebody, or an assertion about somebody.';
comment on column import.mode is
    'Whether one bad row keeps all others from being recorded (all_or_nothing), or the good ones are (good_rows).';
comment on column import.dry_run is
    'Whether it only finds and counts what would happen: it then records nothing of the file, whatever its mode.';
comment on column import.state is
    'Open while parts are sent; queued when it has been started; checking while the file is read; loading while its '
    'rows are judged and recorded; posting while entries of what is recorded go to the ledger. It ends as done, failed '
    '(nothing of it is recorded) or cancelled.';
comment on column import.rows_bad is 'Rows with at least one fault; null until the rows have been judged.';
comment on column import.changed is
    'Facts on record that the file changed, or an assertion that it withdrew; in a dry run, would have changed.';
comment on column import.unchanged is 'Facts of good rows that were on record just so.';
comment on column import.people_touched is
    'People of whom the file added or changed anything; 0 of a dry run and of a file that was not recorded.';
