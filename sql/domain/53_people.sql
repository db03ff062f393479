-- SPDX-License-Identifier: MIT
-- People and postings as those who keep them write them. Each function judges, under the locks, what its caller may do
-- for the organisation that the request acts for, and gives the problem, the faults, or what it has written.

create or replace function person_told(which bigint)
returns table (id uuid, given_name text, family_name text, email text, synthetic boolean, postings jsonb, etag text)
language sql volatile rows 1 as $$
    select told.id, told.given_name, told.family_name, told.email, told.synthetic, told.postings, md5(told::text)
    from (
        select person.id, person.given_name, person.family_name,
               case
                   when person.person_id = app_person() or exists (
                       select
                       from posting_in_charge as running
                       where running.person_id = person.person_id
                         and (running.ends_before is null or running.ends_before > london_today()))
                   then person.email
               end as email,
               person.synthetic,
               coalesce((
                   select jsonb_agg(posting_told(posting.posting_id)
                                    order by posting.starts_on desc, posting.posting_id desc)
                   from posting_in_charge as posting
                   where posting.person_id = person.person_id), '[]') as postings
        from person
        where person.person_id = which
    ) as told
$$;
comment on function person_told(bigint) is
    'A person as one in charge reads them, with the postings that the caller reads by office, the email where one of '
    'these has not ended, and the tag of all that. Volatile, so that the statement that has written it sees it.';

create or replace view posting_row with (security_invoker) as
select posting.posting_id, posting.id, posting.person_id, person.id as person, organisation.code as organisation,
       posting.staff_number, unit.id as unit, unit.code as unit_code, unit.name as unit_name, posting.worker_type,
       posting.rank, posting.grade, profile.id as role_profile, profile.title as role_profile_title,
       posting.science_category, posting.fte, posting.starts_on, posting.ends_before - 1 as ends_on,
       posting.joiner_type, posting.entry_route, posting.leaver_type, posting.counts, posting.secondment,
       posting.sensitive, posting.recorded_at, posting.xid::text as etag
from posting
left join person on person.person_id = posting.person_id
join organisation on organisation.organisation_id = posting.organisation_id
left join unit on unit.unit_id = posting.unit_id
left join role_profile as profile on profile.role_profile_id = posting.role_profile_id;
comment on view posting_row is
    'Postings with the names of what they refer to; the tag is the transaction that wrote it last.';

create or replace function posting_now(which bigint) returns setof posting_row language sql volatile rows 1 as $$
    select posting_id, id, person_id, person, organisation, staff_number, unit, unit_code, unit_name, worker_type, rank,
           grade, role_profile, role_profile_title, science_category, fte, starts_on, ends_on, joiner_type, entry_route,
           leaver_type, counts, secondment, sensitive, recorded_at, etag
    from posting_row
    where posting_id = which
$$;
comment on function posting_now(bigint) is
    'A posting at the moment of the call. Volatile, so that the statement that has written it sees it.';

create or replace function workforce_status(problem text) returns int language sql immutable parallel safe
    return case
        when problem is null then null
        when problem = 'not_found' then 404
        when problem in ('scope_not_granted', 'own_posting', 'not_yours_to_accept', 'names_kept_elsewhere') then 403
        when problem in ('transfer_is_open', 'transfer_settled', 'posted_elsewhere') then 409
        when problem = 'version_changed' then 412
        else 422
    end;
comment on function workforce_status(text) is
    'The status of a problem of writing people, postings and transfers; null for none.';

create or replace function register_person(given jsonb, out problem text, out faults jsonb, out registered bigint)
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    wanted jsonb := given -> 'posting';
    place bigint := app_acting();
begin
    if not may_write_workforce() or (coalesce((wanted ->> 'sensitive')::boolean, false) and not app_cleared()) then
        problem := 'scope_not_granted';
        return;
    end if;
    perform lock_posting(null, place, wanted ->> 'staff_number');
    faults := posting_faults(wanted, place, null, null, null, '/posting');
    if faults is not null then
        problem := 'posting_faulty';
        return;
    end if;
    insert into person (given_name, family_name, email)
    values (given ->> 'given_name', given ->> 'family_name', given ->> 'email')
    returning person.person_id into registered;
    perform write_posting(wanted, place, registered, null, null);
end
$$;
comment on function register_person(jsonb) is
    'public: registers a new person with a first posting to the organisation that the caller writes for. Runs as its '
    'owner, because rows that name a person are written by these functions alone, which check the scope.';

create or replace function names_kept_in(whose bigint) returns bigint[]
language sql stable set search_path = skills, pg_temp as $$
    select array_agg(known.organisation_id)
    from (
        select posting.organisation_id,
               rank() over (order by case
                                         when posting.ends_before <= london_today() then posting.ends_before
                                         else 'infinity'
                                     end desc) as place
        from posting
        where posting.person_id = whose
    ) as known
    where known.place = 1
$$;
comment on function names_kept_in(bigint) is
    'The organisations that keep the names of a person: those with a posting that has not ended, or else the one with '
    'the posting that ended last.';

create or replace function edit_person(of_person uuid, if_match text, patch jsonb, out problem text, out edited bigint)
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    whose bigint;
begin
    if not may_write_workforce() then
        problem := 'scope_not_granted';
        return;
    end if;
    select person.person_id into whose from person where person.id = of_person for no key update;
    problem := case
        when whose is null or not person_known_in(whose, app_acting(), app_cleared()) then 'not_found'
        when whose = app_person() then 'own_posting'
        when (app_acting() = any (names_kept_in(whose))) is not true then 'names_kept_elsewhere'
        when if_match not in ('*', (select told.etag from person_told(whose) as told)) then 'version_changed'
    end;
    if problem is not null then
        return;
    end if;
    update person
    set given_name = coalesce(patch ->> 'given_name', person.given_name),
        family_name = coalesce(patch ->> 'family_name', person.family_name),
        email = case when patch ? 'email' then patch ->> 'email' else person.email end
    where person.person_id = whose;
    edited := whose;
end
$$;
comment on function edit_person(uuid, text, jsonb) is
    'public: changes the names and the email of a person by a merge patch, for the organisation that keeps them. Runs '
    'as its owner, because which organisation that is depends on postings that the caller may not see.';

create or replace function posted_elsewhere(whose bigint, place bigint, first_day date, last_day date) returns boolean
language sql stable set search_path = skills, pg_temp as $$
    select not exists (
            select
            from posting
            where posting.person_id = whose
              and posting.organisation_id = place
              and posting.starts_on < first_day
              and (posting.ends_before is null or posting.ends_before >= first_day))
       and exists (
            select
            from posting
            where posting.person_id = whose
              and posting.organisation_id <> place
              and posting.starts_on <= coalesce(last_day, 'infinity')
              and (posting.ends_before is null or posting.ends_before > first_day))
$$;
comment on function posted_elsewhere(bigint, bigint, date, date) is
    'Whether a posting would bring somebody to an organisation, where they are not up to its first day, while another '
    'has a posting of them: that one must offer a transfer or a secondment, or a former force could take back a record '
    'that has gone on elsewhere.';

create or replace function record_posting(of_person uuid, given jsonb, out problem text, out faults jsonb,
    out written bigint)
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    place bigint := app_acting();
    whose bigint;
    wanted jsonb;
    cut bigint;
begin
    if not may_write_workforce() or (coalesce((given ->> 'sensitive')::boolean, false) and not app_cleared()) then
        problem := 'scope_not_granted';
        return;
    end if;
    select person.person_id into whose from person where person.id = of_person;
    perform lock_posting(whose, place, given ->> 'staff_number');
    problem := case
        when whose is null or not person_known_in(whose, place, app_cleared()) then 'not_found'
        when whose = app_person() then 'own_posting'
    end;
    if problem is not null then
        return;
    end if;
    wanted := jsonb_build_object('staff_number', (
        select latest.staff_number
        from posting as latest
        where latest.person_id = whose and latest.organisation_id = place
        order by latest.starts_on desc
        limit 1)) || given;
    if (given ->> 'ends_current')::boolean then
        cut := posting_running(whose, place, (wanted ->> 'starts_on')::date);
    end if;
    faults := posting_faults(wanted, place, whose, null, cut, '');
    if (given ->> 'ends_current')::boolean and cut is null then
        faults := coalesce(faults, '[]') || '[{"pointer": "/ends_current", "code": "no_posting_to_end"}]';
    end if;
    problem := case
        when exists (select from transfer where transfer.posting_id = cut and transfer.state = 'open')
        then 'transfer_is_open'
        when faults is not null then 'posting_faulty'
        when posted_elsewhere(whose, place, (wanted ->> 'starts_on')::date, (wanted ->> 'ends_on')::date)
        then 'posted_elsewhere'
    end;
    if problem is null then
        written := write_posting(wanted, place, whose, null, cut);
    end if;
end
$$;
comment on function record_posting(uuid, jsonb) is
    'public: records a further posting of a person whom the organisation that the caller writes for has, or has had, '
    'and of nobody else; ends_current ends the running one there the day before. Runs as its owner, because rows that '
    'name a person are written by these functions alone, which check the scope.';

create or replace function posting_running(whose bigint, place bigint, day date) returns bigint
language sql stable set search_path = skills, pg_temp as $$
    select posting.posting_id
    from posting
    where posting.person_id = whose
      and posting.organisation_id = place
      and posting.starts_on < day
      and (posting.ends_before is null or posting.ends_before > day)
    order by posting.starts_on desc
    limit 1
$$;
comment on function posting_running(bigint, bigint, date) is
    'The posting of a person to an organisation that began before a day and lasts on it; null for none.';

create or replace function lock_own_posting(which uuid, out problem text, out known posting)
language plpgsql set search_path = skills, pg_temp as $$
begin
    if not may_write_workforce() then
        problem := 'scope_not_granted';
        return;
    end if;
    perform from person
    where person.person_id = (select posting.person_id from posting where posting.id = which)
    for no key update;
    select posting.* into known from posting where posting.id = which and posting.organisation_id = app_acting();
    problem := case
        when known.posting_id is null or (known.withheld and not app_cleared()) then 'not_found'
        when known.person_id = app_person() then 'own_posting'
    end;
end
$$;
comment on function lock_own_posting(uuid) is
    'A posting of the organisation that the caller writes for, with its person locked, or why the caller may not '
    'write it. For the schema''s owner alone.';

create or replace function edit_posting(which uuid, if_match text, patch jsonb, out problem text, out faults jsonb,
    out written bigint)
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    own record;
    known posting;
    present jsonb;
    wanted jsonb;
begin
    own := lock_own_posting(which);
    known := own.known;
    problem := own.problem;
    if problem is not null then
        written := case problem when 'own_posting' then known.posting_id end;
        return;
    end if;
    present := posting_present(known);
    wanted := present || patch;
    written := known.posting_id;
    perform lock_posting(known.person_id, known.organisation_id, wanted ->> 'staff_number');
    problem := case
        when if_match not in ('*', known.xid::text) then 'version_changed'
        when wanted -> 'sensitive' <> present -> 'sensitive' and not app_cleared() then 'scope_not_granted'
        when (wanted -> 'starts_on', wanted -> 'ends_on', wanted -> 'leaver_type')
             <> (present -> 'starts_on', present -> 'ends_on', present -> 'leaver_type')
             and exists (select from transfer where transfer.posting_id = known.posting_id and transfer.state = 'open')
        then 'transfer_is_open'
    end;
    if problem is not null or wanted = present then
        return;
    end if;
    faults := posting_faults(wanted, known.organisation_id, known.person_id, known.posting_id, null, '');
    if faults is not null then
        problem := 'posting_faulty';
        return;
    end if;
    perform write_posting(wanted, known.organisation_id, known.person_id, known.posting_id, null);
end
$$;
comment on function edit_posting(uuid, text, jsonb) is
    'public: corrects or ends a posting of the organisation that the caller writes for, by a merge patch. Runs as its '
    'owner, because rows that name a person are written by these functions alone, which check the scope.';

create or replace function retract_posting(which uuid, if_match text, why text, out problem text, out person uuid,
    out retracted_at timestamptz)
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    own record;
    known posting;
begin
    own := lock_own_posting(which);
    known := own.known;
    select named.id into person from person as named where named.person_id = known.person_id;
    problem := coalesce(own.problem, case
        when if_match not in ('*', known.xid::text) then 'version_changed'
        when exists (select from transfer where transfer.posting_id = known.posting_id and transfer.state = 'open')
        then 'transfer_is_open'
    end);
    if problem is not null then
        return;
    end if;
    insert into posting_retraction (posting_id, id, person_id, organisation_id, withheld, posting, reason, retracted_by)
    values (known.posting_id, known.id, known.person_id, known.organisation_id, known.withheld, to_jsonb(known), why,
            app_account())
    returning posting_retraction.retracted_at into retracted_at;
    delete from posting where posting.posting_id = known.posting_id;
    perform posting_follows(known.person_id);
end
$$;
comment on function retract_posting(uuid, text, text) is
    'public: retracts a posting that was recorded by mistake: it is kept in posting_retraction, and counts nowhere. '
    'Runs as its owner, because rows that name a person are written by these functions alone, which check the scope.';

grant execute on function may_write_workforce(), app_cleared(), person_told(bigint), posting_now(bigint),
    workforce_status(text), register_person(jsonb), edit_person(uuid, text, jsonb), record_posting(uuid, jsonb),
    edit_posting(uuid, text, jsonb), retract_posting(uuid, text, text)
    to skillsd_service;
grant select on posting_row to skillsd_service;
alter table posting_retraction enable row level security;
