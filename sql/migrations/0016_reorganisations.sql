-- SPDX-License-Identifier: MIT
-- Organisations that merge and split: what is asked for, what the clerk made of it, and which unit went on as which.

create table reorganisation (
    reorganisation_id bigint generated always as identity constraint reorganisation_key primary key,
    id uuid not null default gen_random_uuid() constraint reorganisation_id_unique unique,
    happened_on date not null,
    dry_run boolean not null,
    state text not null default 'queued' constraint reorganisation_state_known
        check (state in ('queued', 'running', 'posting', 'done', 'failed')),
    fault text,
    people int,
    postings_continued int,
    postings_moved int,
    postings_ended int,
    units int,
    waiting int,
    xid bigint,
    requested_by bigint references account,
    requested_at timestamptz not null default now(),
    started_at timestamptz,
    ended_at timestamptz
);
comment on table reorganisation is
    'Organisations that take over from others on a day: asked for by an administrator of the nation, done by the clerk.';
comment on column reorganisation.happened_on is 'The first day of the successors.';
comment on column reorganisation.dry_run is 'Only to be worked out and counted: nothing is written.';
comment on column reorganisation.state is
    'queued, running, then posting while entries of its people are to be posted to the ledger, then done; or failed.';
comment on column reorganisation.fault is 'Why it failed: the code of a problem of the contract.';
comment on column reorganisation.people is 'Whose postings it touched; null, like the other counts, until it has run.';
comment on column reorganisation.postings_continued is 'Postings cut on the day that go on in a successor.';
comment on column reorganisation.postings_moved is 'Postings that begin on the day or later, and now do in a successor.';
comment on column reorganisation.postings_ended is
    'Postings that do not go on, because their person has another one in the successor for all of the time.';
comment on column reorganisation.units is 'Units made in successors.';
comment on column reorganisation.waiting is 'Its people whose entries are to be posted.';
comment on column reorganisation.xid is 'The transaction of its facts, by which it finds its people in skill_backlog.';

create table reorganisation_move (
    reorganisation_id bigint not null references reorganisation,
    predecessor_id bigint not null references organisation,
    unit_id bigint,
    successor_id bigint not null references organisation,
    constraint reorganisation_move_key unique nulls not distinct (reorganisation_id, predecessor_id, unit_id),
    constraint reorganisation_move_unit_of_predecessor foreign key (predecessor_id, unit_id)
        references unit (organisation_id, unit_id),
    constraint reorganisation_move_elsewhere check (predecessor_id <> successor_id)
);
comment on table reorganisation_move is 'Who takes over what of whom.';
comment on column reorganisation_move.unit_id is
    'A unit that goes there with all below it; null for all that no other move takes, with which the predecessor ends.';

create table unit_succession (
    predecessor_id bigint not null references unit,
    successor_id bigint not null references unit,
    happened_on date not null,
    constraint unit_succession_key primary key (predecessor_id, successor_id)
);
comment on table unit_succession is 'Which unit took over from which: in a reorganisation, a merger or a split.';
comment on column unit_succession.happened_on is 'The first day of the successor.';
create index unit_succession_successor on unit_succession (successor_id);

-- Parts of an organisation may go to the same one on several days.
alter table organisation_succession
    drop constraint organisation_succession_key,
    add constraint organisation_succession_key primary key (predecessor_id, successor_id, happened_on);
create index organisation_succession_successor on organisation_succession (successor_id);
