-- SPDX-License-Identifier: MIT
-- From one organisation to another: the one that has a person offers, the other accepts. A transfer ends the posting
-- where somebody leaves; a secondment leaves it as it is.

create or replace function transfer_is_seen(from_id bigint, to_id bigint, withheld boolean, withheld_there boolean)
returns boolean
language sql stable parallel safe
    return (has_organisation_scope('workforce:read') or has_organisation_scope('workforce:write'))
        and (from_id = app_acting() or to_id = app_acting())
        and (app_cleared() or (not withheld and (from_id = app_acting() or not withheld_there)));
comment on function transfer_is_seen(bigint, bigint, boolean, boolean) is
    'Whether the caller reads a transfer: HR of either organisation, with sensitive:read there if the person is '
    'withheld by the one that made the offer, or, for HR of the other, by that one.';

alter table transfer enable row level security;
create policy workforce_transfer on transfer for select to skillsd_service
    using (transfer_is_seen(from_organisation_id, to_organisation_id, withheld, withheld_there));
grant select on transfer to skillsd_service;

create or replace view transfer_told with (security_invoker) as
select transfer.transfer_id, transfer.id, transfer.kind,
       case when transfer.to_organisation_id = app_acting() then 'in' else 'out' end as direction,
       person_identifier(transfer.person_id) as person, transfer.given_name, transfer.family_name,
       transfer.staff_number, origin.code as from_organisation, destination.code as to_organisation, transfer.starts_on,
       transfer.ends_before - 1 as ends_on, transfer.state, transfer.accepted_as as posting, transfer.reason,
       transfer.opened_at, transfer.settled_at, case transfer.state when 'open' then '1' else '2' end as etag
from transfer
join organisation as origin on origin.organisation_id = transfer.from_organisation_id
join organisation as destination on destination.organisation_id = transfer.to_organisation_id;
comment on view transfer_told is 'Transfers as either organisation reads them.';

create or replace function transfer_now(which bigint) returns setof transfer_told language sql volatile rows 1 as $$
    select transfer_id, id, kind, direction, person, given_name, family_name, staff_number, from_organisation,
           to_organisation, starts_on, ends_on, state, posting, reason, opened_at, settled_at, etag
    from transfer_told
    where transfer_id = which
$$;
comment on function transfer_now(bigint) is
    'A transfer at the moment of the call. Volatile, so that the statement that has written it sees it.';

create or replace function transfer_posting(whose bigint, place bigint, kind text, starts_on date) returns posting
language sql stable set search_path = skills, pg_temp as $$
    select posting.*
    from posting
    where posting.person_id = whose
      and posting.organisation_id = place
      and posting.starts_on <= transfer_posting.starts_on - case kind when 'transfer' then 1 else 0 end
      and (posting.ends_before is null
           or posting.ends_before > transfer_posting.starts_on - case kind when 'transfer' then 1 else 0 end)
$$;
comment on function transfer_posting(bigint, bigint, text, date) is
    'The posting to an organisation that a transfer or secondment from a day on starts from: that of the day before, '
    'or of the day.';

create or replace function transfer_faults(given jsonb, whose bigint, place bigint, home posting) returns jsonb
language sql stable set search_path = skills, pg_temp as $$
    with wanted as (
        select organisation_named(given ->> 'organisation') as organisation_id, given ->> 'kind' as kind,
               (given ->> 'starts_on')::date as starts_on, (given ->> 'ends_on')::date as ends_on
    )
    select jsonb_agg(jsonb_build_object('pointer', rule.pointer, 'code', rule.code)
                     order by rule.ordinal, rule.code)
    from wanted
    left join organisation as there on there.organisation_id = wanted.organisation_id
    cross join lateral (
        values (1, '/person', 'person_not_found', whose is null),
               (2, '/organisation', 'unknown_organisation', wanted.organisation_id is null),
               (2, '/organisation', 'transfer_to_own', wanted.organisation_id = place),
               (2, '/organisation', 'organisation_not_then',
                there.starts_on > wanted.starts_on or there.ends_before <= wanted.starts_on),
               (3, '/starts_on', 'not_posted_then', whose is not null and home.posting_id is null),
               (3, '/starts_on', 'day_out_of_range', wanted.starts_on not between '1950-01-01' and '2199-12-31'),
               (3, '/starts_on', 'posting_follows', wanted.kind = 'transfer' and exists (
                   select
                   from posting as later
                   where later.person_id = whose
                     and later.organisation_id = place
                     and later.starts_on >= wanted.starts_on)),
               (4, '/ends_on', 'transfer_without_end', wanted.kind = 'transfer' and wanted.ends_on is not null),
               (4, '/ends_on', 'ends_before_it_starts', wanted.ends_on < wanted.starts_on),
               (4, '/ends_on', 'day_out_of_range', wanted.ends_on > '2199-12-31')
    ) as rule (ordinal, pointer, code, broken)
    where rule.broken
$$;
comment on function transfer_faults(jsonb, bigint, bigint, posting) is
    'What is wrong with an offer to let a person (null: nobody whom the caller may see) go from an organisation, '
    'where the posting that it starts from is the one given; null for nothing.';

create or replace function open_transfer(given jsonb, out problem text, out faults jsonb, out opened bigint)
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    place bigint := app_acting();
    whose bigint;
    home posting;
begin
    if not may_write_workforce() then
        problem := 'scope_not_granted';
        return;
    end if;
    select person.person_id into whose from person where person.id = (given ->> 'person')::uuid for no key update;
    if not person_known_in(whose, place, app_cleared()) then
        whose := null;
    end if;
    home := transfer_posting(whose, place, given ->> 'kind', (given ->> 'starts_on')::date);
    faults := transfer_faults(given, whose, place, home);
    problem := case
        when whose = app_person() then 'own_posting'
        when exists (
            select
            from transfer
            where transfer.person_id = whose and transfer.from_organisation_id = place and transfer.state = 'open')
        then 'transfer_is_open'
        when faults is not null then 'transfer_faulty'
    end;
    if problem is not null then
        return;
    end if;
    insert into transfer (kind, person_id, given_name, family_name, staff_number, from_organisation_id,
                          to_organisation_id, starts_on, ends_before, withheld, withheld_there, posting_id, was_before,
                          was_leaver_type, opened_by)
    select given ->> 'kind', whose, person.given_name, person.family_name, home.staff_number, place,
           organisation_named(given ->> 'organisation'), (given ->> 'starts_on')::date,
           (given ->> 'ends_on')::date + 1, home.withheld,
           exists (
               select
               from posting as there
               where there.person_id = whose
                 and there.organisation_id = organisation_named(given ->> 'organisation')
                 and there.withheld),
           home.posting_id, home.ends_before, home.leaver_type, app_account()
    from person
    where person.person_id = whose
    returning transfer.transfer_id into opened;
    if given ->> 'kind' = 'transfer' then
        update posting
        set ends_before = (given ->> 'starts_on')::date, leaver_type = 'transfer'
        where posting.posting_id = home.posting_id;
        perform posting_follows(whose);
    end if;
end
$$;
comment on function open_transfer(jsonb) is
    'public: offers another organisation somebody posted to the one that the caller writes for; a transfer ends the '
    'posting. Runs as its owner, because rows that name a person are written by these functions alone, which check the '
    'scope.';

create or replace function lock_transfer(which uuid, if_match text, out problem text, out known transfer)
language plpgsql set search_path = skills, pg_temp as $$
begin
    if not may_write_workforce() then
        problem := 'scope_not_granted';
        return;
    end if;
    -- The person first, as everywhere, so that no two writers wait for each other.
    perform from person
    where person.person_id = (select transfer.person_id from transfer where transfer.id = which)
    for no key update;
    select transfer.* into known
    from transfer
    where transfer.id = which
      and transfer_is_seen(transfer.from_organisation_id, transfer.to_organisation_id, transfer.withheld,
                           transfer.withheld_there);
    problem := case
        when known.transfer_id is null then 'not_found'
        when known.person_id = app_person() then 'own_posting'
        when known.state <> 'open' then 'transfer_settled'
        when if_match not in ('*', '1') then 'version_changed'
    end;
end
$$;
comment on function lock_transfer(uuid, text) is
    'An open transfer from or to the organisation that the caller writes for, with its person locked, or why the '
    'caller may not settle it. For the schema''s owner alone.';

create or replace function accept_transfer(which uuid, if_match text, given jsonb, out problem text, out faults jsonb,
    out settled bigint)
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    own record;
    known transfer;
    place bigint := app_acting();
    wanted jsonb;
    written bigint;
begin
    own := lock_transfer(which, if_match);
    known := own.known;
    settled := known.transfer_id;
    problem := coalesce(own.problem, case
        when known.to_organisation_id <> place then 'not_yours_to_accept'
        when coalesce((given ->> 'sensitive')::boolean, false) and not app_cleared() then 'scope_not_granted'
    end);
    if problem is not null then
        return;
    end if;
    wanted := jsonb_build_object('starts_on', known.starts_on, 'ends_on', known.ends_before - 1) || given
        || case known.kind
               when 'transfer' then '{"joiner_type": "transfer", "secondment": false}'
               else '{"joiner_type": null, "secondment": true}'
           end::jsonb;
    perform lock_posting(known.person_id, place, wanted ->> 'staff_number');
    faults := posting_faults(wanted, place, known.person_id, null, null, '');
    if (wanted ->> 'starts_on')::date < known.starts_on then
        faults := coalesce(faults, '[]') || '[{"pointer": "/starts_on", "code": "before_transfer"}]';
    end if;
    if faults is not null then
        problem := 'posting_faulty';
        return;
    end if;
    written := write_posting(wanted, place, known.person_id, null, null);
    update transfer
    set state = 'accepted', settled_at = now(), settled_by = app_account(),
        accepted_as = (select posting.id from posting where posting.posting_id = written)
    where transfer.transfer_id = known.transfer_id;
end
$$;
comment on function accept_transfer(uuid, text, jsonb) is
    'public: accepts a transfer or secondment to the organisation that the caller writes for, by the posting there. '
    'Runs as its owner, because that organisation does not see the person before it has one.';

create or replace function restore_posting(known transfer) returns void
language sql set search_path = skills, pg_temp as $$
    update posting
    set ends_before = least(known.was_before, unit.ends_before, organisation.ends_before),
        leaver_type = case
                          when known.was_before is not null
                               and known.was_before <= least(unit.ends_before, organisation.ends_before, 'infinity')
                          then known.was_leaver_type
                      end
    from posting as home
    join organisation on organisation.organisation_id = home.organisation_id
    left join unit on unit.unit_id = home.unit_id
    where posting.posting_id = known.posting_id
      and home.posting_id = posting.posting_id
      and posting.ends_before = known.starts_on
      and not exists (
          select
          from posting as later
          where later.person_id = known.person_id
            and later.organisation_id = posting.organisation_id
            and later.posting_id <> known.posting_id
            and (later.ends_before is null or later.ends_before > known.starts_on)
            and (known.was_before is null or later.starts_on < known.was_before))
$$;
comment on function restore_posting(transfer) is
    'Lets the posting that a transfer ended go on as it was, if it still ends by that and no other of the person is in '
    'the way; no longer than its unit and organisation are there. For cancel_transfer() alone.';

create or replace function cancel_transfer(which uuid, if_match text, why text, out problem text, out settled bigint)
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    own record;
    known transfer;
begin
    own := lock_transfer(which, if_match);
    known := own.known;
    problem := own.problem;
    settled := known.transfer_id;
    if problem is not null then
        return;
    end if;
    update transfer
    set state = 'cancelled', settled_at = now(), settled_by = app_account(), reason = why
    where transfer.transfer_id = known.transfer_id;
    if known.kind = 'transfer' then
        perform restore_posting(known);
        perform posting_follows(known.person_id);
    end if;
end
$$;
comment on function cancel_transfer(uuid, text, text) is
    'public: cancels an open transfer, by either organisation: the posting that it ended goes on as it was, as long as '
    'its unit and organisation are there, unless another has been recorded for that time since. Runs as its owner, '
    'because the other organisation does not see that posting.';

grant execute on function transfer_is_seen(bigint, bigint, boolean, boolean), transfer_now(bigint),
    open_transfer(jsonb), accept_transfer(uuid, text, jsonb), cancel_transfer(uuid, text, text)
    to skillsd_service;
grant select on transfer_told to skillsd_service;
