/* SPDX-License-Identifier: MIT */
/* The rows of a file, whatever its format, as the columns of a form. */
#ifndef SKILLSD_IMPORTS_ROW_READER_H
#define SKILLSD_IMPORTS_ROW_READER_H

#include "imports/import_form.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum row_format { ROW_CSV, ROW_NDJSON, ROW_FORMAT_COUNT };
extern const char *const row_format_names[ROW_FORMAT_COUNT];

/* Good until the next row is read. */
struct row {
    long line; /* that of its first line, from 1 */
    const char *const
        *cells;        /* as many as the reader has columns, "" or NULL for nothing; NULL for a row with a fault */
    const char *fault; /* a sentence; NULL for a row that could be read */
    const char *fault_column; /* NULL for a fault of the row as a whole */
};

enum row_outcome { ROW_READ, ROW_END, ROW_BROKEN };

struct row_reader;

/* Reads the head of the file, whose stream is closed by row_reader_free; NULL with *why set to a sentence when it is
 * not one of this form. Rows of CSV have the columns that their header names; of NDJSON, all of the form. */
struct row_reader *row_reader_new(enum row_format format, FILE *take, const struct import_form *form, char **why);
/* The columns that its rows have, as positions in the form. */
const size_t *row_reader_columns(const struct row_reader *reader, size_t *count);
/* ROW_BROKEN with *why set when the file cannot be read to its end. */
enum row_outcome row_reader_next(struct row_reader *reader, struct row *row, char **why);
void row_reader_free(struct row_reader *reader);

/* "Skill Name" -> "skill_name": letters and digits of ASCII in lower case, all else between them one underscore; to be
 * freed. */
char *row_column_name(const char *title);

#endif
