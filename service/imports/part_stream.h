/* SPDX-License-Identifier: MIT */
/* The parts of an import, as they stand in the database, as one stream of bytes; one part at a time is in memory. */
#ifndef SKILLSD_IMPORTS_PART_STREAM_H
#define SKILLSD_IMPORTS_PART_STREAM_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>

struct part_stream {
    PGconn *connection; /* not the one that the rows are copied by */
    const char *import, *attempt;
    const long *rows;          /* those read so far, noted in the database with each part */
    bool (*go_on)(char **why); /* asked before each part; false with *why set ends the stream as a failure does */
    int part;                  /* the one read last; 0 at first */
    PGresult *result;          /* holds it */
    size_t given;              /* bytes of it */
    char *why;                 /* what went wrong that is no fault of the file; to be freed */
};

/* A stream to be read and closed; the struct outlives it. */
FILE *part_stream_open(struct part_stream *parts);

#endif
