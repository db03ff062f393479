/* SPDX-License-Identifier: MIT */
/* Looks once a second; after an importer that broke off, after some more. */
#include "process/import_watch.h"

#include "base/log.h"
#include "db/session.h"
#include "process/import_runner.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static const double look_seconds = 1, broken_seconds = 5;

static bool any_waits(PGconn *connection) {
    char *why = NULL;
    PGresult *result = session_query(connection, "select imports_waiting()", 0, NULL, &why);
    bool any = result && strtol(PQgetvalue(result, 0, 0), NULL, 10) > 0;
    if (!result)
        log_event(LOG_ERROR, "import_watch_failed", "reason", why, NULL);
    PQclear(result);
    free(why);
    return any;
}

/* The clerk's connection, and the lock that it holds, are not the importer's to keep open. */
static void become_importer(const struct import_watch *watch, const PGconn *connection, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(EXIT_FAILURE);
    close(PQsocket(connection));
    log_set_process("importer");
    _exit(import_runner_run(watch->home, watch->contract));
}

static void start(struct import_watch *watch, const PGconn *connection) {
    pid_t parent = getpid();
    watch->pid = fork();
    if (watch->pid == 0)
        become_importer(watch, connection, parent);
    if (watch->pid > 0)
        return;
    log_event(LOG_ERROR, "fork_failed", "child", "importer", NULL);
    watch->pid = 0;
}

static void look_after(struct import_watch *watch, double now) {
    int status;
    if (waitpid(watch->pid, &status, WNOHANG) != watch->pid)
        return;
    watch->pid = 0;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS)
        watch->due = now + broken_seconds;
}

double import_watch_wait(const struct import_watch *watch, double now, double wait) {
    double left = watch->due > now ? watch->due - now : 0;
    return left < wait ? left : wait;
}

void import_watch_run(struct import_watch *watch, PGconn *connection, double now) {
    if (watch->due > now)
        return;
    watch->due = now + look_seconds;
    if (watch->pid)
        look_after(watch, now);
    else if (any_waits(connection))
        start(watch, connection);
}
