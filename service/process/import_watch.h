/* SPDX-License-Identifier: MIT */
/* Starts the importer, a process of its own, when an import waits: what takes minutes must not keep the clerk from its
 * jobs. */
#ifndef SKILLSD_PROCESS_IMPORT_WATCH_H
#define SKILLSD_PROCESS_IMPORT_WATCH_H

#include <libpq-fe.h>
#include <sys/types.h>

struct contract;

struct import_watch {
    const char *home;
    const struct contract *contract;
    pid_t pid;  /* of the importer; 0 when none runs */
    double due; /* when to look again, on the clerk's clock */
};

/* Seconds until it is due, at most `wait`. */
double import_watch_wait(const struct import_watch *watch, double now, double wait);
/* Looks whether the importer has ended, and whether it is to be started, when that is due. Over the clerk's connection,
 * so that only the active clerk's does. The importer ends when the clerk does. */
void import_watch_run(struct import_watch *watch, PGconn *connection, double now);

#endif
