/* SPDX-License-Identifier: MIT */
/* What the errands of the clerk share: of all machines' one works, and a stop ends the statement under way. */
#ifndef SKILLSD_PROCESS_RUNNER_H
#define SKILLSD_PROCESS_RUNNER_H

#include <libpq-fe.h>

/* The connection that holds the lock of this name, "skillsd importer". NULL with *why set (to be freed); NULL without
 * when another process has the lock. */
PGconn *runner_open(const char *name, char **why);

/* The statement that may take long can be ended through this connection from here on: SIGTERM does. NULL: there is
 * none any more. */
void runner_guard(PGconn *work);

/* The one value of the one row, to be freed; NULL with *why set, or when there is no row. */
char *runner_ask(PGconn *connection, const char *sql, int count, const char *const *values, char **why);

#endif
