-- SPDX-License-Identifier: MIT
-- The running of a report that is answered later, by the clerk's reporter: what it asks the database for, one after the
-- other. The report itself is the statement of its operation, run as whoever asked, after sql/engine/context.sql.

create or replace function report_jobs_waiting() returns int
language plpgsql stable security definer set search_path = skills, pg_temp as $$
begin
    return (select count(*) from report_job where report_job.state in ('waiting', 'running'));
end
$$;
comment on function report_jobs_waiting() is
    'public: the number of report jobs that are to be run, so that the clerk starts its reporter. Runs as its owner, '
    'because the clerk has no caller and sees no job; it gives a number.';

create or replace function end_report_jobs(which bigint[], state_after text, why jsonb) returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    delete from report_piece where report_piece.report_job_id = any (which);
    update report_job
    set state = state_after, problem = why, ended_at = now(), rows = 0, bytes = 0, scopes = null, roles = null,
        person_claim = null, people = '{}'
    where report_job.report_job_id = any (which);
end
$$;
comment on function end_report_jobs(bigint[], text, jsonb) is
    'Ends report jobs of which there is no file. For their steps alone.';

create or replace function take_report_job()
returns table (key bigint, id text, report text, parameters text, format text, attempt int, issuer text, subject text,
    scopes text, roles text, person_claim text, client text, organisation text, acting text)
language plpgsql security definer set search_path = skills, pg_temp as $$
begin
    perform refuse_callers();
    perform end_report_jobs(array(
        select lost.report_job_id
        from report_job as lost
        where lost.state = 'running' and lost.attempts >= 3
        for update), 'failed', jsonb_build_object(
            'type', '/problems#report_job_broke_off', 'title', 'Internal Server Error', 'status', 500,
            'detail', 'Its running broke off three times.'));
    return query
    with taken as (
        update report_job
        set state = 'running', attempts = report_job.attempts + 1, started_at = coalesce(report_job.started_at, now()),
            rows = 0, bytes = 0
        where report_job.report_job_id = (
            select next.report_job_id
            from report_job as next
            where next.state in ('waiting', 'running')
            order by next.attempts, next.created_at, next.report_job_id
            limit 1
            for update skip locked)
        returning report_job.*
    ), cleared as (
        delete from report_piece
        using taken
        where report_piece.report_job_id = taken.report_job_id
    )
    select taken.report_job_id, taken.id::text, taken.report, taken.parameters::text, taken.format, taken.attempts,
           taken.issuer, taken.subject, taken.scopes, taken.roles::text, taken.person_claim, taken.client,
           organisation.id::text, coalesce(taken.organisation_id::text, '')
    from taken
    left join organisation on organisation.organisation_id = taken.organisation_id;
end
$$;
comment on function take_report_job() is
    'public: the next report job to be run, begun anew, for the reporter that holds the lock, beside which none runs: '
    'first the one that waits longest of those begun least often, so that one whose process is lost keeps none from '
    'being run; the third time that is lost, it has failed. One that is just being cancelled is passed over. Runs as '
    'its owner, because the clerk has no caller and sees no job; refused to whoever is signed in.';

create or replace function give_back_report_job(which bigint, attempt int) returns void
language plpgsql security definer set search_path = skills, pg_temp as $$
begin
    perform refuse_callers();
    update report_job
    set state = 'waiting', attempts = attempts - 1, started_at = null, rows = 0, bytes = 0
    where report_job.report_job_id = which and report_job.state = 'running' and report_job.attempts = attempt;
    if found then
        delete from report_piece where report_piece.report_job_id = which;
    end if;
end
$$;
comment on function give_back_report_job(bigint, int) is
    'public: a report job waits again, as if it had not been taken, because its reporter has been asked to stop; '
    'nothing of one that has ended. Runs as its owner, as take_report_job() does.';

create or replace function note_report_job(which bigint, attempt int, rows bigint, content bytea) returns boolean
language plpgsql security definer set search_path = skills, pg_temp as $$
begin
    perform refuse_callers();
    update report_job
    set rows = note_report_job.rows, bytes = bytes + coalesce(length(content), 0)
    where report_job.report_job_id = which and report_job.state = 'running' and report_job.attempts = attempt;
    if not found then
        return false;
    end if;
    if content is not null then
        insert into report_piece (report_job_id, piece, content)
        select which, coalesce(max(kept.piece), 0) + 1, note_report_job.content
        from report_piece as kept
        where kept.report_job_id = which;
    end if;
    return true;
end
$$;
comment on function note_report_job(bigint, int, bigint, bytea) is
    'public: notes the rows that are written so far, and keeps the next piece of the file, if there is one; false '
    'when the job has been cancelled. Runs as its owner, as take_report_job() does.';

create or replace function finish_report_job(which bigint, attempt int, days int, media text, file text, sha256 text,
    meta jsonb, reach jsonb, people jsonb)
returns boolean language plpgsql security definer set search_path = skills, pg_temp as $$
begin
    perform refuse_callers();
    update report_job
    set state = 'done', ended_at = now(), expires_at = now() + make_interval(days => finish_report_job.days),
        media = finish_report_job.media, file = finish_report_job.file, sha256 = finish_report_job.sha256,
        meta = finish_report_job.meta, reach = finish_report_job.reach,
        people = array(select named.id::uuid from jsonb_array_elements_text(finish_report_job.people) as named (id)),
        scopes = null, roles = null, person_claim = null
    where report_job.report_job_id = which and report_job.state = 'running' and report_job.attempts = attempt;
    return found;
end
$$;
comment on function finish_report_job(bigint, int, int, text, text, text, jsonb, jsonb, jsonb) is
    'public: says that the file of a report job is whole, and what it is; false when the job has been cancelled. Runs '
    'as its owner, as take_report_job() does.';

create or replace function fail_report_job(which bigint, attempt int, why jsonb) returns void
language plpgsql security definer set search_path = skills, pg_temp as $$
begin
    perform refuse_callers();
    perform end_report_jobs(array(
        select given.report_job_id
        from report_job as given
        where given.report_job_id = which and given.state = 'running' and given.attempts = attempt
        for update), 'failed', why);
end
$$;
comment on function fail_report_job(bigint, int, jsonb) is
    'public: ends a report job that cannot be answered, with the problem. Runs as its owner, as take_report_job() '
    'does.';

create or replace function expire_report_jobs() returns bigint
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    expired bigint;
begin
    perform refuse_callers();
    with due as (
        update report_job
        set state = 'expired', people = '{}'
        where report_job.state = 'done' and report_job.expires_at <= now()
        returning report_job.report_job_id
    ), gone as (
        delete from report_piece
        using due
        where report_piece.report_job_id = due.report_job_id
    )
    select count(*) into expired from due;
    delete from report_job
    where report_job.state not in ('waiting', 'running', 'done')
      and report_job.ended_at < now() - interval '90 days';
    return expired;
end
$$;
comment on function expire_report_jobs() is
    'public: takes away the files of report jobs whose time is over, and jobs that ended 90 days ago; gives the '
    'number of the former. Runs as its owner, as take_report_job() does.';

grant execute on function report_jobs_waiting(), take_report_job(), give_back_report_job(bigint, int),
    note_report_job(bigint, int, bigint, bytea),
    finish_report_job(bigint, int, int, text, text, text, jsonb, jsonb, jsonb), fail_report_job(bigint, int, jsonb),
    expire_report_jobs()
    to skillsd_service;
