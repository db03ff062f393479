/* SPDX-License-Identifier: MIT */
/* The lock is an advisory one of the session, so that it ends with the process, however that ends. */
#include "process/runner.h"

#include "base/memory.h"
#include "base/settings.h"
#include "db/session.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

static PGcancel *volatile long_work;

/* PQcancel may be called in a signal handler; PostgreSQL rolls back what is cancelled. */
static void on_stop(int number) {
    (void)number;
    char message[256];
    if (long_work)
        PQcancel(long_work, message, sizeof message);
    _exit(0);
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

PGconn *runner_open(const char *name, char **why) {
    signal(SIGTERM, on_stop);
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

void runner_guard(PGconn *work) {
    PGcancel *before = long_work;
    long_work = work ? PQgetCancel(work) : NULL;
    if (before)
        PQfreeCancel(before);
}
