/* SPDX-License-Identifier: MIT */
/* sql/migrations/: run once, in order, forward only. */
#ifndef SKILLSD_COMMANDS_MIGRATIONS_H
#define SKILLSD_COMMANDS_MIGRATIONS_H

#include <libpq-fe.h>
#include <stdbool.h>

/* What was found and done. */
struct migrations_outcome {
    long applied;
    bool newer; /* the database has migrations that come after the last file: an earlier program must leave it alone */
};

/* Applies what is pending, one transaction each, a line for each on standard output. Returns 0, or with *why set
 * EX_CONFIG when files and database contradict each other, EX_DATAERR when a file fails. */
int migrations_apply(PGconn *connection, const char *home, struct migrations_outcome *outcome, char **why);
/* Prints a line for each, applied or pending. */
int migrations_print(PGconn *connection, const char *home, char **why);

#endif
