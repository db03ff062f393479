-- SPDX-License-Identifier: MIT
-- What was known when, of what roles ask for: a version of a role profile says from when it was there to be read, so that
-- a report of what is asked for and what is held can be given again. Numbers are those of the ledger (ledger_xid()).

alter table role_profile_version add column known_from bigint not null default 0;
comment on column role_profile_version.known_from is
    'The transaction that recorded it, as a number of ledger_xid(); 0 for one before that was noted. Kept by the trigger '
    'below.';

create function keep_role_profile() returns trigger language plpgsql as $$
begin
    new.known_from := skills.ledger_xid();
    return new;
end
$$;
comment on function keep_role_profile() is 'Notes when a version of a role profile is known, whoever writes it.';
create trigger role_profile_version_kept before insert on role_profile_version
    for each row execute function keep_role_profile();
