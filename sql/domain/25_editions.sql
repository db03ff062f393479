-- SPDX-License-Identifier: MIT
-- What an edition of the ledger has: of entries, and of whatever else says since when it is known, in the numbers of
-- ledger_xid().

create or replace function edition_bounds(edition text, out xmin bigint, out xmax bigint, out running bigint[])
language sql immutable parallel safe as $$
    select split_part(edition, ':', 1)::bigint, split_part(edition, ':', 2)::bigint,
           coalesce(string_to_array(nullif(split_part(edition, ':', 3), ''), ','), '{}')::bigint[]
$$;
comment on function edition_bounds(text) is
    'The parts of an edition of the ledger, which is written as a snapshot is, in the numbers of ledger_xid(): it '
    'has the entries of all transactions below xmin, and of those below xmax that are not among the running. Where '
    'many rows are compared with them it stands in a materialized query, or it is asked for each row.';

create or replace function in_edition(number bigint, xmin bigint, xmax bigint, running bigint[]) returns boolean
language sql immutable parallel safe
    return xmin is null or number < xmin or (number < xmax and not number = any (running));
comment on function in_edition(bigint, bigint, bigint, bigint[]) is
    'Whether an edition of these bounds (null: all that is there) has what the transaction of a number wrote.';

create or replace function version_known(known_from bigint, known_before bigint, xmin bigint, xmax bigint,
    running bigint[]) returns boolean
language sql immutable parallel safe
    return in_edition(known_from, xmin, xmax, running)
        and known_before >= coalesce(xmin, 9223372036854775807)
        and (xmin is null or not in_edition(known_before, xmin, xmax, running));
comment on function version_known(bigint, bigint, bigint, bigint, bigint[]) is
    'Whether a version, known from one number of ledger_xid() to before another (the greatest bigint: still), is the '
    'one of an edition of these bounds (null: of now). What was known no more before the edition began is passed over '
    'by known_before alone, which an index can do.';

grant execute on function edition_bounds(text), in_edition(bigint, bigint, bigint, bigint[]),
    version_known(bigint, bigint, bigint, bigint, bigint[])
    to skillsd_service;
