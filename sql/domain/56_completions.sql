-- SPDX-License-Identifier: MIT
-- Completions: a provider or learning system adds to the record of somebody whom it may not see.

create or replace function record_completion(organisation text, staff_number text, reference text, title text,
    happened_on date, learned text, type text, minutes int, alignments jsonb)
returns table (id uuid, person uuid, recorded_at timestamptz, problem text)
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    place bigint;
    whose bigint;
    made activity;
    provider text;
begin
    select found.organisation_id into place
    from organisation as found
    where found.code = record_completion.organisation or found.id::text = lower(record_completion.organisation);
    if not coalesce(has_national_scope('completions:write'), false)
       and not coalesce(has_organisation_scope('completions:write') and place = app_acting(), false) then
        return query select null::uuid, null::uuid, null::timestamptz, 'scope_not_granted';
        return;
    end if;
    select distinct posting.person_id into whose
    from posting
    where posting.organisation_id = place
      and posting.staff_number = record_completion.staff_number
      and posting.starts_on <= record_completion.happened_on
      and (posting.ends_before is null or posting.ends_before > record_completion.happened_on)
      and not posting.withheld;
    problem := case
        when whose is null then 'completion_person_not_found'
        when whose = app_person() then 'own_completion'
        when exists (
            select
            from completion
            where completion.account_id = app_account() and completion.reference = record_completion.reference)
        then 'completion_known'
        else activity_problem(record_completion.happened_on, record_completion.alignments)
    end;
    if problem is not null then
        return query select null::uuid, null::uuid, null::timestamptz, problem;
        return;
    end if;
    select coalesce(account.title, app_name()) into provider from account where account.account_id = app_account();
    insert into activity (person_id, seen_by)
    values (whose, organisations_seeing_new(whose, record_completion.happened_on, record_completion.happened_on + 1))
    returning * into made;
    insert into activity_version (activity_id, version, person_id, seen_by, title, happened_on, learned, type, provider,
                                  minutes, source, recorded_by)
    values (made.activity_id, 1, whose, made.seen_by, record_completion.title, record_completion.happened_on,
            record_completion.learned, record_completion.type, provider, record_completion.minutes, provider,
            app_account());
    insert into activity_alignment (activity_id, version, person_id, seen_by, framework_item_id, level)
    select made.activity_id, 1, whose, made.seen_by, item.framework_item_id, given.level
    from jsonb_to_recordset(record_completion.alignments) as given (item uuid, level numeric)
    join framework_item as item on item.id = given.item;
    insert into completion (activity_id, account_id, reference)
    values (made.activity_id, app_account(), record_completion.reference);
    return query
    select made.id, named.id, made.recorded_at, null::text
    from person as named
    where named.person_id = whose;
end
$$;
comment on function record_completion(text, text, text, text, date, text, text, int, jsonb) is
    'public: records an activity of the person whom an organisation knows by a staff number, for a caller with '
    'completions:write for that organisation or the nation; or the problem. Runs as its owner, because a provider may '
    'add to the record of people whom it may not see; it gives nothing of the record back. A person withheld in the '
    'organisation is not found.';

alter table completion enable row level security;
grant execute on function record_completion(text, text, text, text, date, text, text, int, jsonb) to skillsd_service;
