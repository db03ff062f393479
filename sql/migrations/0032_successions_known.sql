-- SPDX-License-Identifier: MIT
-- What was known when, of organisations that took over from others, whose time counts as service: so that a report by length
-- of service can be given again. Numbers are those of the ledger (ledger_xid()).

alter table organisation_succession add column known_from bigint not null default 0;
comment on column organisation_succession.known_from is
    'The transaction that recorded it, as a number of ledger_xid(); 0 for one before that was noted. Kept by the trigger '
    'below.';

create function keep_succession() returns trigger language plpgsql as $$
begin
    new.known_from := skills.ledger_xid();
    return new;
end
$$;
comment on function keep_succession() is 'Notes when it is known that an organisation took over from another, whoever writes it.';
create trigger organisation_succession_kept before insert on organisation_succession
    for each row execute function keep_succession();
