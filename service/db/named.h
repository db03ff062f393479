/* SPDX-License-Identifier: MIT */
/* A statement of sql/ with :names, run over a synchronous connection. */
#ifndef SKILLSD_DB_NAMED_H
#define SKILLSD_DB_NAMED_H

#include "db/statement.h"

#include <libpq-fe.h>
#include <stdbool.h>

struct named {
    const char *name;
    const char *value; /* NULL for null */
};

/* Reads HOME/FILE; NULL with the faults on standard error. */
struct statement *named_load(const char *home, const char *file);

/* Its rows, or NULL with *why set (to be freed). The list ends with a name of NULL; what it does not name is null. */
PGresult *named_query(PGconn *connection, const struct statement *statement, const struct named *values, char **why);
/* What came of it, good or bad; to be cleared. */
PGresult *named_result(PGconn *connection, const struct statement *statement, const struct named *values);
/* Sends it, for its rows to be taken one by one with PQgetResult; false with *why set. */
bool named_send(PGconn *connection, const struct statement *statement, const struct named *values, char **why);

#endif
