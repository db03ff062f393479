/* SPDX-License-Identifier: MIT */
/* The half of the check that needs no database: contract and statements fit each other. */
#include "contract/check.h"

#include "base/memory.h"
#include "contract/contract.h"
#include "contract/faults.h"
#include "contract/operations.h"
#include "contract/schema.h"
#include "contract/yaml.h"
#include "db/statement.h"
#include "handlers/handlers.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

/* Parameters that the engine itself reads; a statement need not use them. */
static const char *const engine_parameters[] = {"Idempotency-Key", "Acting-Organisation"};

struct report {
    struct contract *contract;
    struct faults *faults;
};

static void report_schema(void *owner, const char *pointer, const char *message) {
    struct report *report = owner;
    contract_fault(report->contract, report->faults, pointer, message, NULL);
}

/* Every schema of the components is compiled once more, so that one that only replies use is held to the same keywords.
 */
static void check_schemas(struct report *report) {
    json_t *schemas = json_object_get(json_object_get(report->contract->document, "components"), "schemas");
    const char *name;
    json_t *value;
    json_object_foreach(schemas, name, value) {
        char *pointer = pointer_join("/components/schemas", name);
        schema_free(schema_compile(report->contract->document, pointer, report_schema, report));
        free(pointer);
    }
}

/* The name under which a parameter is bound: If-Match is :if_match. */
static bool binds(const char *parameter, const char *binding) {
    for (; *parameter && *binding; parameter++, binding++)
        if (*binding != (*parameter == '-' ? '_' : tolower((unsigned char)*parameter)))
            return false;
    return *parameter == *binding;
}

static bool read_by_engine(const char *parameter) {
    for (size_t i = 0; i < sizeof engine_parameters / sizeof *engine_parameters; i++)
        if (strcmp(parameter, engine_parameters[i]) == 0)
            return true;
    return false;
}

/* :body is a body of JSON, :asked who asks for what in it; :content the bytes of any other, with :content_type. */
static bool is_of_body(const struct operation *operation, const char *name) {
    if (operation->content)
        return strcmp(name, "content") == 0 || strcmp(name, "content_type") == 0;
    if (operation->defers && strcmp(name, "asked") == 0)
        return true;
    return operation->body && strcmp(name, "body") == 0;
}

static void check_bindings(struct report *report, const struct operation *operation, struct statement *statement) {
    for (size_t b = 0; b < statement->binding_count; b++) {
        const struct binding *binding = &statement->bindings[b];
        bool declared = is_of_body(operation, binding->name);
        for (size_t p = 0; p < operation->parameter_count; p++) {
            if (!binds(operation->parameters[p].name, binding->name))
                continue;
            declared = true;
            if (operation->parameters[p].array)
                statement_set_type(statement, binding->name, BINDING_JSONB);
        }
        if (!declared)
            faults_add(report->faults, statement->file, statement_offset_line(statement, binding->position),
                       ":%s is not declared in the contract", binding->name);
    }
}

static bool bound(const struct statement *statement, const char *parameter) {
    for (size_t b = 0; b < statement->binding_count; b++)
        if (binds(parameter, statement->bindings[b].name))
            return true;
    return false;
}

static void check_parameters(struct report *report, const struct operation *operation,
                             const struct statement *statement) {
    for (size_t p = 0; p < operation->parameter_count; p++) {
        const char *name = operation->parameters[p].name;
        if (!read_by_engine(name) && !bound(statement, name))
            contract_fault(report->contract, report->faults, operation->pointer,
                           "the statement does not use the parameter", name);
    }
    const char *body = operation->content ? "content" : "body";
    if (operation->body && !bound(statement, body))
        contract_fault(report->contract, report->faults, operation->pointer,
                       operation->content ? "the statement does not use :content" : "the statement does not use :body",
                       operation->id);
}

static bool has_parameter(const struct operation *operation, const char *name) {
    for (size_t p = 0; p < operation->parameter_count; p++)
        if (operation->parameters[p].name && strcmp(operation->parameters[p].name, name) == 0)
            return true;
    return false;
}

/* A string that a client may fill with anything. */
static bool is_free_text(const struct parameter *parameter) {
    static const char *const bounds[] = {"enum", "format", "pattern"};
    const char *type = json_string_value(json_object_get(parameter->definition, "type"));
    if (parameter->place == PLACE_HEADER || !type || strcmp(type, "string") != 0)
        return false;
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
        if (json_object_get(parameter->definition, bounds[i]))
            return false;
    return true;
}

/* Who is read in a stream is known only when it has been sent; of a list, only what one page holds is remembered. */
static const char *record_fault(const struct operation *operation, const struct statement *statement) {
    if (operation->lane == LANE_STREAM)
        return "a stream cannot be audited as record";
    if (operation->shape == SHAPE_NOTHING)
        return "what shows nothing cannot be audited as record";
    if (operation->shape == SHAPE_LIST && !has_parameter(operation, "limit"))
        return "a list that is audited as record must have the parameter limit";
    if (!strstr(statement->sql, " as _subject"))
        return "x-audit is record, and the statement gives no column _subject";
    return NULL;
}

static const char *audit_fault(const struct operation *operation, const struct statement *statement) {
    bool reads = strcmp(operation->method, "GET") == 0;
    if (reads && operation->audit == AUDIT_CHANGE)
        return "a GET changes nothing, so x-audit cannot be change";
    if (!reads && (operation->audit == AUDIT_RECORD || operation->audit == AUDIT_REPORT))
        return "x-audit must be change or none where something is changed";
    return operation->audit == AUDIT_RECORD ? record_fault(operation, statement) : NULL;
}

static void check_audit(struct report *report, const struct operation *operation, const struct statement *statement) {
    const char *fault = audit_fault(operation, statement);
    if (fault)
        contract_fault(report->contract, report->faults, operation->pointer, fault, operation->id);
    for (size_t p = 0; operation->audit != AUDIT_NONE && p < operation->parameter_count; p++)
        if (is_free_text(&operation->parameters[p]) && !operation->parameters[p].private)
            contract_fault(report->contract, report->faults, operation->pointer,
                           "a parameter of free text must say x-private: true, for it would be kept in the audit trail",
                           operation->parameters[p].name);
}

/* A report, rows with a meta, that is offered as a table is offered as a workbook too, and nothing else is. */
static const char *workbook_fault(const struct operation *operation) {
    bool report = operation->meta && operation->media[MEDIA_CSV] && operation->lane != LANE_STREAM;
    if (operation->media[MEDIA_XLSX] && !report)
        return "only rows with a meta, offered as CSV and not as a stream, can be a workbook";
    if (report && !operation->media[MEDIA_XLSX])
        return "rows with a meta that are offered as CSV must be offered as a workbook";
    return NULL;
}

/* The definitions of a workbook are the descriptions of its columns. */
static void check_workbook(struct report *report, const struct operation *operation) {
    const char *fault = workbook_fault(operation), *name;
    json_t *property;
    if (fault)
        contract_fault(report->contract, report->faults, operation->pointer, fault, operation->id);
    if (fault || !operation->media[MEDIA_XLSX])
        return;
    json_object_foreach(json_object_get(operation->row, "properties"), name, property) {
        json_t *resolved = contract_resolve(report->contract, property);
        if (!json_object_get(resolved, "description"))
            contract_fault(report->contract, report->faults, operation->pointer,
                           "a column of a workbook has no description", name);
    }
}

static struct statement *check_operation(struct report *report, const char *home, const struct operation *operation) {
    if (operation->handler) {
        if (!handler_find(operation->handler))
            contract_fault(report->contract, report->faults, operation->pointer, "there is no such handler",
                           operation->handler);
        return NULL;
    }
    char *file = xasprintf("sql/queries/%s.sql", operation->id);
    struct statement *statement = statement_load(home, file, report->faults);
    free(file);
    if (!statement)
        return NULL;
    check_bindings(report, operation, statement);
    check_parameters(report, operation, statement);
    check_audit(report, operation, statement);
    check_workbook(report, operation);
    return statement;
}

/* A statement that no operation asks for is dead. */
static void check_orphans(struct report *report, const char *home) {
    char *folder = xasprintf("%s/sql/queries", home);
    DIR *directory = opendir(folder);
    free(folder);
    if (!directory) {
        faults_add(report->faults, "sql/queries", 0, "cannot be read");
        return;
    }
    for (struct dirent *entry; (entry = readdir(directory));) {
        size_t length = strlen(entry->d_name);
        if (entry->d_name[0] == '.')
            continue;
        bool wanted = false;
        for (size_t i = 0; i < report->contract->operation_count && !wanted; i++) {
            const struct operation *operation = &report->contract->operations[i];
            wanted = !operation->handler && strlen(operation->id) + 4 == length &&
                     strncmp(operation->id, entry->d_name, length - 4) == 0 &&
                     strcmp(entry->d_name + length - 4, ".sql") == 0;
        }
        if (!wanted) {
            char *file = xasprintf("sql/queries/%s", entry->d_name);
            faults_add(report->faults, file, 0, "no operation has this name");
            free(file);
        }
    }
    closedir(directory);
}

bool check_offline(const char *home, struct checked *checked, struct faults *faults) {
    size_t before = faults->count;
    *checked = (struct checked){.contract = contract_load(home, faults)};
    if (!checked->contract)
        return false;
    struct report report = {checked->contract, faults};
    checked->statements = xcalloc(checked->contract->operation_count, sizeof(struct statement *));
    check_schemas(&report);
    for (size_t i = 0; i < checked->contract->operation_count; i++)
        checked->statements[i] = check_operation(&report, home, &checked->contract->operations[i]);
    check_orphans(&report, home);
    if (faults->count == before)
        return true;
    checked_clear(checked);
    return false;
}

void checked_clear(struct checked *checked) {
    for (size_t i = 0; checked->contract && checked->statements && i < checked->contract->operation_count; i++)
        if (checked->statements[i])
            statement_free(checked->statements[i]);
    free(checked->statements);
    contract_free(checked->contract);
    *checked = (struct checked){0};
}
