/* SPDX-License-Identifier: MIT */
/* Decodes the values of a request and checks them, every fault at once. */
#include "contract/inputs.h"

#include "base/memory.h"
#include "contract/body.h"
#include "contract/schema.h"
#include "http/problem.h"
#include "http/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const pointer_prefixes[PLACE_COUNT] = {":", "?", "header:"};

static int hex(char digit) {
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    digit = (char)(digit | 0x20);
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

static bool is_utf8(const char *text) {
    json_t *string = json_string(text); /* jansson checks it */
    json_decref(string);
    return string != NULL;
}

char *percent_decode(const char *text, size_t length, bool plus_is_space) {
    char *decoded = xcalloc(length + 1, 1), *out = decoded;
    const char *end = text + length;
    bool good = true;
    while (good && text < end) {
        int byte = *text == '+' && plus_is_space ? ' ' : (unsigned char)*text;
        size_t taken = 1;
        if (byte == '%') {
            int high = end - text > 2 ? hex(text[1]) : -1;
            int low = high >= 0 ? hex(text[2]) : -1;
            byte = low >= 0 ? high * 16 + low : 0;
            taken = 3;
        }
        good = byte != 0;
        *out++ = (char)byte;
        text += taken;
    }
    if (good && is_utf8(decoded))
        return decoded;
    free(decoded);
    return NULL;
}

static const char *type_of(json_t *definition) {
    const char *type = json_string_value(json_object_get(definition, "type"));
    return type ? type : "string";
}

/* The text as the type that the contract gives it; text that does not look like it stays a string, which the schema
 * then refuses. */
static json_t *typed_scalar(const char *type, const char *text) {
    char *end;
    errno = 0;
    if (strcmp(type, "integer") == 0 && *text && text[strspn(text, "-0123456789")] == '\0') {
        long long number = strtoll(text, &end, 10);
        if (!*end && !errno)
            return json_integer(number);
    }
    if (strcmp(type, "boolean") == 0 && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0))
        return json_boolean(text[0] == 't');
    return json_string(text);
}

static json_t *typed_value(const struct parameter *parameter, const char *text) {
    if (!parameter->array)
        return typed_scalar(type_of(parameter->definition), text);
    json_t *array = json_array();
    const char *item_type = type_of(json_object_get(parameter->definition, "items"));
    for (const char *part = text;;) {
        size_t length = strcspn(part, ",");
        char *item = xstrndup(part, length);
        json_array_append_new(array, typed_scalar(item_type, item));
        free(item);
        if (!part[length])
            return array;
        part += length + 1;
    }
}

/* Checks a decoded value (taken) and keeps what is to be bound. */
static void take_value(struct inputs *inputs, const struct operation *operation, size_t index, char *text,
                       struct problem *problem) {
    const struct parameter *parameter = &operation->parameters[index];
    char *pointer = xasprintf("%s%s", pointer_prefixes[parameter->place], parameter->name);
    if (!text) {
        problem_add_fault(problem, pointer, "malformed", "This is not percent-encoded UTF-8 without NUL.");
        free(pointer);
        return;
    }
    json_t *value = typed_value(parameter, text);
    schema_validate(parameter->schema, value, pointer, problem);
    if (parameter->array) {
        free(text);
        text = json_dumps(value, JSON_COMPACT);
    }
    inputs->values[index] = text;
    json_decref(value);
    free(pointer);
}

static void read_path(const struct route *route, struct inputs *inputs, struct problem *problem) {
    const struct operation *operation = route->operation;
    const char *brace = operation->path;
    for (size_t i = 0; i < route->value_count; i++) {
        brace = strchr(brace, '{') + 1;
        size_t length = strcspn(brace, "}");
        for (size_t p = 0; p < operation->parameter_count; p++) {
            const struct parameter *parameter = &operation->parameters[p];
            if (parameter->place == PLACE_PATH && strlen(parameter->name) == length &&
                memcmp(parameter->name, brace, length) == 0)
                take_value(inputs, operation, p, percent_decode(route->values[i].start, route->values[i].length, false),
                           problem);
        }
    }
}

static void read_query_member(const struct operation *operation, const char *member, size_t length,
                              struct inputs *inputs, struct problem *problem) {
    size_t name_length = strcspn(member, "=&");
    if (name_length > length)
        name_length = length;
    size_t value_start = name_length < length ? name_length + 1 : length;
    char *name = percent_decode(member, name_length, true);
    for (size_t p = 0; name && p < operation->parameter_count; p++) {
        const struct parameter *parameter = &operation->parameters[p];
        if (parameter->place != PLACE_QUERY || strcmp(parameter->name, name) != 0)
            continue;
        char *pointer = xasprintf("?%s", name);
        if (inputs->values[p])
            problem_add_fault(problem, pointer, "repeated", "This parameter is given more than once.");
        else
            take_value(inputs, operation, p, percent_decode(member + value_start, length - value_start, true), problem);
        free(pointer);
        free(name);
        return;
    }
    char *pointer = xasprintf("?%.100s", name && is_utf8(name) ? name : "");
    problem_add_fault(problem, is_utf8(pointer) ? pointer : "?", "unknown_parameter",
                      "This operation has no such parameter.");
    free(pointer);
    free(name);
}

static void read_query(const struct operation *operation, const char *query, struct inputs *inputs,
                       struct problem *problem) {
    while (query && *query) {
        size_t length = strcspn(query, "&");
        if (length > 0)
            read_query_member(operation, query, length, inputs, problem);
        query += length;
        query += *query == '&';
    }
}

static void read_headers(const struct operation *operation, struct http_request *request, struct inputs *inputs,
                         struct problem *problem) {
    for (size_t p = 0; p < operation->parameter_count; p++) {
        const struct parameter *parameter = &operation->parameters[p];
        const char *text = parameter->place == PLACE_HEADER ? http_request_header(request, parameter->name) : NULL;
        if (text)
            take_value(inputs, operation, p, is_utf8(text) ? xstrdup(text) : NULL, problem);
    }
}

static bool has_fault(const struct problem *problem, const char *pointer) {
    for (size_t i = 0; i < problem->fault_count && i < PROBLEM_FAULTS_LISTED; i++)
        if (strcmp(problem->faults[i].pointer, pointer) == 0)
            return true;
    return false;
}

/* What is absent: the default, or a fault where it is required. */
static void complete(const struct operation *operation, struct inputs *inputs, struct problem *problem) {
    bool unconditional = false;
    for (size_t p = 0; p < operation->parameter_count; p++) {
        const struct parameter *parameter = &operation->parameters[p];
        if (inputs->values[p])
            continue;
        json_t *preset = json_object_get(parameter->definition, "default");
        if (json_is_string(preset))
            inputs->values[p] = xstrdup(json_string_value(preset));
        else if (preset)
            inputs->values[p] = json_dumps(preset, JSON_ENCODE_ANY | JSON_COMPACT);
        if (inputs->values[p] || !parameter->required)
            continue;
        if (strcasecmp(parameter->name, "If-Match") == 0) {
            unconditional = true;
            continue;
        }
        char *pointer = xasprintf("%s%s", pointer_prefixes[parameter->place], parameter->name);
        /* One that could not be read has been given. */
        if (!has_fault(problem, pointer))
            problem_add_fault(problem, pointer, "required", "This is required.");
        free(pointer);
    }
    if (unconditional && !problem->fault_count)
        problem_set(problem, 428, "precondition_required",
                    "Send If-Match with the ETag of the version that you mean to change.");
}

/* The media type of the body as the contract has it; NULL for one that it does not offer. */
static const char *body_media(const struct operation *operation, struct http_request *request) {
    const char *given = http_request_header(request, "Content-Type");
    const char *type = given ? given : "";
    size_t length = strcspn(type, "; \t");
    const char *media;
    json_t *content;
    json_object_foreach(operation->body_content, media, content) {
        if (strlen(media) == length && strncasecmp(media, type, length) == 0)
            return media;
    }
    return NULL;
}

/* A body that is no JSON: nothing is said of it but how long it may be. */
static bool check_content(const struct operation *operation, size_t length, struct problem *problem) {
    if (length == 0)
        return problem_set(problem, 400, "empty_body", "The body is empty.");
    if (length > operation->content_bytes)
        return problem_set(problem, 413, "body_too_large", "The body is larger than %zu bytes.",
                           operation->content_bytes);
    return true;
}

static bool check_json(const struct operation *operation, const char *bytes, size_t length, struct problem *problem) {
    json_t *body = body_parse(bytes, length, problem);
    if (!body)
        return false;
    bool valid = schema_validate(operation->body_schema, body, "", problem);
    json_decref(body);
    return valid || problem_set(problem, 422, "invalid_body", "The body does not fit the contract; see errors.");
}

static bool read_body(const struct operation *operation, struct http_request *request, struct inputs *inputs,
                      struct problem *problem) {
    size_t length;
    const char *bytes = http_request_body(request, &length);
    if (!operation->body)
        return length == 0 || problem_set(problem, 400, "unexpected_body", "This operation takes no body.");
    inputs->body_media = body_media(operation, request);
    if (!inputs->body_media)
        return problem_set(problem, 415, "unsupported_media_type", "The body must be %s.",
                           json_object_iter_key(json_object_iter(operation->body_content)));
    const char *coding = http_request_header(request, "Content-Encoding");
    if (coding && strcasecmp(coding, "identity") != 0)
        return problem_set(problem, 415, "unsupported_coding", "The body must not be compressed.");
    inputs->body = bytes;
    inputs->body_length = length;
    return operation->content ? check_content(operation, length, problem)
                              : check_json(operation, bytes, length, problem);
}

bool inputs_read(const struct route *route, struct http_request *request, struct inputs *inputs,
                 struct problem *problem) {
    const struct operation *operation = route->operation;
    inputs->count = operation->parameter_count;
    inputs->values = xcalloc(inputs->count, sizeof *inputs->values);
    read_path(route, inputs, problem);
    read_query(operation, http_request_query(request), inputs, problem);
    read_headers(operation, request, inputs, problem);
    complete(operation, inputs, problem);
    if (problem->fault_count)
        return problem_set(problem, 400, "invalid_parameter", "The request does not fit the contract; see errors.");
    if (problem->status)
        return false;
    const char *limit = inputs_value(inputs, operation, "limit");
    inputs->limit = limit ? strtol(limit, NULL, 10) : 0;
    return read_body(operation, request, inputs, problem);
}

void inputs_clear(struct inputs *inputs) {
    for (size_t i = 0; i < inputs->count; i++)
        free(inputs->values[i]);
    free(inputs->values);
    *inputs = (struct inputs){0};
}

const char *inputs_value(const struct inputs *inputs, const struct operation *operation, const char *name) {
    for (size_t p = 0; p < operation->parameter_count; p++)
        if (strcmp(operation->parameters[p].name, name) == 0)
            return inputs->values[p];
    return NULL;
}
