/* SPDX-License-Identifier: MIT */
/* The statements of the audit trail over a synchronous connection. */
#ifndef SKILLSD_AUDIT_QUERY_H
#define SKILLSD_AUDIT_QUERY_H

#include <libpq-fe.h>
#include <stdbool.h>

struct statement;

/* A value by its name in the statement; a list of them ends with a name of NULL. */
struct audit_value {
    const char *name;
    const char *text;
};

/* Reads HOME/FILE; NULL with *why set. */
struct statement *audit_statement_load(const char *home, const char *file, char **why);

/* Runs a statement; its result, or NULL with *why set. */
PGresult *audit_query(PGconn *connection, const struct statement *statement, const struct audit_value *values,
                      char **why);
/* Sends it, for its rows to be taken one by one; false with *why set. */
bool audit_query_send(PGconn *connection, const struct statement *statement, const struct audit_value *values,
                      char **why);

#endif
