/* SPDX-License-Identifier: MIT */
/* A custom stream, so that what reads files reads parts. */
#include "imports/part_stream.h"

#include "base/memory.h"
#include "db/session.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { PART, CONTENT };

static const int binary = 1;

/* False when there is none, or with parts->why set. */
static bool fetch(struct part_stream *parts) {
    char after[16], rows[24];
    snprintf(after, sizeof after, "%d", parts->part);
    snprintf(rows, sizeof rows, "%ld", *parts->rows);
    if (!parts->go_on(&parts->why))
        return false;
    const char *values[] = {parts->import, parts->attempt, after, rows};
    PQclear(parts->result);
    parts->given = 0;
    parts->result = PQexecParams(parts->connection, "select part, content from next_import_part($1, $2, $3, $4)", 4,
                                 NULL, values, NULL, NULL, binary);
    if (PQresultStatus(parts->result) != PGRES_TUPLES_OK) {
        parts->why = session_cause(parts->connection, parts->result);
        return false;
    }
    if (PQntuples(parts->result) == 0)
        return false;
    uint32_t part;
    memcpy(&part, PQgetvalue(parts->result, 0, PART), sizeof part);
    parts->part = (int)ntohl(part);
    return true;
}

static size_t left(const struct part_stream *parts) {
    bool any = parts->result && PQntuples(parts->result) == 1;
    return any ? (size_t)PQgetlength(parts->result, 0, CONTENT) - parts->given : 0;
}

static ssize_t read_parts(void *cookie, char *buffer, size_t size) {
    struct part_stream *parts = cookie;
    bool over = parts->result && PQntuples(parts->result) == 0;
    if (left(parts) == 0 && (over || !fetch(parts))) {
        errno = EIO;
        return parts->why ? -1 : 0;
    }
    size_t length = left(parts) < size ? left(parts) : size;
    memcpy(buffer, PQgetvalue(parts->result, 0, CONTENT) + parts->given, length);
    parts->given += length;
    return (ssize_t)length;
}

static int close_parts(void *cookie) {
    struct part_stream *parts = cookie;
    PQclear(parts->result);
    parts->result = NULL;
    return 0;
}

FILE *part_stream_open(struct part_stream *parts) {
    FILE *stream = fopencookie(parts, "r", (cookie_io_functions_t){.read = read_parts, .close = close_parts});
    if (!stream)
        abort(); /* out of memory */
    return stream;
}
