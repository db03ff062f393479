/* SPDX-License-Identifier: MIT */
/* The file of a report: the rows of its statement as they come, represented as a reply to the request would be. */
#ifndef SKILLSD_PROCESS_REPORT_FILE_H
#define SKILLSD_PROCESS_REPORT_FILE_H

#include "base/digest.h"
#include "contract/contract.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

struct inputs;
struct problem;
struct report_file;

/* All borrowed. */
struct report_form {
    const struct contract *contract;
    const struct operation *operation;
    enum media media;
    const struct inputs *inputs;
    long long bytes_max; /* of the file; of a workbook, of what its rows say */
};

struct report_file *report_file_new(const struct report_form *form);
void report_file_free(struct report_file *file);

/* Rows of the one result, in their order. False with the problem set when the first says another status than the
 * success, or the file cannot be made, or is larger than it may be. */
bool report_file_add(struct report_file *file, const PGresult *rows, struct problem *problem);
/* There are no more rows; the empty result that ends them has the columns. False with the problem set. */
bool report_file_end(struct report_file *file, const PGresult *last, struct problem *problem);

/* The next piece of the file, good until the next call: one of the usual length, or after the end what is left; NULL
 * when there is none yet, or no more, or with the problem set. */
const char *report_file_piece(struct report_file *file, size_t *length, struct problem *problem);

/* The rows that were added; what the report says about itself, JSON or NULL; the people whose records are in it; and,
 * when all pieces have been taken, the file's digest. */
long long report_file_rows(const struct report_file *file);
/* With its charset and whatever else belongs to it. */
const char *report_file_media(const struct report_file *file);
char *report_file_name(const struct report_file *file); /* to be freed */
const char *report_file_meta(const struct report_file *file);
json_t *report_file_people(const struct report_file *file);
void report_file_digest(const struct report_file *file, char hex[DIGEST_HEX_SIZE]);

#endif
