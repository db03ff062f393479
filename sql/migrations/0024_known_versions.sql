-- SPDX-License-Identifier: MIT
-- What was known when, of postings and activities too: a posting is changed in place, and what it said before is kept; an
-- activity is never changed, and each version of it says from when to when it was the one known. Numbers are those of
-- the ledger (ledger_xid()), in which editions are written.

alter table posting add column known_from bigint not null default 0;
comment on column posting.known_from is
    'The transaction, as a number of ledger_xid(), that made it what figures read; 0 for one before that was noted. Kept '
    'by the trigger below.';
create index posting_known on posting (known_from);

create table posting_past (
    posting_id bigint not null,
    person_id bigint not null constraint posting_past_person_fkey references person,
    organisation_id bigint not null constraint posting_past_organisation_fkey references organisation,
    unit_id bigint,
    worker_type text not null,
    starts_on date not null,
    ends_before date,
    joiner_type text,
    leaver_type text,
    rank text,
    fte numeric(3, 2) not null,
    grade text,
    role_profile_id bigint,
    entry_route text,
    counts boolean not null,
    secondment boolean not null,
    withheld boolean not null,
    known_from bigint not null,
    known_before bigint not null,
    constraint posting_past_key primary key (posting_id, known_from),
    constraint posting_past_known_once check (known_before > known_from)
);
comment on table posting_past is
    'What postings said before they were changed or retracted, as far as figures read it: written by the trigger on '
    'posting alone, never changed but for withheld. Without foreign keys to code lists, units and role profiles: what a '
    'row names was there when it was made and is never deleted.';
comment on column posting_past.withheld is
    'Whether the person is withheld in the organisation: as it is now, not as it was then. Kept by see_person() as long '
    'as the person has a posting there.';
comment on column posting_past.known_from is 'posting.known_from of what it said.';
comment on column posting_past.known_before is 'The transaction that changed or retracted it, as a number of ledger_xid().';
create index posting_past_organisation on posting_past (organisation_id, known_before);
create index posting_past_known on posting_past (known_before);
create index posting_past_person on posting_past (person_id);

create function keep_posting() returns trigger language plpgsql as $$
declare
    this_xid bigint;
begin
    if tg_op = 'UPDATE'
       and (old.person_id, old.organisation_id, old.unit_id, old.worker_type, old.starts_on, old.ends_before,
            old.joiner_type, old.leaver_type, old.rank, old.fte, old.grade, old.role_profile_id, old.entry_route,
            old.counts, old.secondment)
           is not distinct from
           (new.person_id, new.organisation_id, new.unit_id, new.worker_type, new.starts_on, new.ends_before,
            new.joiner_type, new.leaver_type, new.rank, new.fte, new.grade, new.role_profile_id, new.entry_route,
            new.counts, new.secondment) then
        return new;
    end if;
    this_xid := skills.ledger_xid();
    -- What this transaction itself has written nobody else has known.
    if tg_op <> 'INSERT' and old.known_from <> this_xid then
        insert into skills.posting_past (posting_id, person_id, organisation_id, unit_id, worker_type, starts_on,
                                         ends_before, joiner_type, leaver_type, rank, fte, grade, role_profile_id,
                                         entry_route, counts, secondment, withheld, known_from, known_before)
        values (old.posting_id, old.person_id, old.organisation_id, old.unit_id, old.worker_type, old.starts_on,
                old.ends_before, old.joiner_type, old.leaver_type, old.rank, old.fte, old.grade, old.role_profile_id,
                old.entry_route, old.counts, old.secondment, old.withheld, old.known_from, this_xid);
    end if;
    if tg_op = 'DELETE' then
        return old;
    end if;
    new.known_from := this_xid;
    return new;
end
$$;
comment on function keep_posting() is
    'Keeps in posting_past what a posting said before it was changed in what figures read, or deleted, whoever does it.';
create trigger posting_kept before insert or update or delete on posting
    for each row execute function keep_posting();

alter table activity_version
    add column known_from bigint not null default 0,
    add column known_before bigint not null default 9223372036854775807;
comment on column activity_version.known_from is
    'The transaction that wrote it, as a number of ledger_xid(); 0 for one before that was noted. Kept by the trigger below.';
comment on column activity_version.known_before is
    'The transaction that wrote the version after it, likewise; 0 where that was before it was noted, the greatest bigint '
    'for the last.';
update activity_version
set known_before = 0
from activity
where activity.activity_id = activity_version.activity_id and activity_version.version < activity.version;
create index activity_version_known on activity_version (known_from);

create function keep_activity() returns trigger language plpgsql security definer set search_path = skills, pg_temp as $$
begin
    new.known_from := ledger_xid();
    if new.version > 1 then
        update activity_version
        set known_before = new.known_from
        where activity_version.activity_id = new.activity_id and activity_version.version = new.version - 1;
    end if;
    return new;
end
$$;
comment on function keep_activity() is
    'public: notes when a version of an activity is known, and that the one before is known no more. Runs as its owner, '
    'because whoever writes a version may not change the one before.';
create trigger activity_version_kept before insert on activity_version
    for each row execute function keep_activity();
