/* SPDX-License-Identifier: MIT */
/* A statement from sql/: its text with :names turned into $1..$n, and the way back from an error position to file and
 * line. */
#ifndef SKILLSD_DB_STATEMENT_H
#define SKILLSD_DB_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>

struct faults;

/* How a name is bound; the type of its parameter on the wire follows from it. */
enum binding_type {
    BINDING_TEXT,   /* text */
    BINDING_JSONB,  /* jsonb: body, asked, after, events, array parameters */
    BINDING_BIGINT, /* int8: limit */
    BINDING_BYTES   /* bytea: content */
};

struct binding {
    char *name; /* without the colon */
    enum binding_type type;
    size_t position; /* of its first use in the file, bytes */
};

struct statement {
    char *name;               /* the file's name without .sql; also the prepared statement's */
    char *file;               /* "sql/queries/list_frameworks.sql" */
    char *text;               /* the file as it is */
    char *sql;                /* with $n */
    struct binding *bindings; /* binding i is $i+1; a name used twice is one binding */
    size_t binding_count;
    struct statement_shift *shifts; /* the offset map */
    size_t shift_count;
    struct column_plan
        *plan; /* how its rows are represented: made once from the first description (represent/plan.h); NULL before */
};

/* The names that one statement may have; one more is a fault. */
enum { STATEMENT_BINDINGS_MAX = 64 };

/* Reads HOME/FILE. :body, :asked, :after and :events are jsonb, :limit is int8 and :content is bytea;
 * statement_set_type changes another name's type before it is prepared. Faults (cannot be read, not one statement, does
 * not begin with a "-- " line saying what it answers, an unclosed quote or comment) are added with file and line; then
 * NULL. */
struct statement *statement_load(const char *home, const char *file, struct faults *faults);
void statement_set_type(struct statement *statement, const char *name, enum binding_type type);
void statement_free(struct statement *statement);

/* The line in the file of a position (1-based, in characters, as PostgreSQL reports it) in `sql`. */
int statement_line(const struct statement *statement, int position);
/* The line of a byte offset in the file. */
int statement_offset_line(const struct statement *statement, size_t offset);

/* The OIDs of the parameters, for PQsendPrepare. binding_count entries. */
void statement_types(const struct statement *statement, unsigned int *types);

#endif
