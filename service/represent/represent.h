/* SPDX-License-Identifier: MIT */
/* Rows to JSON, CSV and workbooks: one plan for the columns of a statement, one table of representations. */
#ifndef SKILLSD_REPRESENT_REPRESENT_H
#define SKILLSD_REPRESENT_REPRESENT_H

#include "contract/contract.h"

#include <libpq-fe.h>
#include <stdbool.h>

struct column_plan;
struct evbuffer;

/* The columns that are for the engine (STATEMENTS.md). */
enum engine_column {
    COLUMN_STATUS,
    COLUMN_PROBLEM,
    COLUMN_LOCATION,
    COLUMN_ETAG,
    COLUMN_CURSOR,
    COLUMN_META,
    COLUMN_FAULTS,  /* of _problem, each with its place: [{"pointer": ..., "code": ...}] */
    COLUMN_SUBJECT, /* the UUID of the person whose record the row is about, unless it is the caller's own */
    /* Of an operation that says x-bytes, whose rows are pieces of one file; all but the first in the first row. */
    COLUMN_BYTES,    /* bytea: the reply as it is */
    COLUMN_MEDIA,    /* its media type */
    COLUMN_FILE,     /* its name for whoever keeps it */
    COLUMN_SUBJECTS, /* a JSON array: the UUIDs of all whose records it is about */
    COLUMN_SCOPES,   /* what was in effect when it was made, space-separated */
    ENGINE_COLUMN_COUNT
};
extern const char *const engine_column_names[ENGINE_COLUMN_COUNT];

/* How a PostgreSQL type is written. */
enum column_kind { KIND_BOOL, KIND_NUMBER, KIND_TEXT, KIND_DATE, KIND_TIME, KIND_JSON, KIND_COUNT };
/* The kind of a type; KIND_COUNT for one that may not be in a result. */
enum column_kind column_kind_of(Oid type);

/* The plan of a result or of a description (PQdescribePrepared). Never fails: the check has refused what it could not
 * write. */
struct column_plan *column_plan_new(const PGresult *description);
void column_plan_free(struct column_plan *plan);
/* Whether the plan is of this result; a migration can change a statement's columns while the service runs. */
bool column_plan_fits(const struct column_plan *plan, const PGresult *rows);

/* The value of an engine column in a row; NULL when the column is not there or null. */
const char *engine_value(const struct column_plan *plan, const PGresult *rows, int row, enum engine_column column);

/* How many of the rows to send: `count` without the extra row that :limit asked for. */
struct page {
    int first;
    int count;
};

/* A representation appends to `out` and cannot fail. For SHAPE_OBJECT row() writes the object itself and begin and end
 * nothing; for SHAPE_LIST begin writes what comes before the first row ({"meta":...,"rows":[ or the header line), row()
 * takes `index` to place commas, end what comes after. A row whose data columns are all null, in an envelope with meta,
 * carries only the meta and is not written. A workbook is not made in pieces that could be sent: its entry has only the
 * media type, and represent/xlsx.h makes it. */
struct representation {
    const char *media_type; /* with charset where it has one: the reply's Content-Type */
    void (*begin)(const struct operation *operation, const struct column_plan *plan, const char *meta,
                  struct evbuffer *out);
    void (*rows)(const struct operation *operation, const struct column_plan *plan, const PGresult *rows,
                 struct page page, bool *first, struct evbuffer *out);
    void (*end)(const struct operation *operation, struct evbuffer *out);
};
extern const struct representation representations[MEDIA_COUNT];

/* The whole of a result at once. */
void represent_all(enum media media, const struct operation *operation, const struct column_plan *plan,
                   const PGresult *rows, struct page page, struct evbuffer *out);

#endif
