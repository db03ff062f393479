/* SPDX-License-Identifier: MIT */
/* Fills in a problem and writes it as application/problem+json. */
#include "http/problem.h"

#include "base/memory.h"

#include <event2/buffer.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reason {
    int status;
    const char *phrase;
};

/* RFC 9110 section 15, RFC 6585, RFC 7725: the statuses this service sends. */
static const struct reason reasons[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {303, "See Other"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

__attribute__((format(printf, 1, 0))) static char *print(const char *format, va_list arguments) {
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0)
        abort();
    return text;
}

/* A JSON string of any text. What a caller wrongly took from a client without looking at it may not be UTF-8: its bytes
 * beyond ASCII then become question marks, because a reply must never be malformed. */
static json_t *string_of(const char *text) {
    json_t *string = json_string(text);
    if (string)
        return string;
    char *ascii = xstrdup(text);
    for (char *byte = ascii; *byte; byte++)
        if ((unsigned char)*byte > 0x7f)
            *byte = '?';
    string = json_string(ascii);
    free(ascii);
    return string;
}

static void set_printed(json_t *object, const char *name, char *take_text) {
    json_object_set_new(object, name, string_of(take_text));
    free(take_text);
}

static size_t count_listed(const struct problem *problem) {
    return problem->fault_count < PROBLEM_FAULTS_LISTED ? problem->fault_count : PROBLEM_FAULTS_LISTED;
}

static json_t *errors_of(const struct problem *problem) {
    json_t *errors = json_array();
    for (size_t i = 0; i < count_listed(problem); i++) {
        const struct fault *fault = &problem->faults[i];
        json_t *error = json_object();
        json_object_set_new(error, "pointer", string_of(fault->pointer));
        json_object_set_new(error, "code", string_of(fault->code));
        json_object_set_new(error, "detail", string_of(fault->detail));
        json_array_append_new(errors, error);
    }
    return errors;
}

/* The detail, and how many faults are not listed. */
static char *detail_of(const struct problem *problem) {
    const char *detail = problem->detail ? problem->detail : problem_reason(problem->status);
    size_t unlisted = problem->fault_count - count_listed(problem);
    if (!unlisted)
        return xstrdup(detail);
    return xasprintf("%s There are %zu more faults than the %d listed here.", detail, unlisted, PROBLEM_FAULTS_LISTED);
}

static int append(const char *bytes, size_t length, void *out) {
    return evbuffer_add(out, bytes, length);
}

bool problem_set(struct problem *problem, int status, const char *code, const char *format, ...) {
    if (problem->status)
        return false;
    problem->status = status;
    snprintf(problem->code, sizeof problem->code, "%s", code);
    va_list arguments;
    va_start(arguments, format);
    problem->detail = print(format, arguments);
    va_end(arguments);
    return false;
}

void problem_add_fault(struct problem *problem, const char *pointer, const char *code, const char *format, ...) {
    size_t index = problem->fault_count++;
    if (index >= PROBLEM_FAULTS_LISTED)
        return;
    if (!problem->faults)
        problem->faults = xcalloc(PROBLEM_FAULTS_LISTED, sizeof *problem->faults);
    va_list arguments;
    va_start(arguments, format);
    problem->faults[index] = (struct fault){xstrdup(pointer), xstrdup(code), print(format, arguments)};
    va_end(arguments);
}

void problem_clear(struct problem *problem) {
    for (size_t i = 0; i < count_listed(problem); i++) {
        free(problem->faults[i].pointer);
        free(problem->faults[i].code);
        free(problem->faults[i].detail);
    }
    free(problem->faults);
    free(problem->detail);
    free(problem->allow);
    free(problem->challenge);
    *problem = (struct problem){0};
}

const char *problem_reason(int status) {
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status)
            return reasons[i].phrase;
    return "Unknown";
}

void problem_write(const struct problem *problem, const char *request_id, struct evbuffer *out) {
    json_t *document = json_object();
    set_printed(document, "type", xasprintf("/problems#%s", problem->code));
    json_object_set_new(document, "title", json_string(problem_reason(problem->status)));
    json_object_set_new(document, "status", json_integer(problem->status));
    set_printed(document, "detail", detail_of(problem));
    if (request_id)
        json_object_set_new(document, "request_id", string_of(request_id));
    if (problem->fault_count)
        json_object_set_new(document, "errors", errors_of(problem));
    json_dump_callback(document, append, out, JSON_COMPACT);
    json_decref(document);
}
