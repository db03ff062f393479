/* SPDX-License-Identifier: MIT */
/* Which operations are reports, and their parameters out of JSON. */
#include "contract/deferred.h"

#include "base/memory.h"
#include "contract/body.h"
#include "contract/schema.h"
#include "contract/yaml.h"
#include "http/problem.h"

#include <stdlib.h>
#include <string.h>

static const char *const formats[MEDIA_COUNT] = {[MEDIA_JSON] = "json", [MEDIA_CSV] = "csv", [MEDIA_XLSX] = "xlsx"};

/* What a request for one page says; a report that is written to a file has no pages. */
static const char *const paging[] = {"limit", "after"};

static bool has_tag(const struct operation *operation, const char *tag) {
    size_t index;
    json_t *entry;
    json_array_foreach(operation->tags, index, entry) {
        if (strcmp(json_string_value(entry), tag) == 0)
            return true;
    }
    return false;
}

/* Whether nobody but whoever asks is shown: no scope is asked for, or only those of one's own record. */
static bool is_own(const struct operation *operation) {
    for (const char *scope = operation->scopes; scope && *scope; scope += strcspn(scope, " "), scope += *scope == ' ')
        if (strncmp(scope, "record:", strlen("record:")) != 0)
            return false;
    return true;
}

static bool is_report(const struct operation *operation) {
    bool told = operation->audit == AUDIT_REPORT || has_tag(operation, "reports");
    return told && strcmp(operation->method, "GET") == 0 && !operation->handler && operation->shape == SHAPE_LIST &&
           operation->media[MEDIA_CSV] && !is_own(operation);
}

const struct operation *deferred_find(const struct contract *contract, const char *id) {
    for (size_t i = 0; i < contract->operation_count; i++)
        if (strcmp(contract->operations[i].id, id) == 0)
            return is_report(&contract->operations[i]) ? &contract->operations[i] : NULL;
    return NULL;
}

enum media deferred_media(const char *format) {
    int media = 0;
    while (media < MEDIA_COUNT && strcmp(formats[media], format) != 0)
        media++;
    return media;
}

static bool is_given(const struct parameter *parameter) {
    for (size_t i = 0; i < sizeof paging / sizeof *paging; i++)
        if (strcmp(parameter->name, paging[i]) == 0)
            return false;
    return parameter->place != PLACE_HEADER;
}

/* As it stands in a query, which is what statements cast; 2 for a 2.0, as JSON may write it. */
static char *text_of(const json_t *value) {
    if (json_is_string(value))
        return xstrdup(json_string_value(value));
    if (json_is_real(value))
        return xasprintf("%.15g", json_real_value(value));
    return json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
}

static void take_value(const struct operation *operation, const char *name, const json_t *value, struct inputs *inputs,
                       struct problem *problem) {
    char *pointer = pointer_join("/parameters", name);
    size_t p = 0;
    while (p < operation->parameter_count &&
           (strcmp(operation->parameters[p].name, name) != 0 || !is_given(&operation->parameters[p])))
        p++;
    if (p == operation->parameter_count)
        problem_add_fault(problem, pointer, "unknown_parameter", "This report has no such parameter.");
    else if (schema_validate(operation->parameters[p].schema, value, pointer, problem))
        inputs->values[p] = text_of(value);
    free(pointer);
}

/* What is absent: the default, or a fault where it is required. */
static void complete(const struct operation *operation, const json_t *parameters, struct inputs *inputs,
                     struct problem *problem) {
    for (size_t p = 0; p < operation->parameter_count; p++) {
        const struct parameter *parameter = &operation->parameters[p];
        if (!is_given(parameter) || json_object_get(parameters, parameter->name))
            continue;
        json_t *preset = json_object_get(parameter->definition, "default");
        if (preset) {
            inputs->values[p] = text_of(preset);
        } else if (parameter->required) {
            char *pointer = pointer_join("/parameters", parameter->name);
            problem_add_fault(problem, pointer, "required", "This is required.");
            free(pointer);
        }
    }
}

bool deferred_inputs(const struct operation *operation, const json_t *parameters, struct inputs *inputs,
                     struct problem *problem) {
    size_t before = problem->fault_count;
    const char *name;
    json_t *value;
    *inputs = (struct inputs){.count = operation->parameter_count};
    inputs->values = xcalloc(inputs->count, sizeof *inputs->values);
    json_object_foreach((json_t *)parameters, name, value) take_value(operation, name, value, inputs, problem);
    complete(operation, parameters, inputs, problem);
    return problem->fault_count == before;
}

static void check_format(const struct operation *operation, const char *format, struct problem *problem) {
    enum media media = deferred_media(format);
    if (media == MEDIA_COUNT || !operation->media[media])
        problem_add_fault(problem, "/format", "not_offered", "This report is not offered in this format.");
}

const struct operation *deferred_read(const struct contract *contract, const char *body, size_t length,
                                      struct problem *problem) {
    json_t *asked = body_parse(body, length, problem);
    const char *report = json_string_value(json_object_get(asked, "report"));
    const char *format = json_string_value(json_object_get(asked, "format"));
    const struct operation *operation = report ? deferred_find(contract, report) : NULL;
    if (operation) {
        struct inputs inputs;
        deferred_inputs(operation, json_object_get(asked, "parameters"), &inputs, problem);
        check_format(operation, format ? format : "", problem);
        inputs_clear(&inputs);
    } else if (asked) {
        problem_add_fault(problem, "/report", "unknown_report", "There is no report of this name.");
    }
    json_decref(asked);
    if (problem->fault_count)
        problem_set(problem, 422, "invalid_body", "The body does not fit the contract; see errors.");
    return problem->status ? NULL : operation;
}
