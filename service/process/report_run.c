/* SPDX-License-Identifier: MIT */
/* The context, and then the statement of the report in single-row mode, in one transaction, as a request would have it;
 * what comes of it is kept piece by piece over the other connection, which tells on the way whether it is still wanted.
 */
#include "process/report_run.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/settings.h"
#include "contract/check.h"
#include "contract/deferred.h"
#include "db/named.h"
#include "db/session.h"
#include "db/sqlstate.h"
#include "process/report_file.h"
#include "process/runner.h"
#include "represent/reply.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double note_seconds = 1;

const char *report_run_value(const struct report_run *run, enum job_column column) {
    return PQgetisnull(run->job, 0, column) ? NULL : PQgetvalue(run->job, 0, column);
}

/* What a deployment may have changed since the job was made. */
static bool find_report(struct report_run *run) {
    enum media media = deferred_media(report_run_value(run, JOB_FORMAT));
    run->operation = deferred_find(run->checked->contract, report_run_value(run, JOB_REPORT));
    json_t *parameters = json_loads(report_run_value(run, JOB_PARAMETERS), JSON_DECODE_ANY, NULL);
    bool good = run->operation && media < MEDIA_COUNT && run->operation->media[media] &&
                deferred_inputs(run->operation, parameters, &run->inputs, &run->problem);
    json_decref(parameters);
    if (!good)
        return problem_set(&run->problem, 422, "report_no_longer_offered", "The report is no longer offered so.");
    run->file = report_file_new(&(struct report_form){
        .contract = run->checked->contract,
        .operation = run->operation,
        .media = media,
        .inputs = &run->inputs,
        .bytes_max = setting_number(SETTING_REPORT_JOB_MIB) * 1024LL * 1024,
    });
    return true;
}

/* What the report is at fault for is its problem. Where the connection has failed, or the database, or a stop has ended
 * the statement, it is begun anew by who comes next. */
static void note_failure(struct report_run *run, const PGresult *failed, const struct statement *statement) {
    static const struct constraints none = {0};
    struct problem problem = {0};
    sqlstate_problem(failed, statement, &none, &problem);
    if (!runner_goes_on(&run->why) || PQstatus(run->work) != CONNECTION_OK || problem.status == 503) {
        run->why = run->why ? run->why : session_cause(run->work, failed);
        problem_clear(&problem);
        return;
    }
    if (strcmp(problem.code, "value_not_accepted") == 0)
        problem.status = 400; /* of a parameter, for there is no body */
    reply_explain(run->checked->contract, &problem);
    problem_clear(&run->problem);
    run->problem = problem;
}

static bool sign_in(struct report_run *run) {
    run->principal = (struct principal){
        .issuer = report_run_value(run, JOB_ISSUER),
        .subject = report_run_value(run, JOB_SUBJECT),
        .scopes = report_run_value(run, JOB_SCOPES),
        .roles = report_run_value(run, JOB_ROLES),
        .person_claim = report_run_value(run, JOB_PERSON_CLAIM),
        .client = report_run_value(run, JOB_CLIENT),
        .organisation = report_run_value(run, JOB_ORGANISATION),
        .required = run->operation->scopes,
    };
    const struct named values[] = {
        {"issuer", run->principal.issuer},
        {"subject", run->principal.subject},
        {"scopes", run->principal.scopes},
        {"roles", run->principal.roles},
        {"client", run->principal.client},
        {"person_claim", run->principal.person_claim},
        {"required", run->principal.required},
        {"organisation", run->principal.organisation},
        {"read_only", "on"},
        {NULL, NULL},
    };
    run->asker = named_result(run->work, run->context, values);
    if (session_succeeded(run->asker))
        return true;
    note_failure(run, run->asker, run->context);
    return false;
}

/* Acting for another organisation than it was made for, or for one where it was made for none, is not what was asked.
 */
static bool acts_as_before(struct report_run *run) {
    int column = PQfnumber(run->asker, "acting");
    const char *acting = column < 0 ? "" : PQgetvalue(run->asker, 0, column);
    if (strcmp(acting, report_run_value(run, JOB_ACTING)) == 0)
        return true;
    problem_set(&run->problem, 403, "scope_not_granted", "This is not allowed.");
    reply_explain(run->checked->contract, &run->problem);
    return false;
}

/* The server looks once a second whether this process is still there, and ends the statement when it is not. */
static const char settle[] =
    "select set_config('statement_timeout', $1, false) || set_config('client_connection_check_interval', '1s', false)";

static bool enter(struct report_run *run) {
    char *timeout = xasprintf("%lds", setting_number(SETTING_REPORT_JOB_SECONDS));
    const char *values[] = {timeout};
    run->work = session_open(setting_text(SETTING_DATABASE_URL), "skillsd report", &run->why);
    char *set = run->work ? runner_ask(run->work, settle, 1, values, &run->why) : NULL;
    bool good = set && session_execute(run->work, "begin", &run->why) && sign_in(run) && acts_as_before(run);
    free(set);
    free(timeout);
    return good;
}

static bool send(struct report_run *run) {
    const struct operation *operation = run->operation;
    struct named *values = xcalloc(operation->parameter_count + 1, sizeof *values);
    for (size_t p = 0; p < operation->parameter_count; p++)
        values[p] = (struct named){operation->parameters[p].name, run->inputs.values[p]};
    bool sent = named_send(run->work, run->checked->statements[operation->index], values, &run->why);
    free(values);
    return sent;
}

static void end_statement(const struct report_run *run) {
    char message[256];
    PGcancel *cancel = PQgetCancel(run->work);
    if (!PQcancel(cancel, message, sizeof message))
        log_event(LOG_WARNING, "cancel_failed", "reason", message, NULL);
    PQfreeCancel(cancel);
}

/* Tells how far it is, and keeps a piece, if there is one. False when nobody wants it any more, or with `why` set. */
static bool note(struct report_run *run, const char *piece, size_t length) {
    if (!runner_goes_on(&run->why))
        return false;
    char *rows = xasprintf("%lld", report_file_rows(run->file));
    const char *values[] = {report_run_value(run, JOB_KEY), report_run_value(run, JOB_ATTEMPT), rows, piece};
    const int lengths[] = {0, 0, 0, (int)length}, formats[] = {0, 0, 0, 1};
    PGresult *result =
        PQexecParams(run->control, "select note_report_job($1, $2, $3, $4)", 4, NULL, values, lengths, formats, 0);
    run->noted = clock_seconds();
    if (!session_succeeded(result))
        run->why = session_cause(run->control, result);
    bool wanted = session_succeeded(result) && *PQgetvalue(result, 0, 0) == 't';
    PQclear(result);
    free(rows);
    run->cancelled = !wanted && !run->why;
    return wanted;
}

static bool keep_pieces(struct report_run *run) {
    size_t length;
    const char *piece;
    while ((piece = report_file_piece(run->file, &length, &run->problem)))
        if (!note(run, piece, length))
            return false;
    return run->problem.status == 0;
}

/* Once a second the job is told how far it is, and whether it is still wanted is asked. */
static bool look_after(struct report_run *run) {
    return clock_seconds() - run->noted < note_seconds || note(run, NULL, 0);
}

/* The next result; while it is waited for, the job is looked after once a second. NULL after the last, and when nobody
 * wants it any more. */
static PGresult *next_result(struct report_run *run) {
    while (PQisBusy(run->work)) {
        struct pollfd waited = {.fd = PQsocket(run->work), .events = POLLIN};
        poll(&waited, 1, (int)(note_seconds * 1000));
        if (!look_after(run))
            return NULL;
        if (!PQconsumeInput(run->work))
            break;
    }
    return PQgetResult(run->work);
}

static bool take_result(struct report_run *run, const PGresult *result) {
    switch (PQresultStatus(result)) {
    case PGRES_SINGLE_TUPLE:
        return report_file_add(run->file, result, &run->problem) && keep_pieces(run);
    case PGRES_TUPLES_OK:
        return report_file_end(run->file, result, &run->problem) && keep_pieces(run);
    default:
        note_failure(run, result, run->checked->statements[run->operation->index]);
        return false;
    }
}

static bool read_rows(struct report_run *run) {
    PGresult *result;
    bool good = true;
    while (good && (result = next_result(run))) {
        good = take_result(run, result) && look_after(run);
        PQclear(result);
    }
    good = good && !run->cancelled && !run->why;
    if (!good)
        end_statement(run);
    return good;
}

/* In the transaction of the report, so that it is as it was for it. */
static bool note_reach(struct report_run *run) {
    const char *values[] = {run->operation->scopes};
    run->reach = runner_ask(run->work, "select report_reach($1)", 1, values, &run->why);
    return run->reach != NULL;
}

static void note_people(struct report_run *run) {
    json_t *people = report_file_people(run->file);
    run->people = json_dumps(people, JSON_COMPACT);
    json_decref(people);
}

bool report_run_write(struct report_run *run) {
    if (!find_report(run) || !enter(run))
        return false;
    runner_guard(run->work);
    bool good = send(run) && read_rows(run);
    runner_guard(NULL);
    if (good)
        note_people(run);
    return good && note_reach(run) && session_execute(run->work, "commit", &run->why);
}

void report_run_clear(struct report_run *run) {
    PQfinish(run->work);
    PQclear(run->asker);
    report_file_free(run->file);
    inputs_clear(&run->inputs);
    problem_clear(&run->problem);
    free(run->reach);
    free(run->people);
    free(run->why);
}
