/* SPDX-License-Identifier: MIT */
/* Looks once a second; after a process that broke off, after some more. */
#include "process/errand.h"

#include "base/log.h"
#include "db/session.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static const double look_seconds = 1, broken_seconds = 5;

static bool any_waits(const struct errand *errand, PGconn *connection) {
    char *why = NULL;
    PGresult *result = session_query(connection, errand->waiting, 0, NULL, &why);
    bool any = result && strtol(PQgetvalue(result, 0, 0), NULL, 10) > 0;
    if (!result)
        log_event(LOG_ERROR, "errand_not_seen", "child", errand->name, "reason", why, NULL);
    PQclear(result);
    free(why);
    return any;
}

/* The clerk's connection, and the lock that it holds, are not this process's to keep open. */
static void become(const struct errand *errand, const struct checked *checked, const PGconn *connection, pid_t parent) {
    signal(SIGTERM, SIG_DFL); /* the clerk's stops the clerk's processes */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(EXIT_FAILURE);
    close(PQsocket(connection));
    log_set_process(errand->name);
    _exit(errand->run(checked));
}

static void start(struct errand *errand, const struct checked *checked, const PGconn *connection) {
    pid_t parent = getpid();
    errand->pid = fork();
    if (errand->pid == 0)
        become(errand, checked, connection, parent);
    if (errand->pid > 0)
        return;
    log_event(LOG_ERROR, "fork_failed", "child", errand->name, NULL);
    errand->pid = 0;
}

static void look_after(struct errand *errand, double now) {
    int status;
    if (waitpid(errand->pid, &status, WNOHANG) != errand->pid)
        return;
    errand->pid = 0;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS)
        errand->due = now + broken_seconds;
}

double errand_wait(const struct errand *errand, double now, double wait) {
    double left = errand->due > now ? errand->due - now : 0;
    return left < wait ? left : wait;
}

void errands_stop(const struct errand *errands, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (errands[i].pid > 0)
            kill(errands[i].pid, SIGTERM);
    }
    for (size_t i = 0; i < count; i++) {
        if (errands[i].pid > 0)
            waitpid(errands[i].pid, NULL, 0);
    }
}

void errand_look(struct errand *errand, const struct checked *checked, PGconn *connection, double now) {
    if (errand->due > now)
        return;
    errand->due = now + look_seconds;
    if (errand->pid)
        look_after(errand, now);
    else if (any_waits(errand, connection))
        start(errand, checked, connection);
}
