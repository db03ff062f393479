/* SPDX-License-Identifier: MIT */
/* Posting what was left to the ledger, with progress. */
#include "commands/backlog.h"

#include "db/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const double progress_seconds = 2;

/* The one number that a statement returns; -1 with *why set. */
static long ask_number(PGconn *connection, const char *sql, char **why) {
    PGresult *result = session_query(connection, sql, 0, NULL, why);
    long number = result ? strtol(PQgetvalue(result, 0, 0), NULL, 10) : -1;
    PQclear(result);
    return number;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

bool backlog_post(PGconn *connection, char **why) {
    double said = now();
    long people = 0, step;
    while ((step = ask_number(connection, "select post_backlog(500)", why)) > 0) {
        people += step;
        if (now() - said < progress_seconds)
            continue;
        said = now();
        fprintf(stderr, "The entries of %ld people are posted.\n", people);
    }
    return step == 0 && ask_number(connection, "select fold_ledger()", why) >= 0;
}
