/* SPDX-License-Identifier: MIT */
/* Posting what was left to the ledger, with progress. */
#include "commands/backlog.h"

#include "base/clock.h"
#include "db/session.h"

#include <stdio.h>
#include <stdlib.h>

static const double progress_seconds = 2;
static const long people_a_fold = 20000;

/* The one number that a statement returns; -1 with *why set. */
static long ask_number(PGconn *connection, const char *sql, char **why) {
    PGresult *result = session_query(connection, sql, 0, NULL, why);
    long number = result ? strtol(PQgetvalue(result, 0, 0), NULL, 10) : -1;
    PQclear(result);
    return number;
}

/* Posts one batch; 0 when nobody is left, -1 with *why set. What is posted is folded now and then, so that no fold is
 * large. */
static long post_some(PGconn *connection, long *unfolded, char **why) {
    long people = ask_number(connection, "select post_backlog(500)", why);
    *unfolded += people;
    if (people < 0 || (people > 0 && *unfolded < people_a_fold))
        return people;
    *unfolded = 0;
    return ask_number(connection, "select fold_ledger()", why) < 0 ? -1 : people;
}

bool backlog_post(PGconn *connection, char **why) {
    long all = ask_number(connection, "select count(distinct person_id) from skill_backlog", why);
    if (all < 0)
        return false;
    double began = clock_seconds(), said = began;
    long people = 0, unfolded = 0, step;
    while ((step = post_some(connection, &unfolded, why)) > 0) {
        people += step;
        double now = clock_seconds();
        if (now - said < progress_seconds)
            continue;
        said = now;
        fprintf(stderr, "Entries: %ld of %ld people; %.0f seconds left.\n", people, all,
                people < all ? (now - began) * (double)(all - people) / (double)people : 0);
    }
    return step == 0;
}
