-- SPDX-License-Identifier: MIT
-- What was known when, of the record of skills: assertions and withdrawals are never changed, so that when each came to be
-- known is enough to read the record as it was known then; and since when a person shares more of it, which is not seen in
-- what was known before. Numbers are those of the ledger (ledger_xid()), and not xid, which is of one cluster alone: a dump
-- that is restored into another goes on above them. What was there before this was noted counts as known from the start.

alter table assertion add column known_from bigint not null default 0;
comment on column assertion.known_from is
    'The transaction that recorded it, as a number of ledger_xid(); 0 for one before that was noted. Kept by the trigger '
    'below.';
alter table assertion_withdrawal add column known_from bigint not null default 0;
comment on column assertion_withdrawal.known_from is
    'The transaction that recorded it, as a number of ledger_xid(); 0 for one before that was noted. Kept by the trigger '
    'below.';
alter table record_share add column known_from bigint not null default 0;
comment on column record_share.known_from is
    'The transaction that gave it, as a number of ledger_xid(); 0 for one before that was noted. Kept by the trigger '
    'below.';

-- By which folding finds whether a tick is due. They take the place of those by xid, by which nothing is looked for.
drop index assertion_xid;
drop index assertion_withdrawal_xid;
create index assertion_known on assertion (known_from);
create index assertion_withdrawal_known on assertion_withdrawal (known_from);
create index record_share_known on record_share (known_from);

create function keep_record() returns trigger language plpgsql as $$
begin
    new.known_from := skills.ledger_xid();
    return new;
end
$$;
comment on function keep_record() is
    'Notes when an assertion, a withdrawal or a share of the record is known, whoever writes it.';
create trigger assertion_kept before insert on assertion for each row execute function keep_record();
create trigger assertion_withdrawal_kept before insert on assertion_withdrawal
    for each row execute function keep_record();
create trigger record_share_kept before insert on record_share for each row execute function keep_record();
