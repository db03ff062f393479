-- SPDX-License-Identifier: MIT
-- What was known when, of the tree of units: a unit is moved in place, and below which other it was before is kept, so that
-- a report by unit can be given again. Numbers are those of the ledger (ledger_xid()).

alter table unit add column known_from bigint not null default 0;
comment on column unit.known_from is
    'The transaction, as a number of ledger_xid(), that made it or put it below its parent; 0 for one before that was '
    'noted. Kept by the trigger below.';
create index unit_known on unit (known_from);

create table unit_past (
    unit_id bigint not null,
    organisation_id bigint not null constraint unit_past_organisation_fkey references organisation,
    parent_id bigint,
    known_from bigint not null,
    known_before bigint not null,
    constraint unit_past_key primary key (unit_id, known_from),
    constraint unit_past_known_once check (known_before > known_from)
);
comment on table unit_past is
    'Below which unit units were before they were moved: written by the trigger on unit alone, never changed. Whether a '
    'unit is sensitive is that of now, in unit.';
comment on column unit_past.parent_id is 'The unit above, then; null at the top of the organisation.';
comment on column unit_past.known_from is 'unit.known_from of what it said.';
comment on column unit_past.known_before is 'The transaction that moved it, as a number of ledger_xid().';
create index unit_past_organisation on unit_past (organisation_id, known_before);
create index unit_past_known on unit_past (known_before);

create function keep_unit() returns trigger language plpgsql as $$
declare
    this_xid bigint;
begin
    if tg_op = 'UPDATE'
       and (old.unit_id, old.organisation_id, old.parent_id)
           is not distinct from (new.unit_id, new.organisation_id, new.parent_id) then
        return new;
    end if;
    this_xid := skills.ledger_xid();
    -- What this transaction itself has written nobody else has known.
    if tg_op <> 'INSERT' and old.known_from <> this_xid then
        insert into skills.unit_past (unit_id, organisation_id, parent_id, known_from, known_before)
        values (old.unit_id, old.organisation_id, old.parent_id, old.known_from, this_xid);
    end if;
    if tg_op = 'DELETE' then
        return old;
    end if;
    new.known_from := this_xid;
    return new;
end
$$;
comment on function keep_unit() is 'Keeps in unit_past below which unit one was before it was moved or deleted, whoever does it.';
create trigger unit_kept before insert or update or delete on unit
    for each row execute function keep_unit();

-- By which a reader of an old edition is spared those who have become withheld since.
create index skill_ledger_withheld on skill_ledger (organisation_id, xid) where withheld;

create index role_profile_version_known on role_profile_version (known_from);
