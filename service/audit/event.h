/* SPDX-License-Identifier: MIT */
/* An event of the audit trail: who did what about whom. Never a body, never free text. */
#ifndef SKILLSD_AUDIT_EVENT_H
#define SKILLSD_AUDIT_EVENT_H

#include "represent/represent.h"

#include <jansson.h>
#include <libpq-fe.h>

struct inputs;
struct operation;
struct principal;

/* What an event tells of; all borrowed. */
struct audit_fact {
    const struct operation *operation;
    const struct inputs *inputs;
    const struct principal *principal;
    const char *scopes;    /* one of which was asked for, space-separated; or NULL */
    const PGresult *asker; /* the row of sql/engine/context.sql */
    const char *request_id;
    const char *target; /* the path, or the Location of what was made */
    json_t *people;     /* of audit_people */
    int status;
};

/* The people whose records the first `count` rows are about, each once; an array that the caller owns. */
json_t *audit_people(const struct column_plan *plan, const PGresult *rows, int count);

/* Whether this is an event at all: a change and a report always, a read when it shows somebody else's record. */
bool audit_is_event(const struct operation *operation, const json_t *people);

/* The event as the object that sql/engine/audit.sql takes; to be freed. */
char *audit_event(const struct audit_fact *fact);

#endif
