/* SPDX-License-Identifier: MIT */
/* Puts named values into the order of a statement's parameters. */
#include "db/named.h"

#include "base/memory.h"
#include "contract/faults.h"
#include "db/session.h"

#include <string.h>

static const char *value_of(const struct named *values, const char *name) {
    while (values->name && strcmp(values->name, name) != 0)
        values++;
    return values->name ? values->value : NULL;
}

/* The parameters of a statement, $1 first. */
struct ordered {
    unsigned int types[STATEMENT_BINDINGS_MAX];
    const char *values[STATEMENT_BINDINGS_MAX];
};

static struct ordered order(const struct statement *statement, const struct named *values) {
    struct ordered ordered = {0};
    statement_types(statement, ordered.types);
    for (size_t i = 0; i < statement->binding_count; i++)
        ordered.values[i] = value_of(values, statement->bindings[i].name);
    return ordered;
}

struct statement *named_load(const char *home, const char *file) {
    struct faults faults = {0};
    struct statement *statement = statement_load(home, file, &faults);
    faults_print(&faults, stderr);
    faults_clear(&faults);
    return statement;
}

PGresult *named_result(PGconn *connection, const struct statement *statement, const struct named *values) {
    struct ordered ordered = order(statement, values);
    return PQexecParams(connection, statement->sql, (int)statement->binding_count, ordered.types, ordered.values, NULL,
                        NULL, 0);
}

PGresult *named_query(PGconn *connection, const struct statement *statement, const struct named *values, char **why) {
    PGresult *result = named_result(connection, statement, values);
    if (session_succeeded(result))
        return result;
    *why = session_error(connection, result, NULL);
    PQclear(result);
    return NULL;
}

bool named_send(PGconn *connection, const struct statement *statement, const struct named *values, char **why) {
    struct ordered ordered = order(statement, values);
    if (PQsendQueryParams(connection, statement->sql, (int)statement->binding_count, ordered.types, ordered.values,
                          NULL, NULL, 0) &&
        PQsetSingleRowMode(connection))
        return true;
    *why = xstrdup(PQerrorMessage(connection));
    return false;
}
