/* SPDX-License-Identifier: MIT */
/* The clerk: the one process that may block. Of all machines' clerks one is active, held so by an advisory lock of its
 * session. */
#include "audit/sealer.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "db/session.h"
#include "process/counters.h"
#include "process/errand.h"
#include "process/import_runner.h"
#include "process/job.h"
#include "process/key_watch.h"
#include "process/report_runner.h"
#include "process/serving.h"

#include <curl/curl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

/* How long to wait for what is not there, in seconds. */
static const double standby_seconds = 5, reconnect_first = 0.1, reconnect_most = 5;

/* The statement under way can be ended through it; NULL when there is none. */
static PGcancel *volatile under_way;

/* What runs in processes of their own. */
static struct errand errands[] = {
    {.name = "importer", .waiting = "select imports_waiting()", .run = import_runner_run},
    {.name = "reporter", .waiting = "select report_jobs_waiting()", .run = report_runner_run},
};
enum { ERRAND_COUNT = sizeof errands / sizeof *errands };

/* A clerk has nothing to put in order but what its errands do: PostgreSQL rolls back what is cancelled, and the lock
 * ends with the connection. PQcancel may be called in a signal handler. */
static void on_stop(int signal) {
    (void)signal;
    char message[256];
    if (under_way)
        PQcancel(under_way, message, sizeof message);
    errands_stop(errands, ERRAND_COUNT);
    _exit(0);
}

static double smaller(double left, double right) {
    return left < right ? left : right;
}

static void wait_seconds(double seconds) {
    if (seconds <= 0)
        return;
    struct timespec time = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    nanosleep(&time, NULL);
}

/* Less than the seconds when something comes over the connection, which may be a notification. */
static void wait_for_notice(const PGconn *connection, double seconds) {
    struct pollfd waited = {.fd = PQsocket(connection), .events = POLLIN};
    if (seconds > 0 && PQstatus(connection) == CONNECTION_OK)
        poll(&waited, 1, (int)(seconds * 1000) + 1);
}

/* The values of the rows may be about people, so a failure is logged without its detail. */
static void log_failure(const struct job *job, const PGconn *connection, const PGresult *result) {
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    log_event(LOG_ERROR, "job_failed", "job", job->script->name, "sqlstate",
              PQresultErrorField(result, PG_DIAG_SQLSTATE), "message", message ? message : PQerrorMessage(connection),
              NULL);
}

/* What a job did: the one number that it returns, or else the rows that it touched. */
static const char *rows_of(PGresult *result) {
    bool number = PQntuples(result) == 1 && PQnfields(result) == 1;
    return number ? PQgetvalue(result, 0, 0) : PQcmdTuples(result);
}

/* A job that found nothing to do is not worth a line at each of its intervals. */
static void log_success(const struct job *job, PGresult *result, double seconds) {
    const char *rows = rows_of(result);
    enum log_level level = !job->gauges && strtol(rows, NULL, 10) > 0 ? LOG_INFO : LOG_DEBUG;
    log_event(level, "job_done", "job", job->script->name, "rows", rows, "milliseconds",
              log_number((long long)(seconds * 1000)), NULL);
}

/* The columns of a job that says "gauges" are gauges by their names. */
static void publish(struct counters *counters, const struct job *job, const PGresult *result) {
    if (!job->gauges || PQntuples(result) != 1)
        return;
    for (int column = 0; column < PQnfields(result); column++)
        counters_publish(counters, PQfname(result, column), strtoll(PQgetvalue(result, 0, column), NULL, 10));
}

static void run_job(PGconn *connection, struct job *job, struct counters *counters) {
    double start = clock_seconds();
    PGcancel *cancel = PQgetCancel(connection);
    under_way = cancel;
    PGresult *result = PQexec(connection, job->script->text);
    under_way = NULL;
    PQfreeCancel(cancel);
    bool good = session_succeeded(result);
    if (good) {
        publish(counters, job, result);
        log_success(job, result, clock_seconds() - start);
    } else {
        log_failure(job, connection, result);
    }
    PQclear(result);
    job_ended(job, clock_seconds(), good);
}

/* True when this clerk is the active one. */
static bool take_lock(PGconn *connection) {
    PGresult *result = PQexec(connection, "select pg_try_advisory_lock(hashtext('skillsd clerk'))");
    bool taken = PQresultStatus(result) == PGRES_TUPLES_OK && PQgetvalue(result, 0, 0)[0] == 't';
    PQclear(result);
    return taken;
}

static void stand_by(PGconn *connection) {
    while (PQstatus(connection) == CONNECTION_OK && !take_lock(connection))
        wait_seconds(standby_seconds);
    if (PQstatus(connection) == CONNECTION_OK)
        log_event(LOG_INFO, "clerk_active", NULL);
}

static double wait_for_errands(double wait) {
    for (size_t i = 0; i < ERRAND_COUNT; i++)
        wait = errand_wait(&errands[i], clock_seconds(), wait);
    return wait;
}

/* Until the connection is lost, and the lock with it. */
static void work(PGconn *connection, const struct jobs *jobs, struct key_watch *keys, struct audit_sealer *sealer,
                 const struct serving *serving) {
    stand_by(connection);
    key_watch_listen(keys, connection);
    while (PQstatus(connection) == CONNECTION_OK) {
        struct job *job = jobs_next(jobs);
        double wait = smaller(job ? job->due - clock_seconds() : standby_seconds, standby_seconds);
        wait = audit_sealer_wait(sealer, clock_seconds(), key_watch_wait(keys, connection, clock_seconds(), wait));
        wait_for_notice(connection, wait_for_errands(wait));
        counters_beat(serving->counters);
        if (PQstatus(connection) != CONNECTION_OK)
            break;
        if (job && job->due <= clock_seconds())
            run_job(connection, job, serving->counters);
        key_watch_run(keys, connection, clock_seconds());
        audit_sealer_run(sealer, connection, clock_seconds());
        for (size_t i = 0; i < ERRAND_COUNT; i++)
            errand_look(&errands[i], &serving->checked, connection, clock_seconds());
    }
    log_event(LOG_WARNING, "clerk_lost_database", NULL);
}

static PGconn *connect_patiently(void) {
    double delay = reconnect_first;
    for (;;) {
        char *why = NULL;
        PGconn *connection = session_open(setting_text(SETTING_DATABASE_URL), "skillsd clerk", &why);
        if (connection)
            return connection;
        log_event(LOG_WARNING, "clerk_waits_for_database", "reason", why, NULL);
        free(why);
        wait_seconds(delay);
        delay = smaller(delay * 2, reconnect_most);
    }
}

int clerk_run(const struct serving *serving, int slot) {
    counters_take_slot(serving->counters, slot);
    close(serving->socket);
    signal(SIGTERM, on_stop);
    signal(SIGHUP, SIG_IGN);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    struct key_watch *keys = key_watch_new(setting_text(SETTING_HOME));
    if (!keys)
        return EX_CONFIG;
    struct jobs jobs;
    jobs_load(&jobs, setting_text(SETTING_HOME));
    struct audit_sealer *sealer = audit_sealer_new();
    log_event(LOG_INFO, "clerk_started", "jobs", log_number((long long)jobs.count), NULL);
    for (;;) {
        PGconn *connection = connect_patiently();
        work(connection, &jobs, keys, sealer, serving);
        PQfinish(connection);
    }
}
