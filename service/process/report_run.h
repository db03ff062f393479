/* SPDX-License-Identifier: MIT */
/* One running of a report job, as whoever made it. */
#ifndef SKILLSD_PROCESS_REPORT_RUN_H
#define SKILLSD_PROCESS_REPORT_RUN_H

#include "contract/inputs.h"
#include "db/database.h"
#include "http/problem.h"

#include <libpq-fe.h>
#include <stdbool.h>

struct checked;
struct report_file;

/* What take_report_job() gives. */
enum job_column {
    JOB_KEY,
    JOB_ID,
    JOB_REPORT,
    JOB_PARAMETERS,
    JOB_FORMAT,
    JOB_ATTEMPT,
    JOB_ISSUER,
    JOB_SUBJECT,
    JOB_SCOPES,
    JOB_ROLES,
    JOB_PERSON_CLAIM,
    JOB_CLIENT,
    JOB_ORGANISATION, /* its UUID */
    JOB_ACTING        /* its key; empty for none */
};

struct report_run {
    const struct checked *checked;
    const struct statement *context; /* sql/engine/context.sql */
    PGconn *control;                 /* keeps the file, and tells how far the job is */
    PGconn *work;                    /* runs the report, in a transaction of its own */
    const PGresult *job;
    const struct operation *operation;
    struct principal principal;
    struct inputs inputs;
    struct report_file *file;
    PGresult *asker;        /* the row of the context */
    char *people;           /* those whose records are in the file, a JSON array */
    char *reach;            /* what was in effect, as report_reach() tells */
    struct problem problem; /* why there will be no file */
    char *why;              /* what went wrong that is no fault of the report */
    bool cancelled;         /* nobody wants it any more */
    double noted;           /* when it was last told how far it is */
};

/* The value of a column of the job; NULL for null. */
const char *report_run_value(const struct report_run *run, enum job_column column);

/* Makes the file and keeps its pieces; false with `problem`, `why` or `cancelled` set. */
bool report_run_write(struct report_run *run);
void report_run_clear(struct report_run *run);

#endif
