/* SPDX-License-Identifier: MIT */
/* What an error of PostgreSQL is over HTTP: one table from SQLSTATE to status, and the messages of the constraints. */
#ifndef SKILLSD_DB_SQLSTATE_H
#define SKILLSD_DB_SQLSTATE_H

#include "db/constraints.h"

#include <libpq-fe.h>

struct problem;
struct statement;

enum sqlstate_kind {
    SQLSTATE_PLAIN,      /* the rule's own code and sentence */
    SQLSTATE_NAMED,      /* raised by a function: the message is the code */
    SQLSTATE_CONSTRAINT, /* the constraint's comment says it */
    SQLSTATE_KIND_COUNT
};

struct sqlstate_rule {
    const char *prefix; /* of the SQLSTATE */
    int status;
    enum sqlstate_kind kind;
    const char *code;
    const char *sentence;
    int retry_after;   /* seconds; 0 for none */
    const char *event; /* in the log */
};

/* The rule of a SQLSTATE; there is one for any, NULL included. */
const struct sqlstate_rule *sqlstate_rule_of(const char *sqlstate);

/* Makes the problem of a failed result. What the caller must not blame itself for is logged, with the place in the
 * statement. */
void sqlstate_problem(const PGresult *failed, const struct statement *statement, const struct constraints *constraints,
                      struct problem *problem);

#endif
