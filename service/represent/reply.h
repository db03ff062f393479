/* SPDX-License-Identifier: MIT */
/* Rows to a whole reply: status, header fields and body, by the rules of STATEMENTS.md, "Out". */
#ifndef SKILLSD_REPRESENT_REPLY_H
#define SKILLSD_REPRESENT_REPLY_H

#include "represent/represent.h"

struct problem;

/* What the rows answer; all borrowed. */
struct asked {
    const struct contract *contract;
    const struct operation *operation;
    enum media media;
    long limit;                /* of a list; 0 for none */
    const char *path;          /* raw, for Link */
    const char *query;         /* raw, or NULL */
    const char *if_none_match; /* or NULL */
    char *const *values;       /* by parameter of the operation, as in struct inputs; a workbook tells them */
};

struct reply {
    int status;
    const char *content_type;     /* NULL without a body */
    char *location, *etag, *link; /* header values, or NULL */
    char *disposition;            /* Content-Disposition of a reply that is a file, else NULL */
    char *media;                  /* of bytes as they are, else NULL */
    struct evbuffer *body;        /* NULL without one */
    bool kept;                    /* whoever asked may keep it, and asks by its ETag whether it still holds */
    int rows;                     /* of the result, the first so many are in the reply */
};

/* False with the problem set: no row where there must be one (404), what _status and _problem say, or a workbook that
 * would take a worker too long (422). */
bool reply_make(const struct asked *asked, const struct column_plan *plan, const PGresult *rows, struct reply *reply,
                struct problem *problem);
void reply_clear(struct reply *reply);

/* Whether the first row says another status than the success; then the problem is set. */
bool reply_is_refusal(const struct contract *contract, const struct column_plan *plan, const PGresult *rows,
                      struct problem *problem);

/* Gives a problem that a statement or function has named by its code alone the contract's sentence, and the pointer
 * that it may have. */
void reply_explain(const struct contract *contract, struct problem *problem);

/* A workbook that cannot be written, or read again: the reason is for the log. Returns false. */
bool reply_workbook_failed(const struct operation *operation, char *take_why, struct problem *problem);

/* base64url without padding, of the JSON array of a cursor, and back: NULL for what is not one. To be freed. */
char *cursor_encode(const char *json);
char *cursor_decode(const char *text);

#endif
