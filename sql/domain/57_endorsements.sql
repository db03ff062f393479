-- SPDX-License-Identifier: MIT
-- Colleagues, and asking them to endorse a claim. Nobody reads a colleague's record by it: whoever is asked is told of
-- the one claim, and whoever asks learns no more than the name of a colleague. So the table is closed to the serving
-- role, and what is told goes through the functions of this file, which take no other person than the caller.

alter table endorsement_request enable row level security;

create or replace function answer_by(asked_at timestamptz) returns date language sql stable parallel safe
    return (asked_at at time zone 'Europe/London')::date + 90;
comment on function answer_by(timestamptz) is 'The last day on which a request for endorsement can be answered.';

create or replace function endorsement_state(withdrawn_at timestamptz, answered_at timestamptz, endorsement_id bigint,
    asked_at timestamptz, claim_state text) returns text
language sql stable parallel safe
    return case
        when withdrawn_at is not null then 'withdrawn'
        when endorsement_id is not null then 'endorsed'
        when answered_at is not null then 'declined'
        when claim_state not in ('held', 'future') then 'closed'
        when answer_by(asked_at) < london_today() then 'expired'
        else 'open'
    end;
comment on function endorsement_state(timestamptz, timestamptz, bigint, timestamptz, text) is
    'What a request for endorsement is today, of a claim in that state: open, endorsed, declined, withdrawn, expired, '
    'or closed because the claim no longer stands.';

create or replace function are_colleagues(asker bigint, other bigint, by_line boolean) returns boolean
language sql stable parallel safe as $$
    select asker <> other
        and exists (
            select
            from posting as mine
            join posting as theirs on theirs.organisation_id = mine.organisation_id
            where mine.person_id = asker
              and theirs.person_id = other
              and mine.starts_on <= london_today()
              and (mine.ends_before is null or mine.ends_before > london_today())
              and theirs.starts_on <= london_today()
              and (theirs.ends_before is null or theirs.ends_before > london_today())
              and (not theirs.withheld or (mine.withheld and (by_line or mine.unit_id = theirs.unit_id))))
$$;
comment on function are_colleagues(bigint, bigint, boolean) is
    'Whether somebody may ask another person for an endorsement: both have a posting today in one organisation. One '
    'who is withheld there is asked only by others who are, in the same unit or, by line, as their manager. For the '
    'functions of this file.';

create or replace function line_manager_of(asker bigint) returns bigint language sql stable parallel safe as $$
    with recursive place as (
        select posting.organisation_id, posting.unit_id, posting.withheld
        from posting
        where posting.person_id = asker
          and posting.starts_on <= london_today()
          and (posting.ends_before is null or posting.ends_before > london_today())
        order by posting.starts_on desc, posting.posting_id desc
        limit 1
    ), above as (
        select place.unit_id, 0 as distance
        from place
        where place.unit_id is not null
        union all
        select unit.parent_id, above.distance + 1
        from above
        join unit on unit.unit_id = above.unit_id
        where unit.parent_id is not null and above.distance < 100
    )
    select holder.person_id
    from place
    cross join above
    join grant_in_effect as given
        on given.organisation_id = place.organisation_id
           and given.unit_id = above.unit_id
           and 'team:read' = any (given.scopes)
           and (not place.withheld or 'sensitive:read' = any (given.scopes))
    join account as holder on holder.account_id = given.account_id and holder.closed_at is null
    where are_colleagues(asker, holder.person_id, true)
    order by above.distance, holder.account_id
    limit 1
$$;
comment on function line_manager_of(bigint) is
    'Whose grant to read the team is for the unit of somebody''s posting today, or else for the nearest above it; of '
    'several the one whose account is the oldest; null for none. For request_endorsement() alone.';

create or replace function colleagues_named(name text)
returns table (id uuid, given_name text, family_name text, organisation text, unit_name text, rank text)
language plpgsql stable security definer rows 20 set search_path = skills, pg_temp as $$
begin
    return query
    select found.id, found.given_name, found.family_name, found.organisation, found.unit_name, found.rank
    from (
        select distinct on (person.person_id) person.person_id, person.id, person.given_name, person.family_name,
               organisation.code as organisation, unit.name as unit_name, theirs.rank
        from posting as mine
        join posting as theirs on theirs.organisation_id = mine.organisation_id
        join person on person.person_id = theirs.person_id
        join organisation on organisation.organisation_id = theirs.organisation_id
        left join unit on unit.unit_id = theirs.unit_id
        where mine.person_id = app_person()
          and mine.starts_on <= london_today()
          and (mine.ends_before is null or mine.ends_before > london_today())
          and theirs.person_id <> mine.person_id
          and theirs.starts_on <= london_today()
          and (theirs.ends_before is null or theirs.ends_before > london_today())
          and not theirs.withheld
          and (starts_with(lower(person.family_name), lower(colleagues_named.name))
               or starts_with(lower(person.given_name || ' ' || person.family_name), lower(colleagues_named.name)))
        order by person.person_id, theirs.starts_on desc, theirs.posting_id desc
    ) as found
    order by found.family_name, found.given_name, found.id
    limit 20;
end
$$;
comment on function colleagues_named(text) is
    'public: at most 20 people with a posting today where the caller has one, whose family name, or given and family '
    'name, begins so: name, unit and rank. Runs as its owner, because nobody sees the postings of colleagues '
    'otherwise; somebody who is withheld is never among them.';

create or replace function request_endorsement(claim uuid, endorser uuid, of_line_manager boolean, message text,
    out request uuid, out problem text)
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    asked bigint;
    claimed record;
begin
    perform from person where person_id = app_person() for no key update;
    select held.assertion_id,
           assertion_state(held.valid_from, held.valid_before, held.withdrawn_on, held.succeeded_on, london_today())
               in ('held', 'future') as stands
    into claimed
    from assertion_held as held
    where held.id = claim and held.person_id = app_person() and held.basis = 'self';
    if of_line_manager then
        asked := line_manager_of(app_person());
    else
        asked := (
            select person.person_id
            from person
            where person.id = endorser and are_colleagues(app_person(), person.person_id, false));
    end if;
    problem := case
        when app_person() is null then 'no_person'
        when has_scope('record:write') is not true then 'scope_not_granted'
        when (endorser is not null) = of_line_manager then 'endorser_or_line_manager'
        when claimed.assertion_id is null then 'claim_not_found'
        when not claimed.stands then 'claim_not_standing'
        when of_line_manager and asked is null then 'no_line_manager'
        when endorser = app_person_id() then 'endorser_is_oneself'
        when asked is null then 'endorser_not_found'
        when exists (
            select
            from endorsement_request as known
            where known.assertion_id = claimed.assertion_id
              and known.endorser_id = asked
              and endorsement_state(known.withdrawn_at, known.answered_at, known.endorsement_id, known.asked_at, 'held')
                  = 'open')
        then 'already_asked'
    end;
    if problem is not null then
        return;
    end if;
    insert into endorsement_request (assertion_id, person_id, endorser_id, as_line_manager, message, asked_by)
    values (claimed.assertion_id, app_person(), asked, of_line_manager, request_endorsement.message, app_account())
    returning endorsement_request.id into request;
end
$$;
comment on function request_endorsement(uuid, uuid, boolean, text) is
    'public: asks a colleague, or the line manager, to endorse a claim of the caller''s own, and gives the identifier '
    'of the request; or the problem. Runs as its owner, because nobody sees who else is posted where. Naming somebody '
    'whom the caller may not ask is naming nobody.';

create or replace function endorsement_requests_told(which uuid)
returns table (id uuid, asked_of_me boolean, state text, asker uuid, asker_name text, endorser_name text,
               as_line_manager boolean, message text, assertion uuid, item uuid, framework text, code text, title text,
               level smallint, level_title text, evidence text, valid_from date, valid_until date, asked_at timestamptz,
               answer_by date, answered_at timestamptz, comment text, endorsement uuid, endorsed_level smallint,
               endorsed_level_title text)
language plpgsql volatile security definer set search_path = skills, pg_temp as $$
begin
    return query
    select request.id, known.mine, known.state, asker.id, asker.given_name || ' ' || asker.family_name,
           endorser.given_name || ' ' || endorser.family_name, request.as_line_manager, request.message, claim.id,
           claim.item, claim.framework, claim.code, claim.title, claim.level, claim.level_title,
           case when not known.mine or known.state in ('open', 'endorsed') then claim.evidence end, claim.valid_from,
           claim.valid_until, request.asked_at, answer_by(request.asked_at), request.answered_at, request.comment,
           given.id, given.level, given.level_title
    from endorsement_request as request
    join assertion_told as claim on claim.assertion_id = request.assertion_id
    join person as asker on asker.person_id = request.person_id
    join person as endorser on endorser.person_id = request.endorser_id
    left join assertion_told as given on given.assertion_id = request.endorsement_id
    cross join lateral (
        select request.endorser_id = app_person() as mine,
               endorsement_state(
                   request.withdrawn_at, request.answered_at, request.endorsement_id, request.asked_at,
                   assertion_state(claim.valid_from, claim.valid_before, claim.withdrawn_on, claim.succeeded_on,
                                   london_today())) as state
    ) as known
    where (request.person_id = app_person() or request.endorser_id = app_person())
      and (which is null or request.id = which);
end
$$;
comment on function endorsement_requests_told(uuid) is
    'public: the requests for endorsement that the caller has made, and those made to the caller, or the one of them '
    'with this identifier. Runs as its owner, because whoever is asked sees neither the asker nor the claim otherwise: '
    'the name of the asker and the claim, its evidence only as long as the request is open or endorsed. Volatile, so '
    'that it tells what the calling statement has done.';

create or replace function withdraw_endorsement_request(which uuid) returns text
language plpgsql security definer set search_path = skills, pg_temp as $$
begin
    perform from endorsement_request where endorsement_request.id = which and person_id = app_person() for update;
    if has_scope('record:write') is not true then
        return 'scope_not_granted';
    end if;
    case (select told.state from endorsement_requests_told(which) as told where not told.asked_of_me)
        when 'open' then
            update endorsement_request set withdrawn_at = now() where endorsement_request.id = which;
            return null;
        else
            return case
                when not exists (select from endorsement_requests_told(which)) then 'not_found'
                when exists (select from endorsement_requests_told(which) as told where told.asked_of_me)
                then 'not_yours_to_take_back'
                else 'request_not_open'
            end;
    end case;
end
$$;
comment on function withdraw_endorsement_request(uuid) is
    'public: takes back an open request for endorsement of the caller''s own; gives the problem, or null. Runs as its '
    'owner, as request_endorsement() does, and takes no other person than the caller.';

create or replace function endorsement_answer_problem(told record, answer text, level numeric, comment text,
    asker bigint, by_line boolean) returns text
language plpgsql stable set search_path = skills, pg_temp as $$
begin
    return case
        when has_scope('record:write') is not true then 'scope_not_granted'
        when not told.asked_of_me then 'not_yours_to_answer'
        when told.state <> 'open' then 'request_not_open'
        when answer = 'decline' and level is not null then 'declined_without_level'
        when answer = 'decline' and comment is null then 'answer_without_comment'
        when answer = 'decline' then null
        when not are_colleagues(asker, app_person(), by_line) then 'no_longer_colleagues'
        else coalesce(
            item_level_problem(told.item, coalesce(level, told.level), true),
            case when level <> told.level and comment is null then 'answer_without_comment' end)
    end;
end
$$;
comment on function endorsement_answer_problem(record, text, numeric, text, bigint, boolean) is
    'Why a request for endorsement cannot be answered so; null if it can. For answer_endorsement_request() alone.';

create or replace function answer_endorsement_request(which uuid, answer text, level numeric, comment text) returns text
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    request endorsement_request;
    claim assertion;
    told record;
    problem text;
    made bigint;
begin
    select known.* into request
    from endorsement_request as known
    where known.id = which and known.endorser_id = app_person()
    for update;
    perform from person where person_id = request.person_id for no key update;
    select known.* into told from endorsement_requests_told(which) as known;
    if not found then
        return 'not_found';
    end if;
    problem := endorsement_answer_problem(told, answer, level, comment, request.person_id, request.as_line_manager);
    if problem is not null then
        return problem;
    end if;
    select known.* into claim from assertion as known where known.assertion_id = request.assertion_id;
    if answer = 'endorse' then
        insert into assertion (person_id, seen_by, framework_item_id, level, basis, assessor, reason, valid_from,
                               valid_before, recorded_by)
        select claim.person_id, organisations_seeing_new(claim.person_id, first.day, claim.valid_before),
               claim.framework_item_id, coalesce(answer_endorsement_request.level, claim.level), 'endorsed',
               left(app_name(), 200), comment, first.day, claim.valid_before, app_account()
        from (select greatest(london_today(), claim.valid_from) as day) as first
        returning assertion_id into made;
        perform post_skills(claim.person_id, claim.framework_item_id, 'assertion');
    end if;
    update endorsement_request as open
    set answered_at = now(), answered_by = app_account(), comment = answer_endorsement_request.comment,
        endorsement_id = made
    where open.endorsement_request_id = request.endorsement_request_id;
    return null;
end
$$;
comment on function answer_endorsement_request(uuid, text, numeric, text) is
    'public: endorses the claim that the caller has been asked about, at its level or another, by an assertion of the '
    'asker''s from today or from the claim''s first day on, or declines to; gives the problem, or null. Runs as its '
    'owner, because only who assesses may record a level of another person: being asked by that person is the right to '
    'do it once.';

create or replace function endorsement_problem_status(problem text) returns int language sql immutable parallel safe
    return case
        when problem in ('no_person', 'scope_not_granted', 'not_yours_to_answer', 'not_yours_to_take_back') then 403
        when problem = 'not_found' then 404
        when problem in ('already_asked', 'request_not_open', 'no_longer_colleagues') then 409
        when problem is not null then 422
    end;
comment on function endorsement_problem_status(text) is 'The status that a problem of this file is answered with.';

grant execute on function colleagues_named(text), request_endorsement(uuid, uuid, boolean, text),
    endorsement_requests_told(uuid), withdraw_endorsement_request(uuid),
    answer_endorsement_request(uuid, text, numeric, text), endorsement_problem_status(text)
    to skillsd_service;
