/* SPDX-License-Identifier: MIT */
/* Binds values by name and runs a statement, waiting for it. */
#include "audit/query.h"

#include "base/memory.h"
#include "contract/faults.h"
#include "db/session.h"
#include "db/statement.h"

#include <stdlib.h>
#include <string.h>

/* The values in the order of the statement's bindings. */
struct bound {
    Oid types[STATEMENT_BINDINGS_MAX];
    const char *values[STATEMENT_BINDINGS_MAX];
};

static struct bound bind(const struct statement *statement, const struct audit_value *values) {
    struct bound bound = {0};
    statement_types(statement, bound.types);
    for (size_t i = 0; i < statement->binding_count; i++)
        for (const struct audit_value *value = values; value && value->name; value++)
            if (strcmp(value->name, statement->bindings[i].name) == 0)
                bound.values[i] = value->text;
    return bound;
}

static char *place_of(const struct statement *statement, char *take_reason) {
    char *why = xasprintf("%s: %s", statement->file, take_reason);
    free(take_reason);
    return why;
}

struct statement *audit_statement_load(const char *home, const char *file, char **why) {
    struct faults faults = {0};
    struct statement *statement = statement_load(home, file, &faults);
    if (!statement)
        *why = xasprintf("%s/%s is not a statement.", home, file);
    faults_clear(&faults);
    return statement;
}

PGresult *audit_query(PGconn *connection, const struct statement *statement, const struct audit_value *values,
                      char **why) {
    struct bound bound = bind(statement, values);
    PGresult *result = PQexecParams(connection, statement->sql, (int)statement->binding_count, bound.types,
                                    bound.values, NULL, NULL, 0);
    if (session_succeeded(result))
        return result;
    *why = place_of(statement, session_error(connection, result, NULL));
    PQclear(result);
    return NULL;
}

bool audit_query_send(PGconn *connection, const struct statement *statement, const struct audit_value *values,
                      char **why) {
    struct bound bound = bind(statement, values);
    if (PQsendQueryParams(connection, statement->sql, (int)statement->binding_count, bound.types, bound.values, NULL,
                          NULL, 0) &&
        PQsetSingleRowMode(connection))
        return true;
    *why = place_of(statement, xstrdup(PQerrorMessage(connection)));
    return false;
}
