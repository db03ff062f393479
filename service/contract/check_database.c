/* SPDX-License-Identifier: MIT */
/* The half of the check that needs a database: every statement prepares, may read what it reads, and gives what the
 * contract promises. */
#include "base/memory.h"
#include "contract/check.h"
#include "contract/contract.h"
#include "contract/faults.h"
#include "contract/operations.h"
#include "db/statement.h"
#include "imports/import_form.h"
#include "represent/represent.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

/* PostgreSQL's own numbers of the types that the contract calls integer. */
enum { OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_BYTEA = 17, OID_TEXT = 25, OID_JSON = 114, OID_JSONB = 3802 };

struct check {
    const char *home;
    const struct contract *contract;
    PGconn *connection;
    struct faults *faults;
};

/* What the contract may call a column of each kind, and the format that it must then state. */
static const struct {
    const char *types[3];
    const char *format;
} kind_types[KIND_COUNT] = {
    [KIND_BOOL] = {{"boolean"}, NULL},       [KIND_NUMBER] = {{"number", "integer"}, NULL},
    [KIND_TEXT] = {{"string"}, NULL},        [KIND_DATE] = {{"string"}, "date"},
    [KIND_TIME] = {{"string"}, "date-time"}, [KIND_JSON] = {{"object", "array"}, NULL},
};

static bool is_integer(Oid type) {
    return type == OID_INT2 || type == OID_INT4 || type == OID_INT8;
}

/* The error's sentence, and the line in the file where the server points. */
static void add_server_fault(const struct check *check, const struct statement *statement, const PGresult *result) {
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    faults_add(check->faults, statement->file, position ? statement_line(statement, atoi(position)) : 1, "%s",
               message ? message : PQerrorMessage(check->connection));
}

static bool schema_allows(json_t *property, const char *type) {
    json_t *types = json_object_get(property, "type");
    size_t index;
    json_t *entry;
    if (json_is_string(types))
        return strcmp(json_string_value(types), type) == 0;
    json_array_foreach(types, index, entry) {
        if (json_is_string(entry) && strcmp(json_string_value(entry), type) == 0)
            return true;
    }
    return false;
}

static const char *type_fault(json_t *property, Oid type) {
    enum column_kind kind = column_kind_of(type);
    if (kind == KIND_COUNT)
        return "its type cannot be represented: cast it in the statement";
    if (kind == KIND_JSON && !json_object_get(property, "type"))
        return NULL;
    if (kind == KIND_NUMBER && !is_integer(type))
        return schema_allows(property, "number") ? NULL : "the contract does not call it a number";
    bool allowed = false;
    for (int i = 0; i < 3 && kind_types[kind].types[i]; i++)
        allowed = allowed || schema_allows(property, kind_types[kind].types[i]);
    if (!allowed)
        return "the contract gives it another type";
    const char *format = json_string_value(json_object_get(property, "format"));
    if (kind_types[kind].format && (!format || strcmp(format, kind_types[kind].format) != 0))
        return "the contract does not give it the format of a day or a time";
    return NULL;
}

static int engine_column(const char *name) {
    for (int column = 0; column < ENGINE_COLUMN_COUNT; column++)
        if (strcmp(name, engine_column_names[column]) == 0)
            return column;
    return -1;
}

static const char *engine_fault(const char *name, Oid type) {
    int column = engine_column(name);
    bool json = type == OID_JSON || type == OID_JSONB;
    if (column < 0)
        return "the engine knows no such column";
    if (column == COLUMN_STATUS)
        return is_integer(type) ? NULL : "it must be an integer";
    if (column == COLUMN_BYTES)
        return type == OID_BYTEA ? NULL : "it must be bytea";
    if (column == COLUMN_CURSOR || column == COLUMN_META || column == COLUMN_FAULTS || column == COLUMN_SUBJECTS)
        return json ? NULL : "it must be jsonb";
    return type == OID_TEXT ? NULL : "it must be text";
}

static const char *column_fault(const struct check *check, const struct operation *operation, const char *name,
                                Oid type) {
    if (name[0] == '_')
        return engine_fault(name, type);
    if (operation->shape == SHAPE_NOTHING)
        return "the contract promises no content";
    json_t *property = json_object_get(json_object_get(operation->row, "properties"), name);
    if (!property)
        return "the response schema has no such property";
    if (column_kind_of(type) == KIND_JSON && (operation->media[MEDIA_CSV] || operation->media[MEDIA_XLSX]))
        return "a result with JSON in it cannot offer CSV or a workbook";
    return type_fault(contract_resolve(check->contract, property), type);
}

static void check_columns(const struct check *check, const struct operation *operation,
                          const struct statement *statement, const PGresult *description) {
    for (int column = 0; column < PQnfields(description); column++) {
        const char *name = PQfname(description, column);
        const char *fault = column_fault(check, operation, name, PQftype(description, column));
        if (fault)
            faults_add(check->faults, statement->file, 1, "column %s: %s", name, fault);
    }
    size_t index;
    json_t *name;
    json_array_foreach(json_object_get(operation->row, "required"), index, name) {
        if (PQfnumber(description, json_string_value(name)) < 0)
            faults_add(check->faults, statement->file, 1, "no column gives the required property %s",
                       json_string_value(name));
    }
    if (operation->audit == AUDIT_RECORD && PQfnumber(description, "_subject") < 0)
        faults_add(check->faults, statement->file, 1, "no column _subject says whose record a row is about");
    if ((operation->shape == SHAPE_BYTES) != (PQfnumber(description, "_bytes") >= 0))
        faults_add(check->faults, statement->file, 1, "the column _bytes and x-bytes of the contract go together");
    if (operation->meta && PQfnumber(description, "_meta") < 0)
        faults_add(check->faults, statement->file, 1, "no column gives the member meta of the envelope");
}

/* Preparing does not test rights; explaining an execution does. Its values are null, so it may be refused for what it
 * was given, but not for what it reads. */
static void check_rights(const struct check *check, const struct statement *statement) {
    char *values = xstrdup("");
    for (size_t i = 0; i < statement->binding_count; i++) {
        char *longer = xasprintf("%s%snull", values, i ? ", " : "");
        free(values);
        values = longer;
    }
    char *name = PQescapeIdentifier(check->connection, statement->name, strlen(statement->name));
    char *sql = xasprintf("explain execute %s%s%s%s", name, *values ? "(" : "", values, *values ? ")" : "");
    PGresult *result = PQexec(check->connection, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        add_server_fault(check, statement, result);
    PQclear(result);
    PQfreemem(name);
    free(sql);
    free(values);
}

static bool prepare(const struct check *check, const struct statement *statement) {
    Oid *types = xcalloc(statement->binding_count, sizeof *types);
    statement_types(statement, types);
    PGresult *result =
        PQprepare(check->connection, statement->name, statement->sql, (int)statement->binding_count, types);
    bool prepared = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!prepared)
        add_server_fault(check, statement, result);
    PQclear(result);
    free(types);
    return prepared;
}

static void check_statement(const struct check *check, const struct operation *operation,
                            const struct statement *statement) {
    if (!prepare(check, statement))
        return;
    PGresult *description = PQdescribePrepared(check->connection, statement->name);
    if (PQresultStatus(description) == PGRES_COMMAND_OK && operation)
        check_columns(check, operation, statement, description);
    PQclear(description);
    check_rights(check, statement);
}

/* A statement of the engine's own, loaded for the check alone. NULL with a fault when it cannot be. */
static struct statement *engine_statement(const struct check *check, const char *name) {
    char *file = xasprintf("sql/engine/%s.sql", name);
    struct statement *statement = statement_load(check->home, file, check->faults);
    free(file);
    return statement;
}

/* Runs a statement whose rows are faults: object and sentence. */
static void check_by_query(const struct check *check, const char *name) {
    struct statement *statement = engine_statement(check, name);
    if (!statement)
        return;
    PGresult *rows = PQexec(check->connection, statement->sql);
    if (PQresultStatus(rows) != PGRES_TUPLES_OK)
        add_server_fault(check, statement, rows);
    for (int row = 0; row < PQntuples(rows); row++)
        faults_add(check->faults, "database", 0, "%s: %s", PQgetvalue(rows, row, 0), PQgetvalue(rows, row, 1));
    PQclear(rows);
    statement_free(statement);
}

/* The columns of an import, as an array literal. */
static char *form_columns(const struct import_form *form) {
    char *names = xstrdup("{");
    for (size_t i = 0; i < form->column_count; i++) {
        char *longer = xasprintf("%s%s%s", names, i ? "," : "", form->columns[i].name);
        free(names);
        names = longer;
    }
    char *whole = xasprintf("%s}", names);
    free(names);
    return whole;
}

static void check_form(const struct check *check, const struct import_form *form) {
    char *columns = form_columns(form);
    const char *values[] = {form->script.name, columns};
    PQclear(PQexec(check->connection, "begin"));
    PGresult *rows = PQexecParams(check->connection, "select object, fault from import_form_faults($1, $2)", 2, NULL,
                                  values, NULL, NULL, 0);
    if (PQresultStatus(rows) != PGRES_TUPLES_OK)
        faults_add(check->faults, form->script.file, 1, "%s", PQerrorMessage(check->connection));
    for (int row = 0; row < PQntuples(rows); row++)
        faults_add(check->faults, form->script.file, 1, "%s: %s", PQgetvalue(rows, row, 0), PQgetvalue(rows, row, 1));
    PQclear(rows);
    PQclear(PQexec(check->connection, "rollback"));
    free(columns);
}

/* The kinds of imports that the contract names: rows of the contract fit what SQL reads of them. */
static void check_imports(const struct check *check) {
    json_t *schemas = json_object_get(json_object_get(check->contract->document, "components"), "schemas");
    json_t *kinds = json_object_get(json_object_get(schemas, "ImportKind"), "enum"), *kind;
    size_t index;
    json_array_foreach(kinds, index, kind) {
        struct import_form form;
        char *why = NULL;
        if (import_form_load(check->home, check->contract, json_string_value(kind), &form, &why)) {
            check_form(check, &form);
            import_form_clear(&form);
        } else {
            faults_add(check->faults, "sql/imports", 0, "%s", why);
            free(why);
        }
    }
}

static bool has_row(const PGresult *rows, const char *name) {
    for (int row = 0; row < PQntuples(rows); row++)
        if (strcmp(PQgetvalue(rows, row, 0), name) == 0)
            return true;
    return false;
}

/* Needed migrations are compared, not the highest: a newer database is fine. True if none is missing. */
static bool check_migrations(const struct check *check) {
    size_t before = check->faults->count;
    struct statement *statement = engine_statement(check, "migrations");
    if (!statement)
        return false;
    PGresult *rows = PQexec(check->connection, statement->sql);
    if (PQresultStatus(rows) != PGRES_TUPLES_OK)
        faults_add(check->faults, "database", 0, "it has no migrations: run `skillsd migrate`");
    char *folder = xasprintf("%s/sql/migrations", check->home);
    DIR *directory = PQresultStatus(rows) == PGRES_TUPLES_OK ? opendir(folder) : NULL;
    for (struct dirent *entry; directory && (entry = readdir(directory));)
        if (entry->d_name[0] != '.' && !has_row(rows, entry->d_name))
            faults_add(check->faults, "database", 0, "migration %s is missing: run `skillsd migrate`", entry->d_name);
    if (directory)
        closedir(directory);
    free(folder);
    PQclear(rows);
    statement_free(statement);
    return check->faults->count == before;
}

bool check_database(const char *home, const struct checked *checked, PGconn *connection, struct faults *faults) {
    static const char *const engine_statements[] = {
        "context",   "claim",       "replay",       "store",        "constraints",    "verifying_keys",
        "ask_keys",  "keys_due",    "keys_store",   "audit",        "seal_events",    "seal_links",
        "seal_head", "seal_forget", "verify_chain", "verify_heads", "verify_subjects"};
    struct check check = {home, checked->contract, connection, faults};
    size_t before = faults->count;
    if (!check_migrations(&check))
        return false;
    for (size_t i = 0; i < checked->contract->operation_count; i++)
        if (checked->statements[i])
            check_statement(&check, &checked->contract->operations[i], checked->statements[i]);
    for (size_t i = 0; i < sizeof engine_statements / sizeof *engine_statements; i++) {
        struct statement *statement = engine_statement(&check, engine_statements[i]);
        if (!statement)
            continue;
        check_statement(&check, NULL, statement);
        statement_free(statement);
    }
    check_by_query(&check, "sentences");
    check_by_query(&check, "wall");
    check_imports(&check);
    return faults->count == before;
}
