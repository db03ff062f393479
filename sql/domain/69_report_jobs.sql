-- SPDX-License-Identifier: MIT
-- Reports that are answered later, as a resource: who may make, read, cancel one and have its file. How one runs:
-- 69_report_runs.sql.

create or replace function report_job_is_own(issuer text, subject text, organisation_id bigint) returns boolean
language sql stable parallel safe
    return coalesce(report_job_is_own.issuer = current_setting('app.issuer', true)
        and report_job_is_own.subject = current_setting('app.subject', true)
        and report_job_is_own.organisation_id is not distinct from app_acting(), false);
comment on function report_job_is_own(text, text, bigint) is
    'Whether the caller made the report job of this issuer and subject, and acts for its organisation.';

create or replace function report_people_seen(people uuid[]) returns boolean
language plpgsql stable as $$
begin
    return (select count(*) from person where person.id = any (people)) = cardinality(people);
end
$$;
comment on function report_people_seen(uuid[]) is
    'Whether the caller sees all of these people, each of them named once.';

create or replace function report_reach(required text) returns jsonb language sql stable as $$
    select jsonb_build_object(
               'organisation', to_jsonb(held.organisation),
               'national', to_jsonb(held.national),
               'unit', to_jsonb(held.unit),
               'units', to_jsonb(case when held.unit <> '{}' then coalesce(app_units(), '{}') else '{}' end),
               'cleared_units',
               to_jsonb(case when held.unit <> '{}' then coalesce(app_cleared_units(), '{}') else '{}' end))
    from (
        select array(
                   select unnest(nullif(current_setting('app.organisation_scopes', true), '')::text[])
                   intersect
                   select unnest(relevant.scopes)
                   order by 1) as organisation,
               array(
                   select unnest(nullif(current_setting('app.national_scopes', true), '')::text[])
                   intersect
                   select unnest(relevant.scopes)
                   order by 1) as national,
               array(
                   select unnest(nullif(current_setting('app.unit_scopes', true), '')::text[])
                   intersect
                   select unnest(relevant.scopes)
                   order by 1) as unit
        from (select string_to_array(report_reach.required, ' ') || 'sensitive:read'::text as scopes) as relevant
    ) as held
$$;
comment on function report_reach(text) is
    'How far the caller''s rights go, as far as they matter to a report that asks for one of the scopes given: those '
    'in effect, and sensitive:read, for the organisation, the nation and units, and these units. Of two, that which '
    'contains the other (@>) shows no less.';

create or replace function report_file_open(required text, reach jsonb, people uuid[]) returns boolean
language sql stable as $$
    select report_reach(report_file_open.required) @> report_file_open.reach
       and report_people_seen(report_file_open.people)
$$;
comment on function report_file_open(text, jsonb, uuid[]) is
    'Whether the caller may have a file that was made when their rights went as far as told, and that names these '
    'people: they must go as far now, and all of the people be seen. Who has become withheld since closes it.';

create or replace function report_reach_scopes(reach jsonb) returns text language sql immutable parallel safe as $$
    select string_agg(distinct scope.name, ' ' order by scope.name)
    from unnest(array['organisation', 'national', 'unit']) as part (name)
    cross join lateral jsonb_array_elements_text(reach -> part.name) as scope (name)
$$;
comment on function report_reach_scopes(jsonb) is 'The scopes of a reach, space-separated.';

-- report_job: its maker alone, acting for the same organisation; begun by inserting it, and ended by functions.
alter table report_job enable row level security;
create policy makers_read on report_job for select to skillsd_service
    using (app_signed_in() and report_job_is_own(issuer, subject, organisation_id));
create policy makers_make on report_job for insert to skillsd_service
    with check (report_job_is_own(issuer, subject, organisation_id) and state = 'waiting');
grant select, insert on report_job to skillsd_service;

-- report_piece: with its job, when that is done and its maker has now what was in effect when it ran. Whether those who
-- are in it are seen is asked by the download alone, once: a policy asks it again for each piece.
alter table report_piece enable row level security;
create policy makers_read on report_piece for select to skillsd_service
    using (exists (
        select
        from report_job
        where report_job.report_job_id = report_piece.report_job_id
          and report_job.state = 'done'
          and report_reach(report_job.required) @> report_job.reach));
grant select on report_piece to skillsd_service;

create or replace view report_job_told with (security_invoker) as
select report_job.report_job_id, report_job.id, report_job.report, report_job.parameters, report_job.format,
       organisation.code as organisation, shown.state, report_job.rows, report_job.bytes, report_job.problem,
       report_job.meta, report_job.created_at, report_job.started_at, report_job.ended_at, report_job.expires_at,
       case when shown.state = 'done' then '/v1/report-jobs/' || report_job.id || '/content' end as content
from report_job
cross join lateral (
    select case
               when report_job.state = 'done' and report_job.expires_at <= now() then 'expired'
               else report_job.state
           end
) as shown (state)
left join organisation on organisation.organisation_id = report_job.organisation_id;
comment on view report_job_told is
    'Report jobs as their makers get them: expired from the moment on, though the clerk takes the file away a little '
    'later.';
grant select on report_job_told to skillsd_service;

create or replace function report_job_as_it_is(which bigint) returns setof report_job_told
language sql volatile rows 1 as $$
    select report_job_id, id, report, parameters, format, organisation, state, rows, bytes, problem, meta, created_at,
           started_at, ended_at, expires_at, content
    from report_job_told
    where report_job_id = which
$$;
comment on function report_job_as_it_is(bigint) is
    'A report job at the moment of the call. Volatile, so that the statement that has made or changed it sees that.';

create or replace function make_report_job(asked jsonb, parameters jsonb, format text)
returns table (key bigint, problem text) language plpgsql as $$
begin
    if (select count(*) from report_job where report_job.state in ('waiting', 'running')) >= 10 then
        return query select null::bigint, 'report_jobs_under_way';
        return;
    end if;
    if (select count(*) from report_job where report_job.state in ('waiting', 'running', 'done')) >= 50 then
        return query select null::bigint, 'report_jobs_kept';
        return;
    end if;
    insert into report_job (report, parameters, format, organisation_id, required, issuer, subject, scopes, roles,
                            person_claim, client)
    values (asked ->> 'operation', make_report_job.parameters, make_report_job.format, app_acting(),
            asked ->> 'required', asked ->> 'issuer', asked ->> 'subject', asked ->> 'scopes',
            (asked ->> 'roles')::jsonb, asked ->> 'person_claim', asked ->> 'client')
    returning report_job.report_job_id into key;
    return next;
end
$$;
comment on function make_report_job(jsonb, jsonb, text) is
    'Makes a report job of the caller''s (asked: who asks for what, as the engine tells), and gives its key, or the '
    'problem.';

create or replace function cancel_report_job(which uuid) returns bigint
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    given report_job;
begin
    select report_job.* into given
    from report_job
    where report_job.id = which
      and report_job_is_own(report_job.issuer, report_job.subject, report_job.organisation_id)
      and report_job.state in ('waiting', 'running', 'done')
    for update;
    if not found then
        return null;
    end if;
    delete from report_piece where report_piece.report_job_id = given.report_job_id;
    update report_job
    set state = case given.state when 'done' then 'expired' else 'cancelled' end,
        ended_at = coalesce(given.ended_at, now()), expires_at = least(given.expires_at, now()),
        scopes = null, roles = null, person_claim = null, people = '{}'
    where report_job.report_job_id = given.report_job_id;
    return given.report_job_id;
end
$$;
comment on function cancel_report_job(uuid) is
    'public: cancels a report job of the caller''s that waits or runs, takes away the file of one that is done, and '
    'gives its key; null for one that has ended otherwise. Runs as its owner, because nobody may change jobs '
    'otherwise; it asks report_job_is_own().';

grant execute on function report_job_is_own(text, text, bigint), report_reach(text), report_reach_scopes(jsonb),
    report_people_seen(uuid[]), report_file_open(text, jsonb, uuid[]),
    report_job_as_it_is(bigint), make_report_job(jsonb, jsonb, text), cancel_report_job(uuid)
    to skillsd_service;
