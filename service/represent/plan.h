/* SPDX-License-Identifier: MIT */
/* The plan of a result's columns, as the representations see it. */
#ifndef SKILLSD_REPRESENT_PLAN_H
#define SKILLSD_REPRESENT_PLAN_H

#include "represent/represent.h"

#include <stddef.h>

struct sink;

/* A column that the reader gets. */
struct data_column {
    int number; /* in the result */
    enum column_kind kind;
    char *name;
    char *key; /* the name as a JSON key with its colon: "name": */
    size_t key_length;
};

struct column_plan {
    int width; /* columns of the result, the engine's included */
    Oid *types;
    struct data_column *columns;
    int column_count;
    int engine[ENGINE_COLUMN_COUNT]; /* the column's number, -1 when it is not there */
};

/* A row that is there for what it tells the engine, the meta or the person whose record is read: all of its data
 * columns are null. */
bool plan_row_is_bare(const struct operation *operation, const struct column_plan *plan, const PGresult *rows, int row);

/* '2026-11-23 10:00:00.123+00' as RFC 3339, 2026-11-23T10:00:00.123Z. Sessions run in UTC with ISO dates. */
void plan_write_time(struct sink *sink, const char *value, size_t length);

/* The two representations; see struct representation for what each must do. */
void json_begin(const struct operation *operation, const struct column_plan *plan, const char *meta,
                struct evbuffer *out);
void json_rows(const struct operation *operation, const struct column_plan *plan, const PGresult *rows,
               struct page page, bool *first, struct evbuffer *out);
void json_end(const struct operation *operation, struct evbuffer *out);
void csv_begin(const struct operation *operation, const struct column_plan *plan, const char *meta,
               struct evbuffer *out);
void csv_rows(const struct operation *operation, const struct column_plan *plan, const PGresult *rows, struct page page,
              bool *first, struct evbuffer *out);
void csv_end(const struct operation *operation, struct evbuffer *out);

#endif
