/* SPDX-License-Identifier: MIT */
/* The lock is an advisory one of the session, so that it ends with the process, however that ends. */
#include "process/runner.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/settings.h"
#include "db/session.h"

#include <signal.h>
#include <stdlib.h>
#include <sysexits.h>

static PGcancel *volatile long_work;
static volatile sig_atomic_t stopping;

/* PQcancel may be called in a signal handler; PostgreSQL rolls back what is cancelled. The rest is for the loop, to
 * which whatever waits comes back. */
static void on_stop(int number) {
    (void)number;
    char message[256];
    stopping = 1;
    if (long_work)
        PQcancel(long_work, message, sizeof message);
}

bool runner_stopping(void) {
    return stopping != 0;
}

bool runner_goes_on(char **why) {
    if (stopping && !*why)
        *why = xstrdup("It was asked to stop.");
    return !stopping;
}

char *runner_ask(PGconn *connection, const char *sql, int count, const char *const *values, char **why) {
    PGresult *result = PQexecParams(connection, sql, count, NULL, values, NULL, NULL, 0);
    bool good = session_succeeded(result);
    char *value = good && PQntuples(result) == 1 ? xstrdup(PQgetvalue(result, 0, 0)) : NULL;
    if (!good)
        *why = session_cause(connection, result);
    PQclear(result);
    return value;
}

/* NULL with *why set; NULL without when another process has the lock. */
static PGconn *open_control(const char *name, char **why) {
    PGconn *connection = session_open(setting_text(SETTING_DATABASE_URL), name, why);
    if (!connection)
        return NULL;
    char *taken = runner_ask(connection, "select pg_try_advisory_lock(hashtext($1))", 1, &name, why);
    bool good = taken && *taken == 't';
    free(taken);
    if (good)
        return connection;
    PQfinish(connection);
    return NULL;
}

/* A stop is no breaking off, of which there may be three. */
static void give_back(const struct runner_task *task, PGconn *control, const PGresult *taken) {
    char *why = NULL;
    const char *values[] = {PQgetvalue(taken, 0, PQfnumber(taken, "key")),
                            PQgetvalue(taken, 0, PQfnumber(taken, "attempt"))};
    PGresult *result = session_query(control, task->give_back, 2, values, &why);
    if (!result)
        log_event(LOG_ERROR, "errand_not_given_back", "reason", why, NULL);
    PQclear(result);
    free(why);
}

/* True when there may be more. */
static bool run_next(const struct runner_task *task, void *context, PGconn *control, char **why) {
    PGresult *taken = session_query(control, task->take, 0, NULL, why);
    bool any = taken && PQntuples(taken) == 1;
    bool good = any && task->run(context, control, taken, why);
    if (any && stopping)
        give_back(task, control, taken);
    PQclear(taken);
    return good;
}

int runner_run(const struct runner_task *task, void *context) {
    char *why = NULL;
    signal(SIGTERM, on_stop);
    PGconn *control = open_control(task->name, &why);
    while (control && runner_goes_on(&why) && run_next(task, context, control, &why))
        continue;
    PQfinish(control);
    bool good = !why || stopping;
    if (!good)
        log_event(LOG_ERROR, "errand_broke_off", "reason", why, NULL);
    free(why);
    return good ? EXIT_SUCCESS : EX_TEMPFAIL;
}

void runner_guard(PGconn *work) {
    PGcancel *before = long_work;
    long_work = work ? PQgetCancel(work) : NULL;
    if (before)
        PQfreeCancel(before);
}
