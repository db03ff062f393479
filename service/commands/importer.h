/* SPDX-License-Identifier: MIT */
/* A file on its way into the database: rows of the file in a temporary table, one script, and the report that it
 * returns. */
#ifndef SKILLSD_COMMANDS_IMPORTER_H
#define SKILLSD_COMMANDS_IMPORTER_H

#include "imports/import_form.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>

struct import_task {
    PGconn *connection; /* the owner's, within a transaction, which the caller ends */
    const struct import_form *form;
    const char *path; /* a name that ends in .ndjson is one of lines of JSON, any other one of CSV */
    FILE *report;
};

struct import_tally {
    long rows; /* read, good and bad */
    long bad;  /* faults reported, by the reader or by the script */
};

/* Bad rows go to the report as PATH:LINE: COLUMN: REASON. False with *why set when the file as a whole cannot be
 * imported; then the transaction must be rolled back. */
bool importer_run(const struct import_task *task, struct import_tally *tally, char **why);

#endif
