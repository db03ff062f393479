-- SPDX-License-Identifier: MIT
-- By which route somebody came into policing: what recruitment is reported by, beside the joiner type.

create table entry_route (
    code text constraint entry_route_key primary key,
    title text not null,
    ordinal int not null,
    valid_from date,
    valid_before date,
    constraint entry_route_days_ordered check (valid_before > valid_from)
);
comment on table entry_route is
    'Entry routes, of police constables those of the Policing Education Qualifications Framework.';
comment on column entry_route.valid_from is 'The first day of its use; null for ever since.';
comment on column entry_route.valid_before is
    'The first day on which it is not used any more; null while it is. What was recorded with it stays.';

alter table posting
    add column entry_route text constraint posting_entry_route_fkey references entry_route;
comment on column posting.entry_route is
    'The route by which the person joined with this posting; null for none known, and for a move within the organisation.';
