/* SPDX-License-Identifier: MIT */
/* A strict streaming reader of CSV (RFC 4180) in UTF-8: one record at a time, in bounded memory. */
#ifndef SKILLSD_IMPORTS_CSV_FILE_H
#define SKILLSD_IMPORTS_CSV_FILE_H

#include <stddef.h>
#include <stdio.h>

enum { CSV_CELL_BYTES_MAX = 1048576, CSV_CELLS_MAX = 1000 };

struct csv_file;

/* The cells are good until the next call. */
struct csv_record {
    long line; /* that of its first line, from 1 */
    const char *const *cells;
    size_t count;
};

enum csv_outcome {
    CSV_RECORD,
    CSV_END,
    CSV_FAULT, /* this record cannot be read; what follows its line can */
    CSV_BROKEN /* nothing can be read from here on */
};

/* The stream is closed by csv_file_free. A byte order mark is passed over. */
struct csv_file *csv_file_new(FILE *take);
/* Lines end with LF or CRLF; quoted cells keep their line breaks as they are; empty lines between records are passed
 * over. */
enum csv_outcome csv_file_next(struct csv_file *csv, struct csv_record *record);
/* After CSV_FAULT and CSV_BROKEN: the line and what is wrong there, a sentence. */
long csv_file_fault_line(const struct csv_file *csv);
const char *csv_file_fault(const struct csv_file *csv);
void csv_file_free(struct csv_file *csv);

#endif
