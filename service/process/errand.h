/* SPDX-License-Identifier: MIT */
/* An errand of the clerk's: a process of its own that is started when something waits for it. What takes minutes must
 * not keep the clerk from its jobs. */
#ifndef SKILLSD_PROCESS_ERRAND_H
#define SKILLSD_PROCESS_ERRAND_H

#include "contract/check.h"

#include <libpq-fe.h>
#include <stddef.h>
#include <sys/types.h>

struct errand {
    const char *name;    /* of the process, as the log has it: "importer" */
    const char *waiting; /* a statement whose one value is the number of what waits */
    int (*run)(const struct checked *checked);
    pid_t pid;  /* 0 when none runs */
    double due; /* when to look again, on the clerk's clock */
};

/* Seconds until it is due, at most `wait`. */
double errand_wait(const struct errand *errand, double now, double wait);
/* Asks the processes to stop, and waits until they have: what they were doing is given back before their machine goes.
 * May be called in a signal handler. */
void errands_stop(const struct errand *errands, size_t count);
/* Looks whether its process has ended, and whether it is to be started, when that is due. Over the clerk's connection,
 * so that only the active clerk's does. The process ends when the clerk does. */
void errand_look(struct errand *errand, const struct checked *checked, PGconn *connection, double now);

#endif
