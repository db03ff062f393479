/* SPDX-License-Identifier: MIT */
/* Jobs: the scripts of sql/jobs/, each with the interval that its leading comment gives, `-- every: 5 seconds`. */
#ifndef SKILLSD_PROCESS_JOB_H
#define SKILLSD_PROCESS_JOB_H

#include "db/script.h"

#include <stdbool.h>
#include <stddef.h>

struct job {
    const struct script *script; /* one of the list's scripts */
    double interval;             /* seconds */
    double due;                  /* on the clock of the caller; 0 at first */
    int failures;                /* in a row */
    bool gauges;                 /* its columns are shown as gauges */
};

struct jobs {
    struct scripts scripts;
    struct job *list;
    size_t count;
};

/* Loads the jobs of HOME; one without an interval is logged and left out. */
void jobs_load(struct jobs *jobs, const char *home);
void jobs_clear(struct jobs *jobs);

/* The job that is due first; NULL without jobs. */
struct job *jobs_next(const struct jobs *jobs);
/* Sets when the job is due again, after it ended at `now`: one that fails is tried again after a second, and less and
 * less often, down to once a minute. */
void job_ended(struct job *job, double now, bool succeeded);

/* "5 seconds", "1 minute", "24 hours", "2 days" in seconds; 0 for anything else. */
double job_interval(const char *text);

#endif
