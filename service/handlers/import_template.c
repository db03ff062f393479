/* SPDX-License-Identifier: MIT */
/* What a file of an import looks like, from the schema of its row in the contract: a description, or a CSV header. */
#include "base/memory.h"
#include "base/settings.h"
#include "contract/contract.h"
#include "handlers/handlers.h"
#include "http/problem.h"
#include "http/server.h"
#include "imports/import_form.h"
#include "represent/negotiate.h"

#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>

/* What a column's schema says, and under what name it is told. */
static const struct {
    const char *keyword, *told;
} told_as_it_is[] = {
    {"description", "description"}, {"maxLength", "maximum_length"}, {"pattern", "pattern"}, {"enum", "codes"},
    {"x-code-list", "code_list"},   {"example", "example"},
};

static const char *type_of(json_t *column) {
    const char *format = json_string_value(json_object_get(column, "format"));
    if (format && strcmp(format, "date") == 0)
        return "day";
    if (format && strcmp(format, "uuid") == 0)
        return "identifier";
    return json_object_get(column, "pattern") ? "number" : "text";
}

static json_t *describe_column(const struct import_column *column, json_t *schema) {
    json_t *told = json_object();
    json_object_set_new(told, "name", json_string(column->name));
    json_object_set_new(told, "required", json_boolean(!column->optional));
    json_object_set_new(told, "type", json_string(type_of(schema)));
    for (size_t i = 0; i < sizeof told_as_it_is / sizeof *told_as_it_is; i++) {
        json_t *value = json_object_get(schema, told_as_it_is[i].keyword);
        if (value)
            json_object_set(told, told_as_it_is[i].told, value);
    }
    return told;
}

static void add_json(const struct contract *contract, const struct import_form *form, struct evbuffer *body) {
    json_t *schemas = json_object_get(json_object_get(contract->document, "components"), "schemas");
    json_t *schema = json_object_get(schemas, form->schema), *columns = json_array(), *told = json_object();
    for (size_t i = 0; i < form->column_count; i++) {
        const struct import_column *column = &form->columns[i];
        json_t *property = json_object_get(json_object_get(schema, "properties"), column->name);
        json_array_append_new(columns, describe_column(column, property));
    }
    json_object_set_new(told, "kind", json_string(form->script.name));
    json_object_set(told, "description", json_object_get(schema, "description"));
    json_object_set_new(told, "columns", columns);
    char *text = json_dumps(told, JSON_COMPACT);
    evbuffer_add(body, text, strlen(text));
    free(text);
    json_decref(told);
}

static void add_header(const struct import_form *form, struct evbuffer *body) {
    for (size_t i = 0; i < form->column_count; i++)
        evbuffer_add_printf(body, "%s%s", i ? "," : "", form->columns[i].name);
    evbuffer_add(body, "\r\n", 2);
}

/* The last part of the path is a kind of the contract, which names its script too. */
static bool load_form(const struct service *service, const struct http_request *request, struct import_form *form,
                      struct problem *problem) {
    const char *kind = strrchr(http_request_path(request), '/') + 1;
    char *why = NULL;
    if (import_form_load(setting_text(SETTING_HOME), service->contract, kind, form, &why))
        return true;
    free(why);
    return problem_set(problem, 404, "not_found", "There is no such kind of import.");
}

void handler_import_template(struct service *service, const struct operation *operation, struct http_request *request) {
    struct problem problem = {0};
    enum media media;
    struct import_form form;
    if (!negotiate(operation, http_request_header(request, "Accept"), &media, &problem) ||
        !load_form(service, request, &form, &problem)) {
        http_reply_problem(request, &problem);
        problem_clear(&problem);
        return;
    }
    struct evbuffer *body = evbuffer_new();
    if (media == MEDIA_JSON)
        add_json(service->contract, &form, body);
    else
        add_header(&form, body);
    import_form_clear(&form);
    http_reply_header(request, "Vary", "Accept");
    http_reply(request, 200, media == MEDIA_JSON ? "application/json" : "text/csv; charset=utf-8; header=present",
               body);
    evbuffer_free(body);
}
