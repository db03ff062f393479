/* SPDX-License-Identifier: MIT */
/* What the errands of the clerk share: of all machines' one works, on one thing after the other; a stop ends the
 * statement under way, and what was being worked on is given back. */
#ifndef SKILLSD_PROCESS_RUNNER_H
#define SKILLSD_PROCESS_RUNNER_H

#include <libpq-fe.h>
#include <stdbool.h>

struct runner_task {
    const char *name;      /* of the lock and the connection: "skillsd importer" */
    const char *take;      /* a statement that takes what is next; its row has a key and an attempt */
    const char *give_back; /* one that takes these two, and makes that attempt one that never was */
    /* False with *why set when something goes wrong that is no fault of what was taken. */
    bool (*run)(void *context, PGconn *control, const PGresult *taken, char **why);
};

/* Until nothing waits, something goes wrong, or it is asked to stop (SIGTERM); returns an exit code. The control
 * connection holds the lock; where another process has it, this returns at once. */
int runner_run(const struct runner_task *task, void *context);

/* Whether it has been asked to stop; runner_goes_on() is false with *why set then, for what looks now and then. */
bool runner_stopping(void);
bool runner_goes_on(char **why);

/* The statement that may take long is ended through this connection by a stop from here on. NULL: there is none any
 * more. */
void runner_guard(PGconn *work);

/* The one value of the one row, to be freed; NULL with *why set, or when there is no row. */
char *runner_ask(PGconn *connection, const char *sql, int count, const char *const *values, char **why);

#endif
