/* SPDX-License-Identifier: MIT */
/* A streaming reader of lines of JSON (NDJSON) in UTF-8: one object at a time, in bounded memory. */
#ifndef SKILLSD_IMPORTS_NDJSON_FILE_H
#define SKILLSD_IMPORTS_NDJSON_FILE_H

#include <jansson.h>
#include <stdio.h>

enum { NDJSON_LINE_BYTES_MAX = 1048576 };

struct ndjson_file;

enum ndjson_outcome {
    NDJSON_OBJECT,
    NDJSON_END,
    NDJSON_FAULT, /* this line is no object; the lines after it may be */
    NDJSON_BROKEN /* nothing can be read from here on */
};

/* The stream is closed by ndjson_file_free. A byte order mark is passed over. */
struct ndjson_file *ndjson_file_new(FILE *take);
/* The object is good until the next call. Empty lines are passed over. */
enum ndjson_outcome ndjson_file_next(struct ndjson_file *file, const json_t **object);
/* The line read last, from 1, and what is wrong with it, a sentence. */
long ndjson_file_line(const struct ndjson_file *file);
const char *ndjson_file_fault(const struct ndjson_file *file);
void ndjson_file_free(struct ndjson_file *file);

#endif
