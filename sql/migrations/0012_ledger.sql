-- SPDX-License-Identifier: MIT
-- The ledger of skills: entries, what is folded from them, and what the facts say for it to follow from them alone.

alter table assertion
    add column succeeds bigint,
    add constraint assertion_succeeds_fkey foreign key (succeeds) references assertion,
    add constraint assertion_succeeded_once unique (succeeds),
    add constraint assertion_not_its_own_successor check (succeeds <> assertion_id);
comment on column assertion.succeeds is
    'The assertion whose place it takes, of the same person, item and basis; null for none.';

alter table posting
    add column counts boolean not null default true,
    add column secondment boolean not null default false;
comment on column posting.counts is
    'Whether the person may count here. A person counts in one organisation a day: of the postings with counts that of a '
    'secondment, else the one that began last. False for a secondment of which the home force keeps the skills, and for '
    'a second post elsewhere.';
comment on column posting.secondment is
    'On loan from another organisation, whose posting goes on meanwhile.';

create table skill_ledger (
    person_id bigint not null,
    framework_item_id bigint not null,
    entry_id bigint generated always as identity,
    organisation_id bigint not null,
    xid bigint not null,
    recorded_at timestamptz not null default now(),
    effective_on date not null,
    level smallint not null,
    other_level smallint,
    delta smallint not null constraint skill_ledger_delta_one check (delta in (-1, 1)),
    gain boolean not null,
    withheld boolean not null,
    basis text not null,
    cause text not null constraint skill_ledger_cause_known
        check (cause in ('joined', 'left', 'transferred', 'seconded', 'merged', 'assessed', 'renewed', 'superseded',
                         'lapsed', 'withdrawn')),
    posted_for text not null constraint skill_ledger_posted_for_known
        check (posted_for in ('assertion', 'withdrawal', 'posting', 'import', 'reorganisation', 'repair')),
    constraint skill_ledger_key primary key (person_id, framework_item_id, entry_id)
);
comment on table skill_ledger is
    'Every change in what an organisation can count on: one more or one fewer who holds an item at a level on a basis, from a '
    'day on. Entries are made by post_skills() alone, from assertions and postings, and are never changed or deleted: what '
    'is no longer implied is reversed. Without foreign keys: what an entry names was there when it was made and is never '
    'deleted, and looking each up again would take as long as making it.';
comment on column skill_ledger.basis is 'The basis on which it is held, of the code list basis.';
comment on column skill_ledger.recorded_at is
    'When the transaction that wrote it began; known_at goes by ledger_tick, because this is before it was committed.';
comment on column skill_ledger.xid is
    'The transaction that wrote it, as a number that goes on growing in a restored cluster (ledger_xid()).';
comment on column skill_ledger.effective_on is 'The first day on which it is so; may be in the future.';
comment on column skill_ledger.level is 'The level gained or lost; 0 for an item without levels.';
comment on column skill_ledger.other_level is
    'The level before, of a gain, or after, of a loss, in the same organisation; null if it was or is then not held there.';
comment on column skill_ledger.delta is 'What it adds: a gain 1, a loss -1; the reversal of either the opposite.';
comment on column skill_ledger.gain is 'Whether the line, or the one that it reverses, is a gain.';
comment on column skill_ledger.withheld is 'Whether the person is withheld in the organisation (posting.withheld).';
comment on column skill_ledger.cause is
    'Why it changed, a function of the facts alone: joined, left, transferred, seconded, merged where the organisation '
    'changes; assessed, renewed, superseded, lapsed, withdrawn where the level does.';
comment on column skill_ledger.posted_for is 'What made it be posted then: the kind of fact that was written.';
create index skill_ledger_xid on skill_ledger (xid);
create index skill_ledger_organisation on skill_ledger (organisation_id, effective_on);

create table skill_backlog (
    person_id bigint not null references person,
    xid bigint not null,
    posted_for text not null,
    constraint skill_backlog_key primary key (person_id, xid)
);
comment on table skill_backlog is
    'People whose facts were loaded in bulk and whose entries are to be posted; emptied by post_backlog().';
comment on column skill_backlog.xid is
    'The transaction that loaded them: each has a row of its own, so that none relies on one that is being posted.';

create table ledger_mark (
    one boolean not null default true constraint ledger_mark_one primary key constraint ledger_mark_only check (one),
    mark bigint not null default 0,
    horizon int not null default 0,
    cluster bigint not null default 0,
    xid_offset bigint not null default 0
);
comment on table ledger_mark is 'One row: which entries are folded.';
comment on column ledger_mark.mark is 'Entries of transactions below it are folded, all others are not.';
comment on column ledger_mark.horizon is 'The last year at whose start balances stand; 0 before the first fold.';
comment on column ledger_mark.cluster is 'The system identifier of the cluster whose transactions are counted.';
comment on column ledger_mark.xid_offset is
    'What is added to the cluster''s transaction numbers, so that those of a restored cluster go on where the old one ended.';
insert into ledger_mark default values;

create table ledger_tick (
    tick_at timestamptz constraint ledger_tick_key primary key,
    below_xid bigint not null
);
comment on table ledger_tick is
    'What was known when: at that moment the entries of all transactions below that number were committed.';

comment on column ledger_tick.tick_at is 'When it was noted, later than every tick before it.';
comment on column ledger_tick.below_xid is 'In the numbers of ledger_xid().';

create table skill_month (
    organisation_id bigint not null,
    month date not null,
    framework_item_id bigint not null,
    basis text not null,
    level smallint not null,
    withheld boolean not null,
    people int not null,
    constraint skill_month_key primary key (organisation_id, month, framework_item_id, basis, level, withheld)
);
comment on table skill_month is 'How many more hold an item at a level on a basis at the end of a month than at its start. Folded from entries.';
comment on column skill_month.organisation_id is '0 for the nation: all organisations together.';
comment on column skill_month.month is 'Its first day.';

create table skill_flow (
    organisation_id bigint not null,
    month date not null,
    framework_item_id bigint not null,
    basis text not null,
    cause text not null,
    gain boolean not null,
    level smallint not null,
    other_level smallint,
    withheld boolean not null,
    people int not null,
    constraint skill_flow_key unique nulls not distinct
        (organisation_id, month, framework_item_id, basis, cause, gain, level, other_level, withheld)
);
comment on table skill_flow is 'Gains and losses of a month by cause. Folded from entries.';
comment on column skill_flow.organisation_id is '0 for the nation: all organisations together.';
comment on column skill_flow.people is 'Gains are positive, losses negative.';

create table skill_balance (
    organisation_id bigint not null,
    year int not null,
    framework_item_id bigint not null,
    basis text not null,
    level smallint not null,
    withheld boolean not null,
    people int not null,
    constraint skill_balance_key primary key (organisation_id, year, framework_item_id, basis, level, withheld)
);
comment on table skill_balance is
    'How many hold an item at a level on a basis at the start of a year, for every year from the one after its first entry to ledger_mark.horizon. Folded from entries.';
comment on column skill_balance.organisation_id is '0 for the nation: all organisations together.';
