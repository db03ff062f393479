/* SPDX-License-Identifier: MIT */
/* Takes the jobs, and ends each: with its file and the event that tells of it in one transaction, or with the problem.
 * Whatever ends this process, a job is done or it is not, and who holds the lock next begins anew with what is not. */
#include "process/report_runner.h"

#include "audit/event.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/settings.h"
#include "contract/check.h"
#include "db/named.h"
#include "db/session.h"
#include "process/report_file.h"
#include "process/report_run.h"
#include "process/runner.h"

#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct runner {
    const struct checked *checked;
    struct statement *context, *audit;
    PGconn *control;
};

/* The path as the request would have had it; to be freed. */
static char *target_of(const struct report_run *run) {
    char *target = xstrdup("");
    for (const char *part = run->operation->path; *part;) {
        size_t plain = strcspn(part, "{"), braced = part[plain] ? strcspn(part + plain, "}") + 1 : 0;
        char *name = braced ? xstrndup(part + plain + 1, braced - 2) : NULL;
        const char *value = name ? inputs_value(&run->inputs, run->operation, name) : "";
        char *longer = xasprintf("%s%.*s%s", target, (int)plain, part, value ? value : "");
        free(name);
        free(target);
        target = longer;
        part += plain + braced;
    }
    return target;
}

/* A JSON array of the event that the request would have been; NULL when it would have been none. To be freed. */
static char *events_of(const struct report_run *run) {
    char *target = target_of(run), *request = xasprintf("report-job-%s", report_run_value(run, JOB_ID));
    const struct audit_fact fact = {
        .operation = run->operation,
        .inputs = &run->inputs,
        .principal = &run->principal,
        .scopes = run->operation->scopes,
        .asker = run->asker,
        .request_id = request,
        .target = target,
        .people = json_loads(run->people, 0, NULL),
        .status = run->operation->status,
    };
    char *event = audit_is_event(fact.operation, fact.people) ? audit_event(&fact) : NULL;
    char *events = event ? xasprintf("[%s]", event) : NULL;
    json_decref(fact.people);
    free(event);
    free(request);
    free(target);
    return events;
}

/* False with *why set; *done is false when the job has been cancelled meanwhile. */
static bool finish_job(const struct report_run *run, bool *done, char **why) {
    static const char finish[] = "select finish_report_job($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    char hex[DIGEST_HEX_SIZE], *days = xasprintf("%ld", setting_number(SETTING_REPORT_DAYS));
    char *name = report_file_name(run->file);
    report_file_digest(run->file, hex);
    const char *values[] = {report_run_value(run, JOB_KEY),
                            report_run_value(run, JOB_ATTEMPT),
                            days,
                            report_file_media(run->file),
                            name,
                            hex,
                            report_file_meta(run->file),
                            run->reach,
                            run->people};
    char *answer = runner_ask(run->control, finish, 9, values, why);
    *done = answer && *answer == 't';
    free(answer);
    free(name);
    free(days);
    return *why == NULL;
}

static bool record_events(const struct runner *runner, const struct report_run *run, char **why) {
    char *events = events_of(run);
    const struct named values[] = {{"events", events}, {NULL, NULL}};
    PGresult *recorded = events ? named_query(runner->control, runner->audit, values, why) : NULL;
    bool good = recorded || !events;
    PQclear(recorded);
    free(events);
    return good;
}

static bool finish(const struct runner *runner, const struct report_run *run, bool *done, char **why) {
    return session_execute(runner->control, "begin", why) && finish_job(run, done, why) &&
           (!*done || record_events(runner, run, why)) && session_execute(runner->control, "commit", why);
}

static bool fail(const struct runner *runner, const struct report_run *run, char **why) {
    struct evbuffer *document = evbuffer_new();
    problem_write(&run->problem, NULL, document);
    evbuffer_add(document, "", 1);
    const char *values[] = {report_run_value(run, JOB_KEY), report_run_value(run, JOB_ATTEMPT),
                            (const char *)evbuffer_pullup(document, -1)};
    PGresult *result = session_query(runner->control, "select fail_report_job($1, $2, $3)", 3, values, why);
    evbuffer_free(document);
    PQclear(result);
    return result != NULL;
}

static void log_run(const struct report_run *run, const char *state, const char *why) {
    log_event(why && !runner_stopping() ? LOG_ERROR : LOG_INFO, "report_job_ran", "report_job",
              report_run_value(run, JOB_ID), "operation", report_run_value(run, JOB_REPORT), "state", state, "rows",
              log_number(run->file ? report_file_rows(run->file) : 0), "problem",
              run->problem.status ? run->problem.code : NULL, "reason", why, NULL);
}

static bool run_job(void *context, PGconn *control, const PGresult *job, char **why) {
    struct runner *runner = context;
    struct report_run run = {.checked = runner->checked, .context = runner->context, .control = control, .job = job};
    bool done = false;
    runner->control = control;
    if (report_run_write(&run))
        finish(runner, &run, &done, why);
    else if (run.why)
        *why = xstrdup(run.why);
    else if (!run.cancelled)
        fail(runner, &run, why);
    log_run(&run, *why ? "broken_off" : done ? "done" : run.problem.status ? "failed" : "cancelled", *why);
    report_run_clear(&run);
    return *why == NULL;
}

int report_runner_run(const struct checked *checked) {
    static const struct runner_task task = {
        .name = "skillsd reporter",
        .take = "select key, id, report, parameters, format, attempt, issuer, subject, scopes, roles, person_claim, "
                "client, organisation, acting from take_report_job()",
        .give_back = "select give_back_report_job($1, $2)",
        .run = run_job,
    };
    const char *home = setting_text(SETTING_HOME);
    struct runner runner = {.checked = checked,
                            .context = named_load(home, "sql/engine/context.sql"),
                            .audit = named_load(home, "sql/engine/audit.sql")};
    return runner.context && runner.audit ? runner_run(&task, &runner) : EX_CONFIG;
}
