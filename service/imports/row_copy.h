/* SPDX-License-Identifier: MIT */
/* The rows of a file into the temporary table `rows` of a transaction, by COPY and in bounded memory. */
#ifndef SKILLSD_IMPORTS_ROW_COPY_H
#define SKILLSD_IMPORTS_ROW_COPY_H

#include "imports/row_reader.h"

#include <libpq-fe.h>
#include <stdbool.h>

struct row_copy {
    PGconn *connection; /* within a transaction, which the caller ends */
    const struct import_form *form;
    enum row_format format;
    FILE *stream; /* taken */
    long rows;    /* read so far; whoever gives the stream may look */
};

/* Makes `rows` with all columns of the form and fills it; a row that cannot be read goes there as its fault. False with
 * *why set when the file as a whole cannot be copied, and then the transaction must be rolled back: for the file's own
 * fault *file_fault is true, and *why is "LINE: sentence", or " sentence" for one without a line. */
bool row_copy_run(struct row_copy *copy, bool *file_fault, char **why);

#endif
