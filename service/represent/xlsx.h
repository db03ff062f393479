/* SPDX-License-Identifier: MIT */
/* Rows as a workbook that HR would keep (XLSX): what it is, its figures, what each column means. */
#ifndef SKILLSD_REPRESENT_XLSX_H
#define SKILLSD_REPRESENT_XLSX_H

#include "represent/represent.h"

#include <time.h>

/* libxlsxwriter works with files: the rows go to temporary ones (in TMPDIR, or /tmp) as they come, so that memory stays
 * flat however many there are. It blocks: a worker makes a workbook only of a result that libpq keeps in so many bytes,
 * some 3,000 rows, which takes it 65 ms at most (measured: 55 ms for 3,060 rows of 19 columns, 15 ms for 670 of 23; two
 * fifths of it zlib's, at a level that libxlsxwriter does not let one choose); larger ones are made by a process of
 * their own. */
struct xlsx;
enum { XLSX_BYTES_MAX = 2 * 1024 * 1024 };

/* What a workbook says beside its rows. All borrowed until xlsx_new returns, but for the plan and the operation,
 * which must outlive it. */
struct xlsx_facts {
    const struct contract *contract;
    const struct operation *operation; /* one whose reply is an envelope with meta */
    const struct column_plan *plan;
    char *const *values; /* as asked for: by parameter of the operation, as in struct inputs; NULL for one not given */
    const char *meta;    /* the value of _meta, JSON; NULL for none */
    time_t made_at;
};

/* NULL with *why set to a sentence (to be freed) when there is no place for temporary files. */
struct xlsx *xlsx_new(const struct xlsx_facts *facts, char **why);

/* Rows of a result, or of a part of one, after those added before. */
void xlsx_add_rows(struct xlsx *workbook, const PGresult *rows, struct page page);

/* Frees the workbook and gives the file: open, at its beginning, without a name; the caller closes it. It says of
 * itself whether it is a page with more rows to follow. -1 with *why set when it could not be written, or has more rows
 * than a sheet can hold. */
int xlsx_finish(struct xlsx *workbook, bool more, char **why);

/* Frees it without a file. */
void xlsx_abandon(struct xlsx *workbook);

#endif
