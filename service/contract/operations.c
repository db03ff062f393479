/* SPDX-License-Identifier: MIT */
/* Reads each operation of the document: its lane, scopes, parameters, body and success response. */
#include "contract/operations.h"

#include "base/memory.h"
#include "contract/schema.h"
#include "contract/yaml.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Where the reading is; every fault is reported here. */
struct place {
    struct contract *contract;
    struct faults *faults;
    const char *pointer; /* of the operation */
};

static const char *const place_names[PLACE_COUNT] = {"path", "query", "header"};
static const char *const http_methods[] = {"get", "post", "put", "patch", "delete"};

static void fault(const struct place *place, const char *message, const char *detail) {
    contract_fault(place->contract, place->faults, place->pointer, message, detail);
}

static void report_schema(void *owner, const char *pointer, const char *message) {
    const struct place *place = owner;
    contract_fault(place->contract, place->faults, pointer, message, NULL);
}

static struct schema *compile(struct place *place, const char *pointer) {
    return schema_compile(place->contract->document, pointer, report_schema, place);
}

static char *pointer_to(const char *pointer, const char *first, const char *second) {
    char *step = pointer_join(pointer, first);
    if (!second)
        return step;
    char *both = pointer_join(step, second);
    free(step);
    return both;
}

/* The pointer behind a "$ref", or a copy of the pointer itself. */
static char *resolved_pointer(json_t *value, const char *pointer) {
    const char *reference = json_string_value(json_object_get(value, "$ref"));
    return xstrdup(reference && reference[0] == '#' ? reference + 1 : pointer);
}

static void read_lane(struct place *place, json_t *definition, struct operation *operation) {
    const char *name = json_string_value(json_object_get(definition, "x-lane"));
    operation->lane = strcmp(operation->method, "GET") == 0 ? LANE_POINT : LANE_WRITE;
    if (!name)
        return;
    for (int lane = 0; lane < LANE_COUNT; lane++)
        if (strcmp(name, lane_names[lane]) == 0) {
            operation->lane = lane;
            return;
        }
    fault(place, "x-lane names no lane", name);
}

static void read_audit(struct place *place, json_t *definition, struct operation *operation) {
    const char *name = json_string_value(json_object_get(definition, "x-audit"));
    operation->audit = strcmp(operation->method, "GET") == 0 ? AUDIT_NONE : AUDIT_CHANGE;
    if (!json_object_get(definition, "x-audit"))
        return;
    for (int kind = 0; kind < AUDIT_KIND_COUNT; kind++)
        if (name && strcmp(name, audit_kind_names[kind]) == 0) {
            operation->audit = kind;
            return;
        }
    fault(place, "x-audit must be change, record, report or none", name);
}

/* security: an empty list opens the operation; otherwise each entry names the scheme "token" with at most one scope, as
 * alternatives. */
static void read_security(struct place *place, json_t *definition, struct operation *operation) {
    json_t *security = json_object_get(definition, "security");
    if (!security)
        security = json_object_get(place->contract->document, "security");
    operation->open = json_array_size(security) == 0;
    char *scopes = NULL;
    size_t index;
    json_t *entry;
    json_array_foreach(security, index, entry) {
        json_t *names = json_object_get(entry, "token");
        if (!json_is_array(names) || json_array_size(names) > 1)
            fault(place, "a security requirement must be the scheme token with at most one scope", NULL);
        const char *name = json_string_value(json_array_get(names, 0));
        if (!name)
            continue;
        char *longer = xasprintf("%s%s%s", scopes ? scopes : "", scopes ? " " : "", name);
        free(scopes);
        scopes = longer;
    }
    operation->scopes = scopes;
}

/* x-rate-limit: false takes an open operation out of the rate limits. One that asks for a token must have them:
 * guessing would be free. */
static void read_rate_limit(struct place *place, json_t *definition, struct operation *operation) {
    json_t *limit = json_object_get(definition, "x-rate-limit");
    operation->unlimited = json_is_false(limit);
    if (limit && !json_is_boolean(limit))
        fault(place, "x-rate-limit must be true or false", operation->id);
    if (operation->unlimited && !operation->open)
        fault(place, "x-rate-limit: false is for open operations only", operation->id);
}

/* x-keep: true, of a report that does not change once it is given. */
static void read_keep(struct place *place, json_t *definition, struct operation *operation) {
    json_t *keep = json_object_get(definition, "x-keep");
    operation->kept = json_is_true(keep);
    if (keep && !json_is_boolean(keep))
        fault(place, "x-keep must be true or false", operation->id);
}

/* x-defers: the members of the body say which operation is asked for (deferred.h). */
static void read_defers(struct place *place, json_t *definition, struct operation *operation) {
    json_t *defers = json_object_get(definition, "x-defers");
    operation->defers = json_is_true(defers);
    if (defers && !json_is_boolean(defers))
        fault(place, "x-defers must be true or false", operation->id);
    if (operation->defers && !json_object_get(definition, "requestBody"))
        fault(place, "x-defers is for an operation with a body", operation->id);
}

static void read_parameter(struct place *place, json_t *definition, const char *pointer, struct parameter *parameter) {
    char *resolved = resolved_pointer(definition, pointer);
    definition = contract_resolve(place->contract, definition);
    const char *where = json_string_value(json_object_get(definition, "in"));
    parameter->name = json_string_value(json_object_get(definition, "name"));
    parameter->description = json_string_value(json_object_get(definition, "description"));
    if (!parameter->name)
        fault(place, "a parameter has no name", pointer);
    parameter->place = PLACE_COUNT;
    for (int i = 0; where && i < PLACE_COUNT; i++)
        if (strcmp(where, place_names[i]) == 0)
            parameter->place = i;
    if (parameter->place == PLACE_COUNT)
        fault(place, "a parameter must be in path, query or header", parameter->name);
    parameter->required = json_is_true(json_object_get(definition, "required"));
    char *schema_pointer = pointer_to(resolved, "schema", NULL);
    parameter->private = json_is_true(json_object_get(definition, "x-private"));
    parameter->definition = contract_resolve(place->contract, json_object_get(definition, "schema"));
    parameter->schema = compile(place, schema_pointer);
    const char *type = json_string_value(json_object_get(parameter->definition, "type"));
    parameter->array = type && strcmp(type, "array") == 0;
    if (parameter->array && !json_is_false(json_object_get(definition, "explode")))
        fault(place, "an array parameter must say explode: false", parameter->name);
    free(schema_pointer);
    free(resolved);
}

static void read_parameters(struct place *place, json_t *item, json_t *definition, struct operation *operation) {
    json_t *own = json_object_get(definition, "parameters");
    if (json_object_get(item, "parameters"))
        fault(place, "parameters stand with the operation, not with the path", operation->path);
    operation->parameter_count = json_array_size(own);
    operation->parameters = xcalloc(operation->parameter_count, sizeof *operation->parameters);
    for (size_t i = 0; i < operation->parameter_count; i++) {
        char index[24];
        snprintf(index, sizeof index, "%zu", i);
        char *pointer = pointer_to(operation->pointer, "parameters", index);
        read_parameter(place, json_array_get(own, i), pointer, &operation->parameters[i]);
        free(pointer);
    }
}

/* Every {name} of the path is a path parameter, and the other way round. */
static void check_path(struct place *place, const struct operation *operation) {
    size_t braces = 0, named = 0;
    for (const char *c = operation->path; *c; c++)
        braces += *c == '{';
    for (size_t i = 0; i < operation->parameter_count; i++) {
        const struct parameter *parameter = &operation->parameters[i];
        if (parameter->place != PLACE_PATH || !parameter->name)
            continue;
        char *braced = xasprintf("{%s}", parameter->name);
        if (strstr(operation->path, braced))
            named++;
        else
            fault(place, "the path has no such parameter", parameter->name);
        free(braced);
        if (!parameter->required)
            fault(place, "a path parameter must be required", parameter->name);
    }
    if (named != braces)
        fault(place, "a part of the path in braces is not among the parameters", operation->path);
}

/* Whether a media type is of JSON: "application/json", "application/merge-patch+json". */
static bool is_json(const char *media) {
    size_t length = strlen(media);
    return length >= 5 && (strcmp(media + length - 5, "/json") == 0 || strcmp(media + length - 5, "+json") == 0);
}

/* A body that is no JSON is taken as its bytes, so its schema says how many there may be, and nothing else. */
static void read_content(struct place *place, json_t *content, struct operation *operation) {
    json_t *schema = contract_resolve(place->contract, json_object_get(content, "schema"));
    json_int_t most = json_integer_value(json_object_get(schema, "maxLength"));
    operation->content = true;
    operation->content_bytes = (size_t)most;
    if (most < 1)
        fault(place, "a body that is not JSON must say its maxLength, in bytes", operation->id);
}

static void read_body(struct place *place, json_t *definition, struct operation *operation) {
    json_t *body = contract_resolve(place->contract, json_object_get(definition, "requestBody"));
    if (!body)
        return;
    operation->body = true;
    operation->body_content = json_object_get(body, "content");
    const char *media;
    json_t *content;
    json_object_foreach(operation->body_content, media, content) {
        if (!is_json(media)) {
            read_content(place, content, operation);
            continue;
        }
        char *step = pointer_to(operation->pointer, "requestBody", "content");
        char *pointer = pointer_to(step, media, "schema");
        /* All media types of a body share one schema: the first stands for all. */
        if (!operation->body_schema)
            operation->body_schema = compile(place, pointer);
        free(step);
        free(pointer);
    }
    if (operation->content && operation->body_schema)
        fault(place, "a body is JSON or it is not: its media types must agree", operation->id);
    if (json_object_size(operation->body_content) == 0)
        fault(place, "the body has no media type", operation->id);
    if (!json_is_true(json_object_get(body, "required")))
        fault(place, "a body must be required", operation->id);
}

/* An envelope is an object with one array member and at most "meta" beside it. */
static bool read_envelope(const struct place *place, json_t *schema, struct operation *operation) {
    json_t *properties = json_object_get(schema, "properties");
    const char *name;
    json_t *value;
    json_t *items = NULL, *meta = NULL;
    size_t others = 0;
    json_object_foreach(properties, name, value) {
        json_t *property = contract_resolve(place->contract, value);
        const char *type = json_string_value(json_object_get(property, "type"));
        if (strcmp(name, "meta") == 0) {
            meta = property;
        } else if (type && strcmp(type, "array") == 0 && !items) {
            operation->envelope = name;
            items = json_object_get(property, "items");
        } else {
            others++;
        }
    }
    if (!items || others > 0)
        return false;
    operation->meta = meta != NULL;
    operation->meta_schema = meta;
    operation->row = contract_resolve(place->contract, items);
    return true;
}

static void read_success(struct place *place, json_t *response, struct operation *operation) {
    json_t *content = json_object_get(response, "content");
    if (operation->shape != SHAPE_BYTES)
        operation->shape = content ? SHAPE_OBJECT : SHAPE_NOTHING;
    for (int media = 0; media < MEDIA_COUNT; media++)
        operation->media[media] =
            operation->shape != SHAPE_BYTES && json_object_get(content, media_types[media]) != NULL;
    if (operation->handler || !content)
        return;
    if (operation->shape == SHAPE_BYTES) {
        if (operation->lane != LANE_STREAM)
            fault(place, "x-bytes is for the lane stream", operation->id);
        return;
    }
    json_t *described = json_object_get(json_object_get(content, media_types[MEDIA_JSON]), "schema");
    json_t *schema = contract_resolve(place->contract, described);
    if (!schema) {
        fault(place, "the success response has no JSON schema", operation->id);
        return;
    }
    if (read_envelope(place, schema, operation))
        operation->shape = SHAPE_LIST;
    else
        operation->row = schema;
}

static void read_responses(struct place *place, json_t *definition, struct operation *operation) {
    operation->responses = json_object_get(definition, "responses");
    const char *status;
    json_t *response;
    json_object_foreach(operation->responses, status, response) {
        if (status[0] != '2')
            continue;
        if (operation->status)
            fault(place, "there must be one success response", operation->id);
        operation->status = atoi(status);
        read_success(place, contract_resolve(place->contract, response), operation);
    }
    if (!operation->status)
        fault(place, "there is no success response", operation->id);
    if (!json_object_get(operation->responses, "default"))
        fault(place, "the responses must have a default, the problem", operation->id);
}

static bool good_id(const char *id) {
    return id && islower((unsigned char)*id) && id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static void check_new_id(struct place *place, const struct operation *operation) {
    if (!good_id(operation->id)) {
        fault(place, "operationId must be snake_case", operation->id);
        return;
    }
    for (size_t i = 0; i < operation->index; i++) {
        const char *other = place->contract->operations[i].id;
        if (other && strcmp(other, operation->id) == 0)
            fault(place, "two operations have this operationId", operation->id);
    }
}

static void read_operation(struct place *place, const char *path, const char *method, json_t *item) {
    struct contract *contract = place->contract;
    contract->operations =
        xreallocarray(contract->operations, contract->operation_count + 1, sizeof *contract->operations);
    struct operation *operation = &contract->operations[contract->operation_count];
    json_t *definition = json_object_get(item, method);
    char *upper = xstrdup(method);
    for (char *c = upper; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    char *paths = pointer_to("", "paths", path);
    *operation = (struct operation){
        .index = contract->operation_count++,
        .id = json_string_value(json_object_get(definition, "operationId")),
        .method = upper,
        .path = path,
        .pointer = pointer_to(paths, method, NULL),
        .summary = json_string_value(json_object_get(definition, "summary")),
        .handler = json_string_value(json_object_get(definition, "x-handler")),
        .tags = json_object_get(definition, "tags"),
        /* The reply is bytes as the statement has them, of whichever of the media types it says. */
        .shape = json_is_true(json_object_get(definition, "x-bytes")) ? SHAPE_BYTES : SHAPE_OBJECT,
    };
    free(paths);
    place->pointer = operation->pointer;
    check_new_id(place, operation);
    read_lane(place, definition, operation);
    read_audit(place, definition, operation);
    read_security(place, definition, operation);
    read_rate_limit(place, definition, operation);
    read_keep(place, definition, operation);
    read_defers(place, definition, operation);
    read_parameters(place, item, definition, operation);
    check_path(place, operation);
    read_body(place, definition, operation);
    read_responses(place, definition, operation);
}

static bool known_method(const char *method) {
    for (size_t i = 0; i < sizeof http_methods / sizeof *http_methods; i++)
        if (strcmp(method, http_methods[i]) == 0)
            return true;
    return false;
}

void operations_read(struct contract *contract, struct faults *faults) {
    struct place place = {contract, faults, "/paths"};
    json_t *paths = json_object_get(contract->document, "paths");
    const char *path, *method;
    json_t *item, *definition;
    if (json_object_size(paths) == 0)
        fault(&place, "there are no paths", NULL);
    json_object_foreach(paths, path, item) {
        json_object_foreach(item, method, definition) {
            place.pointer = "/paths";
            if (known_method(method))
                read_operation(&place, path, method, item);
            else
                fault(&place, "a path holds operations (get, post, put, patch, delete) and nothing else", method);
        }
    }
}

void operation_clear(struct operation *operation) {
    for (size_t i = 0; i < operation->parameter_count; i++)
        schema_free(operation->parameters[i].schema);
    free(operation->parameters);
    schema_free(operation->body_schema);
    free((char *)operation->method);
    free((char *)operation->pointer);
    free((char *)operation->scopes);
}
